import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Percentiles } from '../contract/histogram.ts';

const RESOLUTION_MS = 10;

/** How long the daemon's event loop was held up: nothing may hold it for more than 10 ms. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#histogram.enable();
  }

  percentiles(): Percentiles {
    // What is measured is a timer, its own period included.
    const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const delay = this.#histogram;
    return {
      count: delay.count,
      p50: ms(delay.percentile(50)),
      p95: ms(delay.percentile(95)),
      p99: ms(delay.percentile(99)),
      max: ms(delay.max),
    };
  }

  reset(): void {
    this.#histogram.reset();
  }

  close(): void {
    this.#histogram.disable();
  }
}
