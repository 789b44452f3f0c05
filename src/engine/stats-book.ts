import type { NodeStats, Timings } from '../contract/engine-api.ts';
import { Histogram } from '../contract/histogram.ts';
import type { NodeCounters } from '../contract/protocol.ts';

const RECENT_SECONDS = 10;
const timings = ['hop', 'call', 'tickGap', 'age'] as const;

interface Second {
  readonly atMs: number;
  readonly counters: NodeCounters;
}

/** What the runners counted for one node: sums since the last reset, and the reports of the last ten seconds. */
export class StatsBook {
  readonly #seconds: Second[] = [];
  readonly #totals = {
    hop: new Histogram(),
    call: new Histogram(),
    tickGap: new Histogram(),
    age: new Histogram(),
  };
  #framesIn = 0;
  #framesOut = 0;
  #ticks = 0;
  #repeats = 0;
  #skipped = 0;
  #logLinesDropped = 0;

  linesDropped(lines: number): void {
    this.#logLinesDropped += lines;
  }

  add(counters: NodeCounters, nowMs: number): void {
    this.#seconds.push({ atMs: nowMs, counters });
    this.#forgetBefore(nowMs - RECENT_SECONDS * 1000);
    this.#framesIn += counters.framesIn;
    this.#framesOut += counters.framesOut;
    this.#ticks += counters.ticks;
    this.#repeats += counters.repeats;
    this.#skipped += counters.skipped;
    for (const name of timings) this.#totals[name].add(counters[name]);
  }

  reset(): void {
    this.#framesIn = this.#framesOut = this.#ticks = this.#repeats = this.#skipped = 0;
    this.#logLinesDropped = 0;
    for (const name of timings) this.#totals[name].clear();
    this.#seconds.length = 0;
  }

  /** Frames a second over the last three reports, in and out. */
  rates(nowMs: number): { readonly inHz: number; readonly outHz: number } {
    const recent = this.#seconds.filter((second) => second.atMs > nowMs - 3500);
    const first = recent[0];
    const last = recent.at(-1);
    if (first === undefined || last === undefined || nowMs - last.atMs > 2500) return { inHz: 0, outHz: 0 };
    // Each report covers about one second.
    const seconds = Math.max(1, (last.atMs - first.atMs) / 1000 + 1);
    const sum = (of: (counters: NodeCounters) => number): number =>
      recent.reduce((total, { counters }) => total + of(counters), 0);
    return {
      inHz: sum((counters) => counters.framesIn) / seconds,
      outHz: sum((counters) => counters.framesOut) / seconds,
    };
  }

  report(id: string, nowMs: number, drops: number, rssBytes: number): NodeStats {
    this.#forgetBefore(nowMs - RECENT_SECONDS * 1000);
    const { inHz, outHz } = this.rates(nowMs);
    return {
      id,
      rateInHz: inHz,
      rateOutHz: outHz,
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      ticks: this.#ticks,
      repeats: this.#repeats,
      drops,
      skipped: this.#skipped,
      logLinesDropped: this.#logLinesDropped,
      rssBytes,
      recent: this.#recent(),
      total: mapTimings((name) => this.#totals[name]),
    };
  }

  #recent(): Timings {
    return mapTimings((name) => {
      const histogram = new Histogram();
      for (const { counters } of this.#seconds) histogram.add(counters[name]);
      return histogram;
    });
  }

  #forgetBefore(limitMs: number): void {
    while ((this.#seconds[0]?.atMs ?? Infinity) < limitMs) this.#seconds.shift();
  }
}

function mapTimings(of: (name: (typeof timings)[number]) => Histogram): Timings {
  return {
    hop: of('hop').percentiles(),
    call: of('call').percentiles(),
    tickGap: of('tickGap').percentiles(),
    age: of('age').percentiles(),
  };
}
