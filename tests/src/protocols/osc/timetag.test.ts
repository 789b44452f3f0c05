import { expect, test } from 'vitest';
import { IMMEDIATELY, isImmediate, timetagAt, unixMsOf } from '../../../../src/protocols/osc/timetag.ts';

test('1970 is 2,208,988,800 seconds into the count, and half a second is half of the fraction', () => {
  expect(timetagAt(500)).toEqual({ seconds: 2_208_988_800, fraction: 0x80000000 });
  expect(unixMsOf({ seconds: 2_208_988_800, fraction: 0x80000000 })).toBe(500);
});

test('a fraction of a second is kept, not rounded away', () => {
  const at = Date.UTC(2026, 10, 21, 2, 7, 3) + 407.25;
  expect(unixMsOf(timetagAt(at))).toBeCloseTo(at, 3);
  expect(unixMsOf({ seconds: 4_000_000_000, fraction: 0x40000000 }) % 1000).toBe(250);
});

test('the count goes on after it wraps in 2036', () => {
  expect(unixMsOf({ seconds: 0, fraction: 0 })).toBe(Date.UTC(2036, 1, 7, 6, 28, 16));
  expect(timetagAt(Date.UTC(2036, 1, 7, 6, 28, 17))).toEqual({ seconds: 1, fraction: 0 });
});

test('the reserved time means at once', () => {
  expect(isImmediate(IMMEDIATELY)).toBe(true);
  expect(isImmediate({ seconds: 0, fraction: 2 })).toBe(false);
  expect(isImmediate({ seconds: 1, fraction: 1 })).toBe(false);
});
