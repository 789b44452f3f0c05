const KEPT = 200;
const LINE_LIMIT = 2000;

/** The last lines of a runner, oldest dropped first. */
export class LogRing {
  readonly #lines: string[] = [];
  readonly #onLine: (line: string) => void;
  #partial = '';

  /** `onLine` hears every line as it comes. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  line(text: string): void {
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue;
      const kept = line.slice(0, LINE_LIMIT);
      this.#lines.push(kept);
      if (this.#lines.length > KEPT) this.#lines.shift();
      this.#onLine(kept);
    }
  }

  /** A piece of stdout or stderr, which need not end at a line. */
  chunk(text: string): void {
    const pieces = (this.#partial + text).split('\n');
    this.#partial = (pieces.pop() ?? '').slice(-LINE_LIMIT);
    for (const piece of pieces) this.line(piece);
  }

  all(): string[] {
    return this.#partial.trim() === '' ? [...this.#lines] : [...this.#lines, this.#partial].slice(-KEPT);
  }
}
