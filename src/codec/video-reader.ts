import type { Frame as AvFrame } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import { filePlace } from './media-place.ts';
import { combined } from './orientation.ts';
import type { View } from './picture-filter.ts';
import { RgbaConverter } from './rgba-converter.ts';
import { VideoInput, type Picture, type VideoFacts } from './video-input.ts';

/**
 * The pictures of a file one after the other, at the pace of its reader; the present one can be drawn until the next is asked
 * for. Calls are carried out in their order, one at a time, and `close` waits for the one under way: FFmpeg's memory is never
 * freed while it works on it.
 */
export class VideoReader {
  readonly facts: VideoFacts;
  readonly #input: VideoInput;
  readonly #frame: AvFrame;
  readonly #converter: RgbaConverter;
  #tail: Promise<unknown> = Promise.resolve();
  #picture: Picture | null = null;
  #closed = false;

  /** Takes `input` over, and closes it with itself. */
  constructor(input: VideoInput) {
    this.#input = input;
    this.facts = input.facts;
    this.#frame = new input.av.Frame();
    this.#frame.alloc();
    this.#converter = new RgbaConverter(input.av);
  }

  /** `path` is absolute. Rejects with `E_SOURCE_UNREADABLE` in FFmpeg's words, or `E_CODEC_MISSING`. */
  static async open(path: string): Promise<VideoReader> {
    return new VideoReader(await VideoInput.open(filePlace(path)));
  }

  /** Packets and pictures that could not be decoded so far. */
  get damaged(): number {
    return this.#input.damaged;
  }

  /** Decodes the next picture; null at the end of the file, and again until `rewind`. */
  next(): Promise<Picture | null> {
    return this.#alone(async () => {
      this.#picture = null;
      this.#frame.unref();
      this.#picture = (await this.#input.decode(this.#frame)) ? this.#input.describe(this.#frame) : null;
      return this.#picture;
    });
  }

  /** Draws the present picture into `target`, `[height, width, 4]` of the view's size. `view.turn` comes on top of the picture's own. */
  draw(view: View, target: Uint8Array): Promise<void> {
    return this.#alone(async () => {
      if (this.#picture === null) throw failure('E_INTERNAL', 'There is no picture to draw');
      const turn = combined(this.#picture.turn, view.turn);
      await this.#converter.convert(this.#frame, { ...view, turn }, target);
    });
  }

  /** Goes back to the first picture. False where the file cannot be wound back; then it has to be opened anew. */
  rewind(): Promise<boolean> {
    return this.#alone(() => {
      this.#picture = null;
      this.#frame.unref();
      return this.#input.rewind();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#input.interrupt();
    await this.#tail;
    this.#converter.free();
    this.#frame.free();
    await this.#input.free();
  }

  /** Runs `work` after all earlier work. A failure is the caller's and does not stop what follows. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(failure('E_INTERNAL', 'The file is closed'));
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }
}
