import { isAtLeast, type LogLine, type LogPage, type LogQuery, type LogsApi } from '../contract/log.ts';

/** Lines kept in memory: about a megabyte at most. */
const KEPT = 2_000;
const DEFAULT_LIMIT = 200;

/** The newest lines of the log, oldest dropped first. */
export class LogBook implements LogsApi {
  #lines: LogLine[];
  readonly #kept: number;
  readonly #listeners = new Set<(line: LogLine) => void>();

  /** `earlier` are lines of an earlier run, oldest first. */
  constructor(earlier: readonly LogLine[], kept: number = KEPT) {
    this.#kept = kept;
    this.#lines = earlier.slice(-kept);
  }

  get newestId(): number {
    return this.#lines.at(-1)?.id ?? 0;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    // Cut by half a book at a time: a shift per line would move all of them.
    if (this.#lines.length >= 1.5 * this.#kept) this.#lines = this.#lines.slice(-this.#kept);
    for (const listener of this.#listeners) listener(line);
  }

  read({ after, level = 'debug', node, limit = DEFAULT_LIMIT }: LogQuery): LogPage {
    const fits = (line: LogLine): boolean =>
      isAtLeast(line.level, level) && (node === undefined || line.node === node);
    const newest = this.newestId;
    // Who read a log with larger ids read another one: this began anew.
    if (after === undefined || after > newest)
      return {
        lines: limit === 0 ? [] : this.#lines.filter(fits).slice(-limit),
        next: newest,
        missed: 0,
      };
    const oldest = this.#lines[0]?.id ?? newest + 1;
    const fitting = this.#lines.filter((line) => line.id > after && fits(line));
    const lines = fitting.slice(0, limit);
    const more = fitting.length > lines.length;
    return {
      lines,
      next: more ? (lines.at(-1)?.id ?? after) : newest,
      missed: Math.max(0, oldest - after - 1),
    };
  }

  subscribe(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
