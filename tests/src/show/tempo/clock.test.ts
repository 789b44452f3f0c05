import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BeatClock } from '../../../../src/show/tempo.ts';

const start = 5_000_000;

type Move =
  | { readonly kind: 'bpm'; readonly bpm: number }
  | { readonly kind: 'bend'; readonly beats: number; readonly overUs: number }
  | { readonly kind: 'bar'; readonly beats: number };

const moves = fc.array(
  fc.record({
    afterUs: fc.integer({ min: 0, max: 3_000_000 }),
    move: fc.oneof<fc.Arbitrary<Move>[]>(
      fc.record({ kind: fc.constant('bpm'), bpm: fc.double({ min: 20, max: 300, noNaN: true }) }),
      fc.record({
        kind: fc.constant('bend'),
        beats: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        overUs: fc.integer({ min: 1000, max: 400_000 }),
      }),
      fc.record({ kind: fc.constant('bar'), beats: fc.integer({ min: 1, max: 16 }) }),
    ),
  }),
  { minLength: 1, maxLength: 30 },
);

function apply(clock: BeatClock, move: Move, atUs: number): void {
  if (move.kind === 'bpm') clock.setBpm(move.bpm, atUs);
  else if (move.kind === 'bend') clock.bend(move.beats, move.overUs, atUs);
  else clock.setBeatsPerBar(move.beats, atUs);
}

describe('The beat', () => {
  it('never jumps and never goes back, whatever changes', () => {
    fc.assert(
      fc.property(moves, (steps) => {
        const clock = new BeatClock(start);
        let atUs = start;
        for (const { afterUs, move } of steps) {
          let last = clock.beatAt(atUs);
          for (let part = 1; part <= 8; part += 1) {
            const beat = clock.beatAt(atUs + (afterUs * part) / 8);
            expect(beat).toBeGreaterThanOrEqual(last);
            last = beat;
          }
          atUs += afterUs;
          const before = clock.beatAt(atUs);
          const { phase } = clock.at(atUs);
          apply(clock, move, atUs);
          expect(clock.beatAt(atUs)).toBeCloseTo(before, 7);
          const turned = Math.abs(clock.at(atUs).phase - phase);
          expect(Math.min(turned, 1 - turned)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('is found again by its time', () => {
    fc.assert(
      fc.property(moves, fc.double({ min: 0, max: 40, noNaN: true }), (steps, ahead) => {
        const clock = new BeatClock(start);
        let atUs = start;
        for (const { afterUs, move } of steps) apply(clock, move, (atUs += afterUs));
        const beat = clock.beatAt(atUs) + ahead;
        expect(clock.beatAt(clock.timeOf(beat))).toBeCloseTo(beat, 6);
      }),
    );
  });

  it('has the bars, grids and phases of its beats per bar', () => {
    const clock = new BeatClock(start);
    clock.setBeatsPerBar(3, start);
    expect(clock.at(start + 3.25 * 500_000)).toMatchObject({
      beat: 3.25,
      bar: 1,
      phase: 0.25,
      beatsPerBar: 3,
    });
    expect((['beat', 'bar', '2-bars', '4-bars'] as const).map((grid) => clock.gridBeat(grid, 3.25))).toEqual([
      4, 6, 6, 12,
    ]);
  });

  it('keeps the bar that plays where its length changes, from its first beat on', () => {
    const clock = new BeatClock(start);
    const inBar2 = start + 9.5 * 500_000;
    clock.setBeatsPerBar(3, inBar2);
    expect(clock.at(inBar2)).toMatchObject({ beat: 7.5, bar: 2 });
    expect(clock.at(start + 11 * 500_000)).toMatchObject({ beat: 9, bar: 3, phase: 0 });
  });
});
