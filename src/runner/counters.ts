import { Histogram } from '../contract/histogram.ts';
import type { NodeCounters } from '../contract/protocol.ts';

/** What a node of this runner counts between two reports. Counting allocates nothing. */
export class Counters {
  framesIn = 0;
  framesOut = 0;
  ticks = 0;
  repeats = 0;
  skipped = 0;
  readonly hop = new Histogram();
  readonly call = new Histogram();
  readonly tickGap = new Histogram();
  readonly age = new Histogram();

  /** The counts since the last call, or null where nothing happened. */
  drain(): NodeCounters | null {
    if (this.framesIn + this.framesOut + this.ticks + this.skipped === 0) return null;
    const report: NodeCounters = {
      framesIn: this.framesIn,
      framesOut: this.framesOut,
      ticks: this.ticks,
      repeats: this.repeats,
      skipped: this.skipped,
      hop: this.hop.counts(),
      call: this.call.counts(),
      tickGap: this.tickGap.counts(),
      age: this.age.counts(),
    };
    this.framesIn = this.framesOut = this.ticks = this.repeats = this.skipped = 0;
    for (const histogram of [this.hop, this.call, this.tickGap, this.age]) histogram.clear();
    return report;
  }
}
