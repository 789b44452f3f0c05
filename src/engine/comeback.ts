import { RetryPolicy, type Ending } from './retry.ts';

/** When a node is tried again: one timer, with a policy for what played and another for what was only warming. */
export class Comeback {
  readonly #playing = new RetryPolicy();
  readonly #warming = new RetryPolicy();
  #timer: NodeJS.Timeout | null = null;

  /** Milliseconds until what played `livedMs` may start again. */
  delayAfter(ending: Ending, livedMs: number): number {
    return this.#playing.delayAfter(ending, livedMs);
  }

  in(delayMs: number, start: () => void): void {
    this.cancel();
    this.#timer = setTimeout(start, delayMs);
  }

  /** A replacement died while it warmed: it is tried again while the old one plays. */
  ofReplacement(ending: Ending, start: () => void): void {
    this.in(this.#warming.delayAfter(ending, 0), start);
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
