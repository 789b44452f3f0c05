// Stands for Spout: senders and receivers of one process, pictures as they are handed over. It shows the adapter's logic; nothing of
// Spout, OpenGL, DirectX or Windows.
import type {
  Look,
  SharedTexture,
  TextureReceiver,
  TextureSender,
  TextureShare,
} from '../../../adapters/spout/texture-share.ts';
import type { Size } from '../../../src/contract/frame.ts';

interface Drawn {
  readonly size: Size;
  readonly pixels: Uint8Array;
  readonly serial: number;
}

export class SharedDouble implements TextureShare {
  readonly version = 'double';
  readonly #drawn = new Map<string, Drawn>();
  #serial = 0;
  /** As a graphics card that has no memory left. */
  refuses = false;

  senders(): readonly SharedTexture[] {
    return [...this.#drawn].map(([name, { size }]) => ({ name, size }));
  }

  openSender(name: string): TextureSender {
    return {
      send: (pixels, size) => !this.refuses && this.draw(name, pixels, size),
      close: () => void this.#drawn.delete(name),
    };
  }

  openReceiver(wanted: string): TextureReceiver {
    let seen = -1;
    let size: Size | null = null;
    return {
      look: (): Look => {
        const name = wanted === '' ? (this.senders()[0]?.name ?? '') : wanted;
        const drawn = this.#drawn.get(name);
        if (drawn === undefined) return { kind: 'absent' };
        // As Spout does: a new size is told before its picture comes.
        if (size?.width !== drawn.size.width || size.height !== drawn.size.height) {
          size = drawn.size;
          return { kind: 'nothing' };
        }
        if (drawn.serial === seen) return { kind: 'nothing' };
        seen = drawn.serial;
        return { kind: 'picture', sender: name, size: drawn.size, pixels: drawn.pixels };
      },
      close: () => undefined,
    };
  }

  draw(name: string, pixels: Uint8Array, size: Size): boolean {
    this.#drawn.set(name, { size, pixels: pixels.slice(), serial: (this.#serial += 1) });
    return true;
  }

  end(name: string): void {
    this.#drawn.delete(name);
  }
}
