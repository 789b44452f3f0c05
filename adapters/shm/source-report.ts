import type { JsonObject } from '../../src/contract/json.ts';
import { Histogram } from '../../src/contract/histogram.ts';
import type { Layout, SlotFacts } from './layout.ts';

const PERIOD_US = 5_000_000;

/** What status says of a ring that is read: at once when it is another one, and every five seconds what came of it. */
export class SourceReport {
  readonly #describe: (info: JsonObject) => void;
  #id: bigint | null = null;
  #saidUs = 0;
  #frames = 0;
  #missed = 0;
  #torn = 0;
  #handOver = new Histogram();

  constructor(describe: (info: JsonObject) => void) {
    this.#describe = describe;
  }

  /** A frame was handed on at `nowUs`; `missed` before it were written over unread, `torn` reads of this ring were given up. */
  frame(layout: Layout, { publishedUs }: SlotFacts, missed: number, torn: number, nowUs: number): void {
    this.#frames += 1;
    this.#missed += missed;
    this.#torn = torn;
    this.#handOver.record(Math.max(0, nowUs - publishedUs) / 1000);
    if (layout.id !== this.#id) this.#begin(layout, nowUs);
    else if (nowUs - this.#saidUs >= PERIOD_US) this.#say(nowUs);
  }

  #begin({ id, width, height, format, rows, rings, pid }: Layout, nowUs: number): void {
    this.#id = id;
    this.#describe({ width, height, format, rows, writerPid: pid, bell: rings, rateHz: null });
    this.#saidUs = nowUs;
    this.#frames = 0;
    this.#handOver = new Histogram();
  }

  #say(nowUs: number): void {
    const rateHz = (this.#frames * 1e6) / (nowUs - this.#saidUs);
    const { p50, p99 } = this.#handOver.percentiles();
    this.#describe({
      rateHz: Number(rateHz.toFixed(2)),
      missed: this.#missed,
      torn: this.#torn,
      handOverMs: { p50: Number(p50.toFixed(3)), p99: Number(p99.toFixed(3)) },
    });
    this.#saidUs = nowUs;
    this.#frames = 0;
    this.#handOver.clear();
  }
}
