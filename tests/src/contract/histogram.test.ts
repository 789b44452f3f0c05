import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../src/contract/histogram.ts';

describe('a histogram of times', () => {
  it('is within six percent of the exact percentiles, and exact in its maximum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.002, max: 5000, noNaN: true }), { minLength: 1, maxLength: 500 }),
        (times) => {
          const histogram = new Histogram();
          for (const time of times) histogram.record(time);
          const sorted = [...times].sort((a, b) => a - b);
          for (const q of [0.5, 0.95, 0.99]) {
            const exact = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
            expect(histogram.quantile(q)).toBeGreaterThanOrEqual(exact * 0.94);
            expect(histogram.quantile(q)).toBeLessThanOrEqual(exact * 1.06);
          }
          expect(histogram.percentiles().max).toBe(sorted.at(-1));
        },
      ),
    );
  });

  it('merges counts of another process as if it had counted itself', () => {
    const [a, b, whole] = [new Histogram(), new Histogram(), new Histogram()];
    for (let i = 1; i <= 100; i++) {
      (i % 2 === 0 ? a : b).record(i);
      whole.record(i);
    }
    a.add(b.counts());
    expect(a.percentiles()).toEqual(whole.percentiles());
  });

  it('ignores buckets that do not exist', () => {
    const histogram = new Histogram();
    histogram.add({ counts: [-1, 5, 99_999, 5], max: 0 });
    expect(histogram.count).toBe(0);
  });
});
