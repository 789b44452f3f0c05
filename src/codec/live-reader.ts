import type { Frame as AvFrame } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import { combined } from './orientation.ts';
import type { View } from './picture-filter.ts';
import { RgbaConverter } from './rgba-converter.ts';
import type { Picture, VideoFacts, VideoInput } from './video-input.ts';

/** What has decoded nothing at all by then never will; encoders send a key picture at least every ten seconds. */
const FIRST_PICTURE_MS = 20_000;
/** A stream of few pictures is not lost as long as they come at their pace, so many times their usual distance. */
const SPARSE = 3;
const PICTURES_AVERAGED = 8;

/**
 * The pictures of a stream or device as they come. Decoding goes on by itself, at the sender's pace; who asks for the next picture
 * gets the newest, and those in between are counted. The stream is lost when it ends, or when no picture comes in time.
 */
export class LiveReader {
  readonly #input: VideoInput;
  readonly #converter: RgbaConverter;
  /** Being decoded into, the newest that nobody took, and the one that can be drawn; they change places. */
  #spare: AvFrame;
  #newest: AvFrame;
  #shown: AvFrame;
  #picture: Picture | null = null;
  #waiting = false;
  #skipped = 0;
  #decoded = 0;
  #lastMs: number;
  #intervalMs = 0;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;
  #drawing: Promise<unknown> = Promise.resolve();
  #closed = false;
  readonly #pump: Promise<void>;
  #watch: NodeJS.Timeout | undefined;

  /** Takes `input` over, and closes it with itself. `now`: milliseconds of a clock that only goes forward. */
  constructor(input: VideoInput, now: () => number = () => performance.now()) {
    this.#input = input;
    this.#converter = new RgbaConverter(input.av);
    [this.#spare, this.#newest, this.#shown] = [frameOf(input), frameOf(input), frameOf(input)];
    this.#lastMs = now();
    this.#expect(FIRST_PICTURE_MS);
    this.#pump = this.#decodeAll(now).catch((error: unknown) =>
      this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
  }

  get facts(): VideoFacts {
    return this.#input.facts;
  }

  /** Packets and pictures that could not be decoded so far. */
  get damaged(): number {
    return this.#input.damaged;
  }

  /** Pictures that were never shown since a newer one was there. */
  get skipped(): number {
    return this.#skipped;
  }

  get decoded(): number {
    return this.#decoded;
  }

  /** Of the video, so far. */
  get bytes(): number {
    return this.#input.bytes;
  }

  /** The newest picture, once there is one that was not answered before. Rejects with `E_SOURCE_LOST`. */
  async next(): Promise<Picture> {
    await this.#drawing;
    while (!this.#waiting || this.#closed) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#waiting = false;
    [this.#shown, this.#newest] = [this.#newest, this.#shown];
    this.#newest.unref();
    this.#picture = this.#input.describe(this.#shown);
    return this.#picture;
  }

  /** Draws the picture that `next` answered last into `target`, `[height, width, 4]` of the view's size. */
  async draw(view: View, target: Uint8Array): Promise<void> {
    if (this.#picture === null || this.#closed) throw failure('E_INTERNAL', 'There is no picture to draw');
    const turn = combined(this.#picture.turn, view.turn);
    const drawing = this.#converter.convert(this.#shown, { ...view, turn }, target);
    this.#drawing = drawing.catch(() => {});
    await drawing;
  }

  /** Ends what is under way, `next` included. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#fail(failure('E_SOURCE_LOST', `${this.#input.place.name}: closed`));
    await Promise.all([this.#pump, this.#drawing]);
    this.#converter.free();
    for (const frame of [this.#spare, this.#newest, this.#shown]) frame.free();
    await this.#input.free();
  }

  async #decodeAll(now: () => number): Promise<void> {
    while (await this.#input.decode(this.#spare)) {
      if (this.#closed) return;
      const nowMs = now();
      if (this.#decoded > 0)
        this.#intervalMs += (nowMs - this.#lastMs - this.#intervalMs) / PICTURES_AVERAGED;
      this.#lastMs = nowMs;
      this.#decoded += 1;
      if (this.#waiting) this.#skipped += 1;
      [this.#newest, this.#spare] = [this.#spare, this.#newest];
      this.#spare.unref();
      this.#waiting = true;
      this.#expect(Math.max(this.#input.silenceMs ?? FIRST_PICTURE_MS, SPARSE * this.#intervalMs));
      this.#wake?.();
    }
    throw failure('E_SOURCE_LOST', `${this.#input.place.name}: the sender ended it`);
  }

  /** Packets may come and be nothing but noise. */
  #expect(limitMs: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      const { name } = this.#input.place;
      const told = this.damaged === 0 ? '' : ` (${this.damaged} damaged)`;
      this.#fail(failure('E_SOURCE_LOST', `${name}: no picture for ${(limitMs / 1000).toFixed(1)} s${told}`));
    }, limitMs);
  }

  #fail(error: Error): void {
    clearTimeout(this.#watch);
    this.#failure ??= error;
    this.#input.interrupt();
    this.#wake?.();
  }
}

function frameOf({ av }: VideoInput): AvFrame {
  const frame = new av.Frame();
  frame.alloc();
  return frame;
}
