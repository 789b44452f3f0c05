import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockFilter, ticksPerBeat, type ClockLine } from '../../../../src/show/tempo/midi-clock.ts';

const start = 7_000_000;

function heard(filter: ClockFilter, times: readonly number[]): ClockLine | null {
  let line: ClockLine | null = null;
  for (const timeUs of times) line = filter.hear(timeUs);
  return line;
}

function ticks(count: number, bpm: number, fromUs = start): number[] {
  return Array.from({ length: count }, (_, tick) => fromUs + (tick * 60e6) / (bpm * ticksPerBeat));
}

const bpmOf = (line: ClockLine | null): number => ((line?.ticksPerUs ?? 0) * 60e6) / ticksPerBeat;
const jitters = (count: number) =>
  fc.array(fc.double({ min: -3000, max: 3000, noNaN: true }), { minLength: count, maxLength: count });

describe('The tempo of a MIDI clock', () => {
  it('is known to half a percent and its beat to a few milliseconds behind ±3 ms of jitter', () => {
    fc.assert(
      fc.property(fc.double({ min: 60, max: 240, noNaN: true }), jitters(120), (bpm, jitter) => {
        const exact = ticks(120, bpm);
        const line = heard(
          new ClockFilter(),
          exact.map((timeUs, tick) => timeUs + (jitter[tick] ?? 0)),
        );
        expect(Math.abs(bpmOf(line) / bpm - 1)).toBeLessThan(0.005);
        expect(Math.abs((line?.timeUs ?? 0) - (exact.at(-1) ?? 0))).toBeLessThan(3000);
        expect(line?.tick).toBe(119);
      }),
    );
  });

  it('is not guessed from less than half a beat', () => {
    const filter = new ClockFilter();
    expect(heard(filter, ticks(11, 120))).toBeNull();
    expect(bpmOf(filter.hear(start + 11 * (60e6 / (120 * 24))))).toBeCloseTo(120, 6);
  });

  it.each([
    [120, 140],
    [140, 120],
    [60, 180],
    [180, 60],
  ])('follows from %i to %i within a beat', (from, to) => {
    const filter = new ClockFilter();
    const before = ticks(96, from);
    heard(filter, before);
    const after = ticks(25, to, before.at(-1)).slice(1);
    expect(bpmOf(heard(filter, after)) / to).toBeCloseTo(1, 2);
  });

  it('goes on in time where a tick is lost', () => {
    const filter = new ClockFilter();
    const lost = ticks(100, 120).filter((_, tick) => tick !== 80);
    const line = heard(filter, lost);
    expect(line?.tick).toBe(99);
    expect(bpmOf(line)).toBeCloseTo(120, 6);
  });

  it('is a number or nothing, whatever times come', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e9, max: 1e15, noNaN: true }), { maxLength: 200 }), (times) => {
        const filter = new ClockFilter();
        for (const timeUs of times) {
          const line = filter.hear(timeUs);
          if (line === null) continue;
          expect(Number.isFinite(line.ticksPerUs) && line.ticksPerUs > 0).toBe(true);
          expect(Number.isFinite(line.timeUs)).toBe(true);
        }
      }),
    );
  });
});
