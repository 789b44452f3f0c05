import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PERIOD_MS = 10;

/**
 * A process that only ticks. What it misses, the machine missed: where it was held up for long, a gap in an output says nothing
 * about Reverie.
 */
export class Witness {
  readonly #child = fork(fileURLToPath(new URL('./witness-child.ts', import.meta.url)), [String(PERIOD_MS)]);
  #longestMs = 0;

  constructor() {
    this.#child.on('message', (ms) => {
      if (typeof ms === 'number' && ms > this.#longestMs) this.#longestMs = ms;
    });
  }

  /** By how much a tick of it came too late at worst, milliseconds. */
  get latenessMs(): number {
    return Math.max(0, this.#longestMs - PERIOD_MS);
  }

  end(): void {
    this.#child.kill();
  }
}
