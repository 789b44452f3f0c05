import { describe, expect, it } from 'vitest';
import { RateCap } from '../../../src/runner/rate-cap.ts';

function passed(maxRateHz: number, timesUs: readonly number[]): number {
  const cap = new RateCap(maxRateHz);
  return timesUs.filter((at) => cap.passes(at)).length;
}
const steady = (rateHz: number, seconds: number): number[] =>
  Array.from({ length: rateHz * seconds }, (_, n) => Math.round((n * 1e6) / rateHz));

describe('the rate cap of a source', () => {
  it('passes a source at just its rate whole, jitter and all', () => {
    const jittered = steady(30, 10).map((at, n) => at + (n % 2 === 0 ? 3000 : -3000));
    expect(passed(30, jittered)).toBe(300);
  });

  it.each([
    [60, 30],
    [60, 25],
    [50, 10],
    [30, 1],
  ])('thins %i frames a second to %i', (rateHz, cap) => {
    const count = passed(cap, steady(rateHz, 10));
    expect(count).toBeGreaterThanOrEqual(cap * 10 - 1);
    expect(count).toBeLessThanOrEqual(cap * 10 + 1);
  });

  it('passes the first frame after a silence at once, and makes up for none', () => {
    const cap = new RateCap(10);
    expect(cap.passes(0)).toBe(true);
    expect(cap.passes(9_000_000)).toBe(true);
    expect(cap.passes(9_010_000)).toBe(false);
  });
});
