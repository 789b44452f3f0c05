import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fractionOf, RateMeter, rateHz, rateText, readFrameRate } from '../../../adapters/ndi/frame-rate.ts';

/** Frames at a rate, some milliseconds early or late, some left out. */
function measured(
  hz: number,
  seconds: number,
  { first = 60, jitterUs = 0, dropEvery = Infinity } = {},
): string {
  const meter = new RateMeter(first);
  for (let n = 0; n < hz * seconds; n += 1) {
    // A jitter that repeats after 7 frames, so that the test has no luck in it.
    if (n % dropEvery !== dropEvery - 1)
      meter.arrived(1e9 + (n * 1e6) / hz + (((n * 3) % 7) - 3) * (jitterUs / 3));
  }
  return rateText(meter.rate);
}

describe('the rate that receivers are told', () => {
  test.each([
    [24, '24000/1000'],
    [24_000 / 1001, '24000/1001'],
    [25, '25000/1000'],
    [30, '30000/1000'],
    [30_000 / 1001, '30000/1001'],
    [50, '50000/1000'],
    [60_000 / 1001, '60000/1001'],
    [120, '120000/1000'],
    [17, '17000/1000'],
  ])('is that of the frames: %f', (hz, text) => {
    expect(measured(hz, 8)).toBe(text);
    expect(measured(hz, 8, { jitterUs: 1000 })).toBe(text);
  });

  test('is not lowered by frames that are left out on the way', () => {
    expect(measured(60, 8, { dropEvery: 5 })).toBe('60000/1000');
    expect(measured(30_000 / 1001, 12, { dropEvery: 4, jitterUs: 500 })).toBe('30000/1001');
  });

  test('is known within a second, whatever was expected', () => {
    for (const first of [10, 30, 60, 240]) expect(measured(25, 1.2, { first })).toBe('25000/1000');
  });

  test('follows a source that changes it', () => {
    const meter = new RateMeter(60);
    let at = 0;
    for (const hz of [60, 30, 50, 12]) {
      for (let n = 0; n < hz * 3; n += 1) meter.arrived((at += 1e6 / hz));
      expect(rateHz(meter.rate)).toBeCloseTo(hz, 2);
    }
  });

  test('is a rate whatever times are given', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e12, max: 1e15, noNaN: true }), { maxLength: 60 }), (times) => {
        const meter = new RateMeter(30);
        for (const at of times) meter.arrived(at);
        expect(Number.isInteger(meter.rate.numerator)).toBe(true);
        expect(meter.rate.numerator).toBeGreaterThan(0);
        expect(meter.rate.denominator).toBeGreaterThan(0);
      }),
    );
  });

  test('may be said by hand', () => {
    expect(readFrameRate('auto')).toBeNull();
    expect(readFrameRate('0')).toBeNull();
    expect(readFrameRate('30/0')).toBeNull();
    expect(readFrameRate('60000/1001')).toEqual({ numerator: 60_000, denominator: 1001 });
    expect(readFrameRate('59.94')).toEqual({ numerator: 60_000, denominator: 1001 });
    expect(readFrameRate('30')).toEqual({ numerator: 30_000, denominator: 1000 });
    expect(fractionOf(33.3)).toEqual({ numerator: 33_300, denominator: 1000 });
  });
});
