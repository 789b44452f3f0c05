import type { ShowFiles } from './disk-files.ts';
import type { Timers } from './timers.ts';

const survivedMs = 10_000;

/**
 * Counts starts that did not live long, in a small file beside the show. A show that can be read but takes the daemon down
 * would otherwise do so for ever.
 */
export class StartGuard {
  readonly #files: ShowFiles;
  readonly #path: string;
  readonly #timers: Timers;
  #cancel: (() => void) | null = null;
  #marked = false;

  constructor(files: ShowFiles, file: string, timers: Timers) {
    this.#files = files;
    this.#path = `${file}.starting`;
    this.#timers = timers;
  }

  /** Starts in a row, before this one, that ended before their time. */
  async unfinished(): Promise<number> {
    const text = await this.#files.read(this.#path).catch(() => null);
    const count = Number.parseInt(text ?? '0', 10);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  }

  /** Called before the show is put to work; with 0 for one that nobody saved, which starts the count anew. */
  async begin(count: number): Promise<void> {
    try {
      if (count === 0) {
        await this.#files.remove(this.#path);
        return;
      }
      await this.#files.replace(this.#path, `${count}\n`);
      this.#marked = true;
      this.#cancel = this.#timers(survivedMs, () => void this.end());
    } catch {
      // A folder that cannot be written has no show to guard against either; the autosave says so.
    }
  }

  async end(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    if (!this.#marked) return;
    this.#marked = false;
    await this.#files.remove(this.#path).catch(() => undefined);
  }
}
