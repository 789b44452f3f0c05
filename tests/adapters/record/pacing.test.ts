import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pacing } from '../../../adapters/record/pacing.ts';

const shown = (ptsUs: number, repeat = false): { ptsUs: number; repeat: boolean } => ({ ptsUs, repeat });

test('without a rate, each frame is written at its own time and repeats are not', () => {
  const pacing = new Pacing(0);
  expect(pacing.marks(shown(1_000_000), 1_010_000)).toEqual([{ atUs: 1_000_000, picture: 'frame' }]);
  expect(pacing.marks(shown(1_000_000, true), 1_060_000)).toEqual([]);
  expect(pacing.marks(shown(1_071_000), 1_080_000)).toEqual([{ atUs: 1_071_000, picture: 'frame' }]);
});

test('in silence a picture is written again twice a second, and the next frame is where it belongs', () => {
  const pacing = new Pacing(0);
  pacing.marks(shown(0), 10_000);
  const written: number[] = [];
  for (let now = 60_000; now < 3_010_000; now += 50_000)
    written.push(...pacing.marks(shown(0, true), now).map(({ atUs }) => atUs));
  expect(written).toEqual([500_000, 1_000_000, 1_500_000, 2_000_000, 2_500_000]);
  expect(pacing.marks(shown(3_000_000), 3_010_000)).toEqual([{ atUs: 3_000_000, picture: 'frame' }]);
});

test('a source whose times are nonsense is recorded at the times at which it came', () => {
  const pacing = new Pacing(0);
  expect(pacing.marks(shown(-5e12), 1_000_000)[0]?.atUs).toBe(1_000_000);
  expect(pacing.marks(shown(9e15), 1_040_000)[0]?.atUs).toBe(1_040_000);
});

test('at a constant rate there is one picture at every tick, whatever comes', () => {
  const arrivals = fc.array(
    fc.record({
      gapUs: fc.integer({ min: 100, max: 400_000 }),
      repeat: fc.boolean(),
      lateUs: fc.integer({ min: 0, max: 30_000 }),
    }),
    { minLength: 1, maxLength: 200 },
  );
  fc.assert(
    fc.property(arrivals, fc.constantFrom(24, 25, 30, 60), (list, rateHz) => {
      const pacing = new Pacing(rateHz);
      const times: number[] = [];
      let now = 1_000_000;
      for (const { gapUs, repeat, lateUs } of list) {
        now += gapUs;
        times.push(...pacing.marks(shown(now - lateUs, repeat), now).map(({ atUs }) => atUs));
      }
      for (const [index, atUs] of times.entries())
        expect(Math.abs(atUs - (times[0] ?? 0) - (index * 1e6) / rateHz)).toBeLessThan(1);
    }),
  );
});

test('times grow, and never run from those of the clock', () => {
  const arrivals = fc.array(
    fc.record({
      gapUs: fc.integer({ min: 1, max: 2_000_000 }),
      repeat: fc.boolean(),
      offUs: fc.integer({ min: -3e6, max: 3e6 }),
    }),
    { minLength: 2, maxLength: 100 },
  );
  fc.assert(
    fc.property(arrivals, (list) => {
      const pacing = new Pacing(0);
      let now = 10_000_000;
      let last = -Infinity;
      for (const { gapUs, repeat, offUs } of list) {
        now += gapUs;
        for (const { atUs } of pacing.marks(shown(now + offUs, repeat), now)) {
          expect(atUs).toBeGreaterThan(last);
          expect(Math.abs(atUs - now)).toBeLessThanOrEqual(2_000_500 + gapUs);
          last = atUs;
        }
      }
      expect(pacing.endUs(now)).toBeGreaterThan(last);
    }),
  );
});
