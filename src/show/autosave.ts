import type { Clock } from '../contract/clock.ts';
import { failure, reportOf, type ErrorReport } from '../contract/error.ts';
import type { ShowFiles } from './disk-files.ts';
import type { Timers } from './timers.ts';

/** A save waits until this long nothing changed: it comes half a second to a second after the last change … */
const quietMs = 500;
/** … but not for ever: a fader that never rests is saved too. Both keep saves at least a second apart. */
const longestMs = 2000;
const apartMs = 1000;
/** After a failure: the disk may be full for a while. */
const retryMs = 5000;

export interface AutosaveDeps {
  readonly file: string;
  readonly files: ShowFiles;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: (line: string) => void;
  readonly snapshot: () => Promise<string>;
}

/** Writes the show a moment after it changed. What was good before is kept beside it as `.bak`. */
export class Autosave {
  readonly #deps: AutosaveDeps;
  /** A show that could be read or was written whole: the next `.bak`. */
  #good: string | null = null;
  /** What the file holds, where that is good. */
  #held: string | null = null;
  #dirty = false;
  #firstUs = 0;
  /** Whether it changed again while it waits to be saved. */
  #moved = false;
  #savedUs = -Infinity;
  #cancel: (() => void) | null = null;
  #closed = false;
  #withheld = false;
  #writing: Promise<void> = Promise.resolve();
  #failure: ErrorReport | null = null;

  constructor(deps: AutosaveDeps) {
    this.#deps = deps;
  }

  /** A show was read from this text, or from none; `inFile` is false where it came from the copy. */
  loaded(text: string | null, inFile: boolean): void {
    this.#good = text;
    this.#held = inFile ? text : null;
  }

  /** The file is not to be touched, for this reason. */
  hold(reason: ErrorReport): void {
    this.#withheld = true;
    this.#failure = reason;
  }

  /** Why the last save failed, or null. */
  get failure(): ErrorReport | null {
    return this.#failure;
  }

  /** Something worth keeping changed. Called with every move of a fader, so it does next to nothing. */
  mark(): void {
    this.#moved = true;
    if (this.#dirty || this.#closed || this.#withheld) return;
    this.#dirty = true;
    this.#firstUs = this.#deps.clock();
    this.#arm(Math.max(quietMs, apartMs - (this.#firstUs - this.#savedUs) / 1e3));
  }

  /** Writes at once what is not yet written, and waits for it. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#dirty) this.#save();
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(delayMs: number): void {
    this.#cancel?.();
    this.#moved = false;
    this.#cancel = this.#deps.timers(Math.ceil(delayMs), () => {
      this.#cancel = null;
      const longest = longestMs - (this.#deps.clock() - this.#firstUs) / 1e3;
      if (this.#moved && longest > 0) this.#arm(Math.min(quietMs, longest));
      else this.#save();
    });
  }

  #save(): void {
    this.#dirty = false;
    this.#savedUs = this.#deps.clock();
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const { file, files, log } = this.#deps;
    const text = await this.#deps.snapshot();
    if (text === this.#held) return;
    try {
      if (this.#good !== null) await files.replace(`${file}.bak`, this.#good);
      await files.replace(file, text);
      this.#good = text;
      this.#held = text;
      if (this.#failure !== null) log(`The show is saved to ${file} again`);
      this.#failure = null;
    } catch (error) {
      const message = `${file} could not be written: ${error instanceof Error ? error.message : String(error)}`;
      if (this.#failure === null) log(message);
      this.#failure = reportOf(failure('E_STATE_WRITE', message, { file }));
      if (this.#dirty || this.#closed) return;
      this.#dirty = true;
      this.#firstUs = this.#deps.clock();
      this.#arm(retryMs);
    }
  }
}
