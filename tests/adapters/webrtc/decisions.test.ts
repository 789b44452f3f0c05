import { describe, expect, test } from 'vitest';
import { KeyLimiter } from '../../../adapters/webrtc/key-limiter.ts';
import { placeIn } from '../../../adapters/webrtc/place.ts';
import { codedSize } from '../../../adapters/webrtc/rung-encoder.ts';
import { bitrateOf, RungChooser, type Feedback } from '../../../adapters/webrtc/rung.ts';

const SECOND = 1_000_000;
const fine: Feedback = { lost: 0, estimateBps: 3e6, sentBps: 2e6 };

describe('the rung of a viewer', () => {
  const play = (chooser: RungChooser, from: number, reports: readonly Feedback[]): string[] =>
    reports.map((report, index) => chooser.report(report, (from + index) * SECOND));
  const times = (count: number, report: Feedback): Feedback[] => Array.from({ length: count }, () => report);

  test('stays full while all is well, also when the estimate lags behind a livelier picture', () => {
    const chooser = new RungChooser(0);
    const lagging = times(20, fine).map((report, index) => ({ ...report, estimateBps: 1e5 * (index + 1) }));
    expect(new Set(play(chooser, 0, lagging))).toEqual(new Set(['full']));
  });

  test('goes low after two reports of heavy loss, and one alone changes nothing', () => {
    const heavy = { ...fine, lost: 0.2 };
    const chooser = new RungChooser(0);
    expect(play(chooser, 0, [heavy, ...times(4, fine), heavy, heavy])).toEqual([
      ...times(6, fine).map(() => 'full'),
      'low',
    ]);
  });

  test('goes low where the estimate falls below what is sent', () => {
    const chooser = new RungChooser(0);
    const falling = [2.2e6, 1.8e6, 1.5e6, 1.2e6].map((estimateBps) => ({
      lost: 0.01,
      estimateBps,
      sentBps: 2e6,
    }));
    expect(play(chooser, 0, falling).at(-1)).toBe('low');
  });

  test('is tried full again after a while, and after a failed try only after twice as long', () => {
    const chooser = new RungChooser(0);
    const heavy = { ...fine, lost: 0.3 };
    const secondsLow = (from: number): number => {
      let at = from;
      while (chooser.report(fine, at * SECOND) === 'low') at += 1;
      return at - from;
    };
    play(chooser, 0, [heavy, heavy]);
    const first = secondsLow(2);
    play(chooser, 2 + first + 1, [heavy, heavy]);
    const second = secondsLow(2 + first + 3);
    expect(first).toBeGreaterThan(5);
    expect(second).toBeGreaterThan(1.8 * first);
  });

  test('low is half the sides and a third of the bits, in even numbers', () => {
    expect(codedSize({ width: 512, height: 512 }, 'low')).toEqual({ width: 256, height: 256 });
    expect(codedSize({ width: 333, height: 77 }, 'full')).toEqual({ width: 334, height: 78 });
    expect(codedSize({ width: 3840, height: 2160 }, 'full')).toEqual({ width: 1920, height: 1080 });
    expect(codedSize({ width: 1, height: 1 }, 'low')).toEqual({ width: 16, height: 16 });
    // Each half of a picture with its matte is even too.
    expect(codedSize({ width: 333, height: 2 * 77 }, 'full', 'packed')).toEqual({ width: 334, height: 156 });
    expect(bitrateOf(512, 512, 'full')).toBe(3e6);
    expect(bitrateOf(512, 512, 'low')).toBe(1e6);
  });
});

test('two key pictures a second are made however often they are asked for, and none is forgotten', () => {
  const limiter = new KeyLimiter();
  const made: number[] = [];
  for (let at = 0; at < 3 * SECOND; at += 10_000) {
    if (at < 2 * SECOND) limiter.want();
    if (limiter.take(at)) made.push(at / SECOND);
  }
  expect(made).toEqual([0, 0.01, 1, 1.01, 2, 2.01].slice(0, made.length));
  expect(made.length).toBeGreaterThanOrEqual(5);
  limiter.want();
  expect(limiter.due(10 * SECOND)).toBe(true);
});

test('a picture fills, fits or is stretched', () => {
  const [wide, square] = [
    { width: 200, height: 100 },
    { width: 100, height: 100 },
  ];
  expect(placeIn(wide, square, 'fill')).toEqual({ scaled: wide, crop: { x: 50, y: 0 }, at: { x: 0, y: 0 } });
  expect(placeIn(wide, square, 'fit')).toEqual({
    scaled: { width: 100, height: 50 },
    crop: { x: 0, y: 0 },
    at: { x: 0, y: 25 },
  });
  expect(placeIn(wide, square, 'stretch').scaled).toEqual(square);
});
