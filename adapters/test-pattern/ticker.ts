export interface Tick {
  /** When the tick is due, monotonic microseconds. */
  readonly dueUs: number;
  /** Ticks left out before this one because their time had passed. */
  readonly skipped: number;
}

/**
 * Says when the next frame is due: `start + n * period`, so that late timers never add up. After a stall of more than a
 * period the missed ticks are left out and counted, and the grid goes on in the same phase; nothing is sent in a burst.
 */
export class Ticker {
  readonly #startUs: number;
  readonly #periodUs: number;
  #next = 0;

  constructor(startUs: number, rateHz: number) {
    this.#startUs = startUs;
    this.#periodUs = 1e6 / rateHz;
  }

  get periodUs(): number {
    return this.#periodUs;
  }

  next(nowUs: number): Tick {
    const passed = Math.floor((nowUs - this.#startUs) / this.#periodUs);
    const skipped = Math.max(0, passed - this.#next);
    const tick = this.#next + skipped;
    this.#next = tick + 1;
    return { dueUs: this.#startUs + tick * this.#periodUs, skipped };
  }
}
