/** What a person would call an answer; a state within two seconds is due. */
const FIRST_MS = 1_700;
const LONGEST_MS = 5_000;

/** How long a server may take to answer: little at first, so that silence is told soon, then longer, since some are slow. */
export class Patience {
  #url = '';
  #tries = 0;

  /** Milliseconds for one more try at `url`. */
  next(url: string): number {
    if (url !== this.#url) this.#tries = 0;
    this.#url = url;
    const limitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    return limitMs;
  }

  /** It answered. */
  reset(): void {
    this.#tries = 0;
  }
}
