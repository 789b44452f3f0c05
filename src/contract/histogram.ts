/** Percentiles of one histogram, milliseconds; all 0 while `count` is 0. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Buckets a decade of milliseconds apart in 40 steps: under 6 % error from 1 µs to 100 s, in 320 fixed counters. */
const STEPS_PER_DECADE = 40;
const LOWEST_MS = 0.001;
const BUCKETS = 8 * STEPS_PER_DECADE;

/** Sparse counts, `[bucket, count, bucket, count, …]`, and the exact maximum: what crosses the runner protocol. */
export interface HistogramCounts {
  readonly counts: readonly number[];
  readonly max: number;
}

/** Times in milliseconds, counted in place; `record` allocates nothing. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #max = 0;

  record(ms: number): void {
    const bucket =
      ms <= LOWEST_MS ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log10(ms / LOWEST_MS) * STEPS_PER_DECADE));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (ms > this.#max) this.#max = ms;
  }

  add(other: HistogramCounts): void {
    for (let i = 0; i + 1 < other.counts.length; i += 2) {
      const bucket = other.counts[i] ?? 0;
      const count = other.counts[i + 1] ?? 0;
      if (bucket < 0 || bucket >= BUCKETS) continue;
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
      this.#total += count;
    }
    if (other.max > this.#max) this.#max = other.max;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#max = 0;
  }

  get count(): number {
    return this.#total;
  }

  counts(): HistogramCounts {
    const counts: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) counts.push(bucket, count);
    }
    return { counts, max: this.#max };
  }

  /** Upper edge of the bucket in which the share `q` (0..1) of all times lies, never above the exact maximum. */
  quantile(q: number): number {
    if (this.#total === 0) return 0;
    const wanted = Math.ceil(q * this.#total);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= wanted) return Math.min(this.#max, LOWEST_MS * 10 ** ((bucket + 1) / STEPS_PER_DECADE));
    }
    return this.#max;
  }

  percentiles(): Percentiles {
    return {
      count: this.#total,
      p50: this.quantile(0.5),
      p95: this.quantile(0.95),
      p99: this.quantile(0.99),
      max: this.#max,
    };
  }
}
