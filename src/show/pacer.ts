import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../contract/clock.ts';

/** The loop has its turn once this much of it was used: one piece of work on top stays below the ten milliseconds that are allowed. */
const sliceUs = 2_000;

/** Long work in slices. */
export class Pacer {
  readonly #clock: Clock;
  readonly #pause: () => Promise<unknown>;
  #sinceUs = -Infinity;

  constructor(clock: Clock, pause: () => Promise<unknown> = setImmediate) {
    this.#clock = clock;
    this.#pause = pause;
  }

  /** The work begins, in a turn of the loop that others have used as well. */
  begin(): void {
    this.#sinceUs = -Infinity;
  }

  /** Before each piece of work. */
  async next(): Promise<void> {
    if (this.#clock() - this.#sinceUs < sliceUs) return;
    await this.#pause();
    this.#sinceUs = this.#clock();
  }
}
