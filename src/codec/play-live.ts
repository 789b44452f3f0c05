import { setTimeout as sleep } from 'node:timers/promises';
import type { OutputFrame, SourceContext } from '../contract/adapter.ts';
import { nowUs } from '../contract/clock.ts';
import { failure } from '../contract/error.ts';
import { MAX_DIMENSION, sameSize, type AspectPolicy, type Size } from '../contract/frame.ts';
import type { JsonObject } from '../contract/json.ts';
import { LiveReader } from './live-reader.ts';
import { MediaClock } from './media-clock.ts';
import { MediaTimeline } from './media-timeline.ts';
import { upright } from './orientation.ts';
import type { Picture, VideoFacts, VideoInput } from './video-input.ts';
import { VideoReader } from './video-reader.ts';

/** How often what came in is told anew; a change of its size is told at once. */
const DESCRIBE_EVERY_US = 2_000_000;
/** Pictures in a row that could not be drawn, after which it is no use. */
const MOST_UNDRAWN = 100;

/** Shows what comes by itself, each picture at once, until it is lost or aborted. Closes `input`. */
export async function playLive(context: SourceContext, input: VideoInput): Promise<void> {
  const reader = new LiveReader(input);
  const stop = (): void => void reader.close();
  context.signal.addEventListener('abort', stop);
  const stage = new Stage(context);
  const report = new Report(context);
  try {
    while (!context.signal.aborted) {
      const picture = await reader.next();
      const captureUs = nowUs();
      await stage.show(picture, reader, () => ({ captureUs }));
      const { facts, damaged, skipped, decoded, bytes } = reader;
      report.tell(facts, picture, stage.sizeFor(picture), decoded, bytes, {
        damaged: damaged + stage.undrawn,
        skipped,
      });
    }
  } finally {
    context.signal.removeEventListener('abort', stop);
    await reader.close();
  }
}

/** Shows what a server hands out as fast as it is read, at the pace of its timestamps, until its end. Closes `input`. */
export async function playPaced(context: SourceContext, input: VideoInput): Promise<void> {
  const reader = new VideoReader(input);
  const stop = (): void => void reader.close();
  context.signal.addEventListener('abort', stop);
  const stage = new Stage(context);
  const report = new Report(context);
  const clock = new MediaClock();
  const timeline = new MediaTimeline(reader.facts.rateHz);
  try {
    for (let count = 1; !context.signal.aborted; count += 1) {
      const picture = await reader.next();
      if (picture === null) throw failure('E_SOURCE_LOST', `${input.place.name}: the sender ended it`);
      const verdict = clock.judge(timeline.place(picture), picture.durationSeconds ?? 0.04, nowUs());
      if (verdict.show)
        await stage.show(picture, reader, async () => {
          await until(verdict.dueUs, context.signal);
          return { ptsUs: verdict.dueUs };
        });
      report.tell(input.facts, picture, stage.sizeFor(picture), count, input.bytes, {
        damaged: reader.damaged + stage.undrawn,
        skipped: clock.dropped,
      });
    }
  } finally {
    context.signal.removeEventListener('abort', stop);
    await reader.close();
  }
}

/** Timers count from the start of the turn they were set in and may fire early; hence the second look. */
async function until(dueUs: number, signal: AbortSignal): Promise<void> {
  for (let waitMs = 1; waitMs >= 0.5;) {
    waitMs = (dueUs - nowUs()) / 1e3;
    if (waitMs >= 0.5) await sleep(Math.round(waitMs), undefined, { signal });
  }
}

type Times = { readonly ptsUs?: number; readonly captureUs?: number };

/** Puts pictures into the slots of the link, in the size that the consumers want. */
class Stage {
  readonly #context: SourceContext;
  readonly #aspect: AspectPolicy;
  #wanted: Size | null;
  /** Handed out and not shown, since its picture could not be drawn. */
  #left: OutputFrame | null = null;
  #undrawn = 0;
  #inRow = 0;

  constructor(context: SourceContext) {
    const { aspect } = context.config;
    this.#context = context;
    this.#aspect = aspect === 'fit' || aspect === 'stretch' ? aspect : 'fill';
    this.#wanted = context.wanted;
    context.onWanted((size) => (this.#wanted = size));
  }

  /** Pictures that were decoded and could not be drawn. */
  get undrawn(): number {
    return this.#undrawn;
  }

  async show(
    picture: Picture,
    reader: Pick<VideoReader, 'draw'>,
    times: () => Times | Promise<Times>,
  ): Promise<void> {
    const size = this.sizeFor(picture);
    const left = this.#left;
    this.#left = null;
    const frame = left !== null && sameSize(left, size) ? left : await this.#context.output(size);
    try {
      await reader.draw({ size, aspect: this.#aspect, turn: upright }, frame.data);
    } catch (error) {
      // A damaged picture may claim colours or a shape that nothing can convert.
      this.#left = frame;
      this.#undrawn += 1;
      this.#inRow += 1;
      if (this.#inRow >= MOST_UNDRAWN || this.#context.signal.aborted) throw error;
      return;
    }
    this.#inRow = 0;
    frame.publish(await times());
  }

  /** What the consumers want; else the picture's own size, brought under the largest there is. */
  sizeFor({ size: { width, height } }: Picture): Size {
    if (this.#wanted !== null) return this.#wanted;
    const scale = Math.min(1, MAX_DIMENSION / Math.max(width, height));
    return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  }
}

/** What came in, as status shows it. */
class Report {
  readonly #context: SourceContext;
  #shape = '';
  #sinceUs = 0;
  #pictures = 0;
  #bytes = 0;
  #rateHz: number | null = null;
  #megabits: number | null = null;

  constructor(context: SourceContext) {
    this.#context = context;
  }

  /** `pictures` and `bytes`: of the video, since it was opened. */
  tell(
    facts: VideoFacts,
    picture: Picture,
    shown: Size,
    pictures: number,
    bytes: number,
    counts: JsonObject,
  ): void {
    const shape = [facts.codec, picture.size.width, picture.size.height, shown.width, shown.height].join(' ');
    const now = nowUs();
    const pastUs = now - this.#sinceUs;
    if (shape === this.#shape && pastUs < DESCRIBE_EVERY_US) return;
    if (this.#shape !== '' && pastUs >= DESCRIBE_EVERY_US / 2) {
      this.#rateHz = Math.round(((pictures - this.#pictures) / pastUs) * 1e7) / 10;
      this.#megabits = Math.round((((bytes - this.#bytes) * 8) / pastUs) * 100) / 100;
    }
    [this.#shape, this.#sinceUs, this.#pictures, this.#bytes] = [shape, now, pictures, bytes];
    this.#context.describe({
      container: facts.container,
      codec: facts.codec,
      profile: facts.profile,
      pixelFormat: facts.pixelFormat,
      inputWidth: picture.size.width,
      inputHeight: picture.size.height,
      width: shown.width,
      height: shown.height,
      rateHz: this.#rateHz ?? facts.rateHz,
      megabitsPerSecond: this.#megabits,
      audio: facts.audioStreams > 0 ? 'left out' : 'none',
      ...counts,
    });
  }
}
