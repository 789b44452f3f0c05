import { describe, expect, it } from 'vitest';
import { PresentationClock } from '../../../src/runner/presentation.ts';
import { SinkPacer } from '../../../src/runner/sink-pacer.ts';

const ms = 1000;

/** Plays a source through a sink that asks as its pacer says; times of what is shown, in milliseconds. */
function play(capHz: number, sourceHz: number, seconds: number): number[] {
  const pacer = new SinkPacer(1e6 / capHz);
  const period = 1e6 / sourceHz;
  const shown: number[] = [];
  let now = 0;
  while (now < seconds * 1e6) {
    const askAt = now + pacer.takeInUs(now);
    const arrived = Math.ceil((askAt + 1) / period) * period;
    // A faster source has a frame waiting: the newest before the request.
    now = shown.length > 0 && sourceHz > capHz ? Math.max(askAt, now + 1) : arrived;
    pacer.arrived(now);
    shown.push(now / ms);
  }
  return shown;
}

describe('a sink', () => {
  it('shows every frame of a source at just its rate', () => {
    expect(play(60, 60, 5).length).toBeGreaterThanOrEqual(298);
  });

  it('thins a faster source to its rate', () => {
    const shown = play(30, 100, 10);
    expect(shown.length).toBeGreaterThanOrEqual(290);
    expect(shown.length).toBeLessThanOrEqual(302);
  });

  it('repeats after one and a half periods of silence, then every period', () => {
    const pacer = new SinkPacer(1e6 / 60);
    let at = 0;
    for (let i = 0; i < 200; i++) pacer.arrived((at += 1e6 / 60));
    expect((pacer.repeatDueUs() - at) / ms).toBeCloseTo(25, 0);
    const repeatAt = pacer.repeatDueUs();
    pacer.repeated(repeatAt);
    expect((pacer.repeatDueUs() - repeatAt) / ms).toBeCloseTo(16.7, 0);
  });

  it('does not repeat between the frames of a source slower than its cap', () => {
    const pacer = new SinkPacer(1e6 / 60);
    let at = 0;
    for (let i = 0; i < 200; i++) pacer.arrived((at += 1e6 / 30));
    expect(pacer.repeatDueUs() - at).toBeGreaterThan(1e6 / 30);
  });

  it('ticks at least ten times a second however slow its source', () => {
    const pacer = new SinkPacer(1e6 / 60);
    let at = 0;
    for (let i = 0; i < 50; i++) pacer.arrived((at += 5e6));
    expect(pacer.repeatDueUs() - at).toBeLessThanOrEqual(151 * ms);
  });
});

describe('the presentation clock', () => {
  it('spreads four frames evenly over the time a call takes', () => {
    const clock = new PresentationClock();
    const due: number[] = [];
    for (let call = 1; call <= 20; call++) due.push(...clock.schedule(4, call * 200 * ms));
    const gaps = due.slice(1).map((at, index) => (at - (due[index] ?? 0)) / ms);
    for (const gap of gaps.slice(8)) expect(gap).toBeCloseTo(50, 0);
  });

  it('never shows a frame before it is made', () => {
    const clock = new PresentationClock();
    for (let call = 1; call <= 50; call++) {
      const at = call * 100 * ms + (call % 7) * 20 * ms;
      expect(Math.min(...clock.schedule(3, at))).toBeGreaterThanOrEqual(at);
    }
  });

  it('starts anew after a pause instead of catching up', () => {
    const clock = new PresentationClock();
    for (let call = 1; call <= 10; call++) clock.schedule(4, call * 200 * ms);
    const [first] = clock.schedule(4, 60_000 * ms);
    expect(first).toBe(60_000 * ms);
  });

  it('lets the single frame of a call go at once', () => {
    const clock = new PresentationClock();
    for (let call = 1; call <= 10; call++)
      expect(clock.schedule(1, call * 33 * ms)).toEqual([call * 33 * ms]);
  });
});
