import type { SourceContext } from '../../src/contract/adapter.ts';
import { publishedName } from '../../src/contract/published-name.ts';
import type { DecodedPicture } from '../../src/codec/video-decoder.ts';
import { placeIn, type AspectPolicy } from './place.ts';
import { Seat } from './seat.ts';

/** The place of one source node: who feeds it, also while the node is started again, and the node itself while it runs. */
export class Feed {
  readonly seat = new Seat(() => this.#describe());
  #source: SourceContext | null = null;
  /** What comes in; null until the first picture of a publisher. */
  #incoming: { readonly codec: string; readonly size: string } | null = null;
  #scratch = new Uint8Array(0);

  get empty(): boolean {
    return this.seat.publisher === null && this.#source === null;
  }

  open(source: SourceContext): void {
    this.#source = source;
    this.#describe();
  }

  close(source: SourceContext): void {
    if (this.#source === source) this.#source = null;
  }

  describe(session: string, codec: string, { width, height }: DecodedPicture): void {
    if (this.seat.publisher?.session !== session) return;
    this.#incoming = { codec, size: `${width}x${height}` };
    this.#describe();
  }

  /** Writes a picture and hands it on. Waits for a free slot; nothing happens where the node is not there, or another session feeds it. */
  async put(session: string, picture: DecodedPicture, captureUs: number): Promise<void> {
    const source = this.#source;
    if (source === null || source.signal.aborted || this.seat.publisher?.session !== session) return;
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

  #describe(): void {
    const source = this.#source;
    if (source === null) return;
    const { publisher, silent } = this.seat;
    if (publisher === null) this.#incoming = null;
    const { codec = null, size = null } = this.#incoming ?? {};
    const waiting = publisher !== null && !silent ? null : waitingWords(publisher !== null, source);
    source.describe({ client: publisher?.client ?? null, codec, size, waiting });
  }
}

/** Why no pictures come. */
function waitingWords(isSilent: boolean, { node, config }: SourceContext): string {
  const path = `/whip/${publishedName(config) ?? node}`;
  return isSilent ? `The publisher of ${path} is not heard of any more` : `Nobody publishes to ${path}`;
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
