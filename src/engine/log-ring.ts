const KEPT = 200;
const LINE_LIMIT = 2_000;

/** The last lines of a runner, oldest dropped first. */
export class LogRing {
  readonly #lines: string[] = [];
  readonly #onLine: (line: string) => void;

  /** `onLine` hears every line as it comes. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  line(text: string): void {
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue;
      const kept = shortened(line, LINE_LIMIT);
      this.#lines.push(kept);
      if (this.#lines.length > KEPT) this.#lines.shift();
      this.#onLine(kept);
    }
  }

  all(): string[] {
    return [...this.#lines];
  }
}

/** A line of at most about `limit` characters, which says how much of it is missing. */
export function shortened(line: string, limit: number): string {
  const over = line.length - limit;
  return over <= 0 ? line : `${line.slice(0, limit)}… (${over} more characters)`;
}
