import type { SourceContext } from '../../src/contract/adapter.ts';
import type { DecodedPicture } from '../../src/codec/video-decoder.ts';
import { placeIn, type AspectPolicy } from './place.ts';

/**
 * The place of one source node: which session feeds it, and the node itself while it runs. The first session that asks keeps it
 * until it ends, also while the node is started again.
 */
export class Feed {
  #owner: { readonly session: string; readonly client: string } | null = null;
  #source: SourceContext | null = null;
  #scratch = new Uint8Array(0);

  get empty(): boolean {
    return this.#owner === null && this.#source === null;
  }

  /** Null where the session has it now, else why not. */
  bind(session: string, client: string): string | null {
    if (this.#owner !== null)
      return `Another session ("${this.#owner.client}") feeds it already and keeps it`;
    this.#owner = { session, client };
    return null;
  }

  unbind(session: string): void {
    if (this.#owner?.session !== session) return;
    this.#owner = null;
    this.#source?.describe({ client: null });
  }

  open(source: SourceContext): void {
    this.#source = source;
  }

  close(source: SourceContext): void {
    if (this.#source === source) this.#source = null;
  }

  describe(codec: string, { width, height }: DecodedPicture): void {
    const size = `${width}x${height}`;
    this.#source?.describe({ client: this.#owner?.client ?? null, codec, size });
  }

  /** Writes a picture and hands it on. Waits for a free slot; nothing happens where the node is not there. */
  async put(picture: DecodedPicture, captureUs: number): Promise<void> {
    const source = this.#source;
    if (source === null || source.signal.aborted) return;
    const size = source.wanted ?? { width: picture.width, height: picture.height };
    const frame = await source.output(size);
    const { scaled, crop, at } = placeIn(picture, size, aspectOf(source));
    if (scaled.width === size.width && scaled.height === size.height) {
      await picture.write(frame.data, size);
    } else {
      const bytes = scaled.width * scaled.height * 4;
      if (this.#scratch.length < bytes) this.#scratch = new Uint8Array(bytes);
      await picture.write(this.#scratch.subarray(0, bytes), scaled);
      if (at.x > 0 || at.y > 0) blacken(frame.data);
      const row = Math.min(scaled.width, size.width) * 4;
      for (let y = 0; y < Math.min(scaled.height, size.height); y += 1) {
        const from = ((crop.y + y) * scaled.width + crop.x) * 4;
        frame.data.set(this.#scratch.subarray(from, from + row), ((at.y + y) * size.width + at.x) * 4);
      }
    }
    frame.publish({ captureUs });
  }
}

function aspectOf({ config }: SourceContext): AspectPolicy {
  const { aspect } = config;
  return aspect === 'fit' || aspect === 'stretch' ? aspect : 'fill';
}

const BLACK = Uint8Array.of(0, 0, 0, 255);

function blacken(pixels: Uint8Array): void {
  pixels.set(BLACK);
  for (let done = 4; done < pixels.length; done *= 2) pixels.copyWithin(done, 0, done);
}
