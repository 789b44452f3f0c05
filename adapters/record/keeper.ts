import type { Presentation, SinkContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { failure, reportOf } from '../../src/contract/error.ts';
import { sameSize, type Size } from '../../src/contract/frame.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { Coder } from './coder.ts';
import { claim } from './claim.ts';
import type { Shelf } from './film.ts';
import { Pacing } from './pacing.ts';
import { Ring } from './ring.ts';
import type { Settings } from './settings.ts';
import { SkipCount } from './skip-count.ts';
import { VideoPart } from './video-part.ts';

const NEWS_EVERY_US = 1_000_000;

/** Keeps the last seconds encoded in memory, and writes them down when somebody says that they were worth it. */
export class Keeper {
  readonly #context: SinkContext;
  readonly #shelf: Shelf;
  readonly #coder: Coder;
  readonly #ring: Ring;
  readonly #pacing = new Pacing(0);
  readonly #skips = new SkipCount();
  #size: Size | null = null;
  #wantsKey = true;
  #newsUs = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(context: SinkContext, settings: Settings, shelf: Shelf) {
    this.#context = context;
    this.#shelf = shelf;
    this.#coder = new Coder(settings);
    this.#ring = new Ring(settings.keepUs, settings.keepBytes);
  }

  present(presentation: Presentation): Promise<void> {
    const done = this.#tail.then(() => this.#take(presentation));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Everything that is kept, as a file of its own; it goes on being kept. Answers what the event of a file holds. */
  async save(): Promise<JsonObject> {
    const pictures = this.#ring.last();
    const [first, ...others] = pictures;
    const size = this.#coder.size;
    if (first === undefined || size === null) throw failure('E_REPLAY_EMPTY', 'Nothing is kept yet');
    const endUs = this.#pacing.endUs(nowUs());
    const seconds = (endUs - first.timestampUs) / 1e6;
    const fields = this.#shelf.fields();
    const startedAt = new Date(fields.at.getTime() - seconds * 1e3);
    const path = await claim(this.#shelf.folder, this.#shelf.template, { ...fields, at: startedAt }, '.mp4');
    const part = await VideoPart.begin(path, size, startedAt.getTime(), first);
    for (const picture of others) await part.add(picture);
    const fault = await part.finish(endUs);
    return {
      path,
      kind: part.kind,
      state: fault === null ? 'done' : 'failed',
      startedAt: part.startedAt,
      seconds: part.seconds,
      size: { width: size.width, height: size.height },
      bytes: part.bytes,
      frames: part.frames,
      skipped: 0,
      fault: fault === null ? null : { ...reportOf(fault, 'E_RECORDING_FAILED') },
    };
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#tail;
    await this.#coder.close();
  }

  async #take({ frame, repeat }: Presentation): Promise<void> {
    if (this.#ended) return;
    this.#skips.see(frame.sequence, repeat);
    const now = nowUs();
    // Pictures of two sizes make no file.
    const isNew = !sameSize(this.#size, frame);
    if (isNew) this.#ring.clear();
    this.#size = { width: frame.width, height: frame.height };
    for (const { atUs, picture } of this.#pacing.marks({ ptsUs: frame.ptsUs, repeat }, now)) {
      const coded =
        picture === 'frame' || isNew
          ? await this.#coder.encode(frame, atUs, this.#wantsKey)
          : await this.#coder.repeat(atUs, this.#wantsKey);
      if (coded !== null) this.#wantsKey = !this.#ring.push(coded);
    }
    if (now - this.#newsUs >= NEWS_EVERY_US) this.#tell(now);
  }

  #tell(now: number): void {
    this.#newsUs = now;
    const { seconds, bytes, frames, evicted } = this.#ring;
    this.#context.event('replay', {
      keptSeconds: seconds,
      bytes,
      frames,
      evicted,
      skipped: this.#skips.count,
    });
  }
}
