import type { Presentation, SinkContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { reportOf } from '../../src/contract/error.ts';
import type { Frame } from '../../src/contract/frame.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { RecordingState } from '../../src/contract/recording.ts';
import { writeFailure } from './claim.ts';
import type { Film } from './film.ts';
import { Pacing, type Mark } from './pacing.ts';
import type { Part } from './part.ts';
import type { Settings } from './settings.ts';
import { SkipCount } from './skip-count.ts';

const NEWS_EVERY_US = 1_000_000;

/**
 * What is shown goes into files, one after the other. Frames come one at a time, in step with the disk: while one is encoded, the
 * newest waits and the others are counted.
 */
export class Recorder {
  readonly #context: SinkContext;
  readonly #settings: Settings;
  readonly #film: Film;
  readonly #pacing: Pacing;
  readonly #skips = new SkipCount();
  readonly #finishing = new Set<Promise<void>>();
  #part: Part | null = null;
  #skippedBefore = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #newsUs = 0;
  #ended = false;

  constructor(context: SinkContext, settings: Settings, film: Film) {
    this.#context = context;
    this.#settings = settings;
    this.#film = film;
    this.#pacing = new Pacing(settings.rateHz);
  }

  /** Rejects with `E_RECORDING_*` or `E_CODEC_*`; what is in the file then plays. */
  present(presentation: Presentation): Promise<void> {
    const done = this.#tail.then(() => this.#take(presentation));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Every file is whole when this resolves. Nothing is taken afterwards. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#tail;
    if (this.#part !== null) this.#finish(this.#part, this.#pacing.endUs(nowUs()));
    this.#part = null;
    await Promise.all(this.#finishing);
    await this.#film.close();
  }

  async #take({ frame, repeat }: Presentation): Promise<void> {
    if (this.#ended) return;
    this.#skips.see(frame.sequence, repeat);
    const now = nowUs();
    try {
      for (const mark of this.#pacing.marks({ ptsUs: frame.ptsUs, repeat }, now))
        await this.#write(frame, mark);
      if (repeat) await this.#film.settle();
    } catch (error) {
      throw await this.#failed(error);
    }
    if (this.#part !== null && now - this.#newsUs >= NEWS_EVERY_US) this.#tell(this.#part, 'recording', null);
  }

  async #write(frame: Frame, mark: Mark): Promise<void> {
    const part = this.#part;
    if (part !== null && this.#isFull(part, frame, mark)) {
      this.#film.cut();
      this.#part = null;
      this.#finish(part, mark.atUs);
    }
    const into = await this.#film.write(mark.picture === 'frame' || part === null ? frame : null, mark.atUs);
    if (into === null || into === this.#part) return;
    this.#part = into;
    this.#skippedBefore = this.#skips.count;
    this.#tell(into, 'recording', null);
  }

  /** Whether this picture begins the next file. */
  #isFull(part: Part, frame: Frame, { atUs, picture }: Mark): boolean {
    if (picture === 'frame' && !this.#film.fits(frame)) return true;
    const { splitUs, splitBytes } = this.#settings;
    return atUs - part.startUs >= splitUs || part.bytes >= splitBytes;
  }

  /** In the background: the next file is written meanwhile. */
  #finish(part: Part, endUs: number): void {
    const skipped = this.#skips.count - this.#skippedBefore;
    const done = this.#finished(part, endUs, skipped).finally(() => this.#finishing.delete(done));
    this.#finishing.add(done);
  }

  async #finished(part: Part, endUs: number, skipped: number): Promise<void> {
    const fault = await part.finish(endUs);
    this.#tell(part, fault === null ? 'done' : 'failed', fault, skipped);
  }

  async #failed(error: unknown): Promise<Error> {
    const part = this.#part;
    this.#part = null;
    this.#ended = true;
    const fault = writeFailure(part?.path ?? 'The recording', error);
    if (part !== null) {
      await part.leave();
      this.#tell(part, 'failed', fault);
    }
    return fault;
  }

  #tell(part: Part, state: RecordingState, fault: Error | null, skipped?: number): void {
    this.#newsUs = nowUs();
    const news = {
      path: part.path,
      kind: part.kind,
      state,
      startedAt: part.startedAt,
      seconds: part.seconds,
      size: { width: part.size.width, height: part.size.height },
      bytes: part.bytes,
      frames: part.frames,
      skipped: skipped ?? this.#skips.count - this.#skippedBefore,
      fault: fault === null ? null : { ...reportOf(fault, 'E_RECORDING_FAILED') },
    } satisfies JsonObject;
    this.#context.event('recording', { ...news, pid: process.pid });
    if (state === 'recording')
      this.#context.describe({
        file: part.path,
        frames: part.frames,
        skipped: news.skipped,
        seconds: part.seconds,
      });
  }
}
