import { expect, test } from 'vitest';
import fc from 'fast-check';
import { MediaClock } from '../../../src/codec/media-clock.ts';
import { MediaTimeline } from '../../../src/codec/media-timeline.ts';

const stamps = (seconds: readonly (number | null)[], durationSeconds: number | null = 0.1) =>
  seconds.map((each) => ({ seconds: each, durationSeconds }));

test('time goes on over the loop as if the file were longer', () => {
  const timeline = new MediaTimeline(10);
  const pass = stamps([5, 5.1, 5.2]);
  const first = pass.map((stamp) => timeline.place(stamp));
  const second = pass.map((stamp) => timeline.place(stamp));
  expect([...first, ...second].map((at) => Math.round(at * 10))).toEqual([0, 1, 2, 3, 4, 5]);
});

test('pictures without a timestamp follow each other by their duration, else by the rate of the file', () => {
  const timed = new MediaTimeline(50);
  expect(stamps([null, null, null], null).map((stamp) => timed.place(stamp))).toEqual([0, 0.02, 0.04]);
  const bare = new MediaTimeline(null);
  expect(stamps([null, null], null).map((stamp) => bare.place(stamp))).toEqual([0, 0.04]);
});

test('varying steps are kept, a step back or a jump by hours is not', () => {
  const timeline = new MediaTimeline(10);
  const at = stamps([0, 0.1, 0.5, 0.2, 0.3, 9999, 9999.1]).map((stamp) => timeline.place(stamp));
  [0, 0.1, 0.5, 0.6, 0.7, 0.8, 0.9].forEach((expected, index) => expect(at[index]).toBeCloseTo(expected, 6));
});

test('a slide shown for half a minute stays that long', () => {
  const timeline = new MediaTimeline(null);
  const slides = [
    { seconds: 0, durationSeconds: 30 },
    { seconds: 30, durationSeconds: 30 },
  ];
  expect(slides.map((slide) => timeline.place(slide))).toEqual([0, 30]);
});

test('whatever a file says, time only goes forward', () => {
  const stamp = fc.record({
    seconds: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    durationSeconds: fc.option(fc.double({ min: 0.001, max: 100, noNaN: true })),
  });
  fc.assert(
    fc.property(fc.array(stamp, { maxLength: 50 }), (list) => {
      const timeline = new MediaTimeline(25);
      let last = -1;
      for (const each of list) {
        const at = timeline.place(each);
        expect(at).toBeGreaterThan(last);
        last = at;
      }
    }),
  );
});

test('pictures are due on the clock of the file, without drift', () => {
  const clock = new MediaClock();
  for (let n = 0; n < 1000; n += 1) {
    const verdict = clock.judge(n / 25, 0.04, 1e6 + n * 40_000 - 3000 * Math.sign(n));
    expect(verdict).toEqual({ show: true, dueUs: expect.closeTo(1e6 + n * 40_000, 1) });
  }
});

test('a picture whose time has passed is left out and counted', () => {
  const clock = new MediaClock();
  clock.judge(0, 0.04, 0);
  expect(clock.judge(0.04, 0.04, 75_000).show).toBe(true);
  expect(clock.judge(0.08, 0.04, 130_000).show).toBe(false);
  expect(clock.dropped).toBe(1);
});

test('after a long stall the play goes on from where it was, without a burst', () => {
  const clock = new MediaClock();
  clock.judge(0, 0.04, 0);
  expect(clock.judge(0.04, 0.04, 5_000_000)).toEqual({ show: true, dueUs: 5_000_000 });
  expect(clock.judge(0.08, 0.04, 5_001_000)).toEqual({ show: true, dueUs: expect.closeTo(5_040_000, 1) });
  expect(clock.stalls).toBe(1);
});

test('a machine that is always too slow still shows pictures', () => {
  const clock = new MediaClock();
  let now = 0;
  let shown = 0;
  for (let n = 0; n < 300; n += 1) {
    if (clock.judge(n / 60, 1 / 60, now).show) shown += 1;
    now += 30_000;
  }
  expect(shown).toBeGreaterThan(10);
});
