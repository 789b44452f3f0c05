const KEPT = 200;
const LINE_LIMIT = 2000;

/** The last lines of a runner, oldest dropped first. */
export class LogRing {
  readonly #lines: string[] = [];
  #partial = '';

  line(text: string): void {
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue;
      this.#lines.push(line.slice(0, LINE_LIMIT));
      if (this.#lines.length > KEPT) this.#lines.shift();
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
