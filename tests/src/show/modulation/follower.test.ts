import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meterSchema, modulationSchema } from '../../../../src/contract/modulation.ts';
import { Follower } from '../../../../src/show/modulation/follower.ts';

const second = 1e6;

function follower(meter: object = {}, more: object = {}): Follower {
  const settings = { ...modulationSchema.parse({ depth: 1, polarity: 'unipolar', ...more }) };
  const own = meterSchema.parse({ input: 'Mic', attack: 0, release: 0, low: -60, high: 0, ...meter });
  return new Follower({ ...settings, meter: own }, 0);
}

describe('A parameter that follows an input of OBS', () => {
  it('stands where the level is in the range, and at rest below the gate', () => {
    const mic = follower({ gate: -40 });
    let atUs = 0;
    for (const [db, height] of [
      [0, 1],
      [-30, 0.5],
      [-39.9, 0.335],
      [-41, 0],
      [-100, 0],
    ] as const) {
      mic.hear('Mic', db, (atUs += 1_000));
      mic.hear('Desk', 0, atUs);
      expect(mic.at(atUs + 500)).toBeCloseTo(height, 5);
    }
  });

  it('rises and falls by attack and release: two thirds of the way in that time', () => {
    const mic = follower({ attack: 0.1, release: 0.5 });
    mic.hear('Mic', 0, 0);
    expect(mic.at(0.1 * second)).toBeCloseTo(1 - Math.exp(-1), 6);
    mic.hear('Mic', 0, 0.6 * second);
    const top = mic.at(0.6 * second);
    mic.hear('Mic', -100, 0.6 * second);
    expect(mic.at(1.1 * second)).toBeCloseTo(top * Math.exp(-1), 6);
  });

  it('falls to rest when no level comes any more', () => {
    const mic = follower({ release: 0.1 });
    mic.hear('Mic', 0, 0);
    expect(mic.at(0.69 * second)).toBe(1);
    expect(mic.at(0.8 * second)).toBeCloseTo(Math.exp(-1), 6);
    expect(mic.at(10 * second)).toBeCloseTo(0, 10);
  });

  it('swings around the value where it is told so', () => {
    const mic = follower({}, { depth: 0.4, polarity: 'bipolar' });
    expect(mic.at(1)).toBeCloseTo(-0.2, 9);
    mic.hear('Mic', 0, 2);
    expect(mic.at(3)).toBeCloseTo(0.2, 9);
  });

  it('plays the same however often it is looked at, and stays between rest and depth', () => {
    const event = fc.record({
      afterMs: fc.integer({ min: 0, max: 900 }),
      db: fc.integer({ min: -100, max: 0 }),
      looks: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const watched = follower({ attack: 0.05, release: 0.2 });
        const alone = follower({ attack: 0.05, release: 0.2 });
        let nowUs = 0;
        for (const { afterMs, db, looks } of events) {
          for (let look = 1; look <= looks; look += 1)
            watched.at(nowUs + (afterMs * 1e3 * look) / (looks + 1));
          nowUs += afterMs * 1e3;
          watched.hear('Mic', db, nowUs);
          alone.hear('Mic', db, nowUs);
        }
        const played = watched.at(nowUs + 1e5);
        expect(played).toBeCloseTo(alone.at(nowUs + 1e5), 9);
        expect(played).toBeGreaterThanOrEqual(0);
        expect(played).toBeLessThanOrEqual(1);
      }),
    );
  });
});
