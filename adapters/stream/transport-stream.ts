import { openMuxer, type Muxer } from '../../src/codec/muxer.ts';
import type { LivePicture } from './live-encoder.ts';

/** Pictures as MPEG-TS; every one comes out as whole packets, which a key picture begins with the tables. */
export class TransportStream {
  readonly #rateHz: number;
  readonly #startUs: number;
  #muxer: Muxer | null = null;
  #bytes: Uint8Array[] = [];

  /** `startUs`: the time of its first picture. */
  constructor(rateHz: number, startUs: number) {
    this.#rateHz = rateHz;
    this.#startUs = startUs;
  }

  /** What there is to send after this picture. */
  async add(picture: LivePicture): Promise<Uint8Array> {
    const timestampUs = this.#startUs + picture.timestampUs;
    const muxed = { ...picture, timestampUs, durationUs: Math.round(1e6 / this.#rateHz) };
    this.#muxer ??= await openMuxer(
      {
        container: 'mpegts',
        codec: 'h264',
        ...picture.size,
        rateHz: this.#rateHz,
        failure: 'E_SINK_LOST',
        target: { kind: 'bytes', write: (bytes) => void this.#bytes.push(bytes) },
      },
      muxed,
    );
    await this.#muxer.write(muxed);
    return Buffer.concat(this.#bytes.splice(0));
  }

  async close(): Promise<void> {
    await this.#muxer?.close();
  }
}
