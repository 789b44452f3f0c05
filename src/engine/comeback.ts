import { RetryPolicy, type Ending } from './retry.ts';

/** When something is tried again: one timer and its policy. */
export class Comeback {
  readonly #policy = new RetryPolicy();
  #waiting: { readonly timer: NodeJS.Timeout; readonly start: () => void } | null = null;

  /** Milliseconds until what was live for `livedMs` may start again. */
  delayAfter(ending: Ending, livedMs: number): number {
    return this.#policy.delayAfter(ending, livedMs);
  }

  in(delayMs: number, start: () => void): void {
    this.cancel();
    const timer = setTimeout(() => {
      this.#waiting = null;
      start();
    }, delayMs);
    this.#waiting = { timer, start };
  }

  /** What it waits for is there. */
  now(): void {
    const waiting = this.#waiting;
    this.cancel();
    waiting?.start();
  }

  cancel(): void {
    if (this.#waiting !== null) clearTimeout(this.#waiting.timer);
    this.#waiting = null;
  }
}
