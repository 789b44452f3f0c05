import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openMuxer, type Muxer } from '../../src/codec/muxer.ts';
import type { EncodedPicture } from '../../src/codec/video-encoder.ts';
import { failure } from '../../src/contract/error.ts';
import type { Size } from '../../src/contract/frame.ts';
import { writeFailure } from './claim.ts';
import type { Part } from './part.ts';

/** The index at the end takes about this much of a picture; without room for it, the file stays in fragments. */
const INDEX_BYTES_PER_FRAME = 24;
const INDEX_BYTES = 65_536;

/** Pictures into one MP4. One is held back until the next is there: then it is known how long it is seen. */
export class VideoPart implements Part {
  readonly kind = 'video';
  readonly path: string;
  readonly size: Size;
  readonly startedAt: number;
  readonly startUs: number;
  readonly #muxer: Muxer;
  #held: EncodedPicture | null;
  #frames = 0;
  #endUs: number;

  private constructor(path: string, size: Size, startedAt: number, muxer: Muxer, first: EncodedPicture) {
    this.path = path;
    this.size = size;
    this.startedAt = startedAt;
    this.startUs = this.#endUs = first.timestampUs;
    this.#muxer = muxer;
    this.#held = first;
  }

  /** Into a file that is claimed already. `first` is a key picture. */
  static async begin(path: string, size: Size, startedAt: number, first: EncodedPicture): Promise<VideoPart> {
    const muxer = await openMuxer(
      {
        ...size,
        container: 'mp4',
        codec: 'h264',
        rateHz: 30,
        target: { kind: 'file', path },
        failure: 'E_RECORDING_FAILED',
      },
      { ...first, timestampUs: 0, durationUs: 0 },
    );
    return new VideoPart(path, size, startedAt, muxer, first);
  }

  get seconds(): number {
    return (this.#endUs - this.startUs) / 1e6;
  }

  get bytes(): number {
    return this.#muxer.bytes;
  }

  /** With the one that is held back. */
  get frames(): number {
    return this.#frames + (this.#held === null ? 0 : 1);
  }

  async add(picture: EncodedPicture): Promise<void> {
    await this.#release(picture.timestampUs);
    this.#held = picture;
  }

  /** Everything but the last picture is on disk and playable. */
  flush(): Promise<void> {
    return this.#muxer.flush();
  }

  async finish(endUs: number): Promise<Error | null> {
    try {
      await this.#release(endUs);
      this.#held = null;
    } catch (error) {
      await this.#muxer.leave();
      return writeFailure(this.path, error);
    }
    if (await this.#hasRoomForIndex()) return this.#muxer.close();
    await this.#muxer.flush().catch(() => undefined);
    await this.#muxer.leave();
    return failure('E_RECORDING_FULL', `${this.path}: there is no room left for its index`, {
      path: this.path,
    });
  }

  leave(): Promise<void> {
    return this.#muxer.leave();
  }

  async #release(endUs: number): Promise<void> {
    if (this.#held === null) return;
    const { data, key, timestampUs } = this.#held;
    const picture = {
      data,
      key,
      timestampUs: timestampUs - this.startUs,
      durationUs: Math.max(1, endUs - timestampUs),
    };
    await this.#muxer.write(picture);
    this.#frames += 1;
    this.#endUs = endUs;
  }

  /** FFmpeg begins the index by changing what is there: half of one would be worse than none. */
  async #hasRoomForIndex(): Promise<boolean> {
    try {
      const { bavail, bsize } = await statfs(dirname(this.path));
      return bavail * bsize > INDEX_BYTES + this.#frames * INDEX_BYTES_PER_FRAME;
    } catch {
      return true;
    }
  }
}
