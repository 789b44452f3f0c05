import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createServer } from 'node:net';
import { readCounter } from '../../adapters/test-pattern/counter.ts';
import type { Size } from '../../src/contract/frame.ts';

type Start = (program: string, args: readonly string[]) => ChildProcessWithoutNullStreams;

/** A peer that decodes what it is sent, and the numbers that were painted into the pictures. */
export class Receiver {
  readonly numbers: number[] = [];
  /** Pictures whose upper and lower number are missing or differ. */
  damaged = 0;
  /** Color of the last picture a little below its middle. */
  middle: readonly number[] = [];
  words = '';
  readonly #child: ChildProcessWithoutNullStreams;
  #pending: Buffer = Buffer.alloc(0);

  /** `child` writes pictures, `[height, width, 4]` rgba8 one after another. */
  constructor(child: ChildProcessWithoutNullStreams, size: Size) {
    this.#child = child;
    child.stderr.on('data', (text: Buffer) => (this.words += text.toString()));
    child.stdout.on('data', (piece: Buffer) => {
      this.#pending = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece]);
      const bytes = size.width * size.height * 4;
      while (this.#pending.length >= bytes) {
        this.#see(this.#pending.subarray(0, bytes), size);
        this.#pending = this.#pending.subarray(bytes);
      }
    });
  }

  /** ffmpeg decodes `input`. `start` runs it, in another network where that is to be looked into. */
  static ffmpeg(size: Size, input: readonly string[], start: Start = spawn): Receiver {
    const output = ['-an', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'];
    return new Receiver(start('ffmpeg', ['-v', 'warning', '-nostdin', ...input, ...output]), size);
  }

  get gone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  end(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  stopReading(): void {
    this.#child.kill('SIGSTOP');
  }

  #see(pixels: Buffer, size: Size): void {
    const { top, bottom } = readCounter(pixels, size);
    if (top === null || top !== bottom) this.damaged += 1;
    else this.numbers.push(top);
    const at = (Math.floor(size.height * 0.55) * size.width + Math.floor(size.width / 2)) * 4;
    this.middle = [...pixels.subarray(at, at + 3)];
  }
}

/** No picture before one that was shown already; a picture that stands still may come again. */
export function inOrder(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] ?? Infinity));
}

/** A port that was free a moment ago, for TCP; for UDP in all likelihood too. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
