import { describe, expect, it } from 'vitest';
import {
  dotsOf,
  isLine,
  lineOf,
  placeNow,
  placeText,
  spanOf,
  ticksOf,
  valueAt,
} from '../../panel/src/timeline/lane.ts';
import { nearest, PointDrag, timeAt } from '../../panel/src/timeline/points.ts';
import { timelineSchema } from '../../src/contract/timeline.ts';

const timeline = timelineSchema.parse({ loop: { from: 2, to: 6 } });

describe('The timeline on the page', () => {
  it('goes on by itself from what was heard last, round the loop and up to the end', () => {
    const at = { playing: true, position: 4 };
    const looped = { ...timeline, loop: { ...timeline.loop, on: true } };
    expect(placeNow({ ...at, playing: false }, 1, 9, timeline)).toBe(4);
    expect(placeNow(at, 2, 9, timeline)).toBe(22);
    expect(placeNow(at, 1, 3, looped)).toBe(3);
    expect(placeNow({ ...at, position: 7 }, 1, 3, looped)).toBe(10);
    expect(placeNow(at, 1, 30, { ...timeline, length: 8 })).toBe(8);
  });

  it('shows all that is on it', () => {
    expect(spanOf(timeline, 0)).toBe(16);
    expect(spanOf({ ...timeline, length: 8 }, 0)).toBe(8);
    const tracks = [{ address: '/a/b', keyframes: [{ at: 100, value: 1, curve: 'linear' as const }] }];
    expect(spanOf({ ...timeline, tracks }, 0)).toBeGreaterThan(100);
  });

  it('draws a track as it plays: level, straight, round, and on to the end', () => {
    const range = { minimum: 0, maximum: 1 };
    const at = (place: number, value: number, curve: 'hold' | 'linear') => ({ at: place, value, curve });
    const line = lineOf([at(2, 0, 'hold'), at(4, 1, 'linear'), at(8, 0.5, 'linear')], 10, range);
    expect(line).toBe('0,96 200,96 400,96 400,4 800,50 1000,50');
    const eased = lineOf([{ at: 0, value: 0, curve: 'ease-in' }, at(10, 1, 'hold')], 10, range);
    expect(eased.split(' ')).toHaveLength(15);
    expect(isLine({ type: 'number' }, [at(0, 1, 'hold')])).toBe(true);
    expect(isLine({ type: 'enum' }, [{ at: 0, value: 'gold', curve: 'hold' }])).toBe(false);
  });

  it('says places as people count: minutes and seconds, beats from 1', () => {
    expect([0, 7.5, 67.25, 600].map((place) => placeText(place, 'seconds'))).toEqual([
      '0:00.0',
      '0:07.5',
      '1:07.2',
      '10:00.0',
    ]);
    expect(placeText(67, 'seconds', 0)).toBe('1:07');
    expect(placeText(16.25, 'beats')).toBe('17.2');
    expect(ticksOf(64, 'beats')).toEqual([0, 8, 16, 24, 32, 40, 48, 56, 64]);
  });
});

describe('A point of the timeline', () => {
  const box = { left: 100, top: 0, width: 400, height: 100 };
  const points = [
    { at: 0, y: 0.5 },
    { at: 4, y: 0.1 },
    { at: 8, y: 0.9 },
  ];

  it('is taken where it is the nearest to the hand', () => {
    expect(nearest(points, 10, box, 250, 20)).toBe(1);
    expect(nearest(points, 10, box, 480, 20)).toBe(2);
    expect(nearest([], 10, box, 0, 0)).toBe(-1);
  });

  it('goes as far as the hand does, a tenth of it where it is to be fine, and not for a mere touch', () => {
    const drag = new PointDrag(1, { at: 4, y: 0.1 }, 10, box, { x: 262, y: 14 });
    expect(drag.move(265, 15, false)).toBeNull();
    expect(drag.isMeant).toBe(false);
    expect(drag.move(302, 34, false)).toEqual({ at: 5, y: expect.closeTo(0.3, 6) as number });
    expect(drag.move(342, 34, true)?.at).toBeCloseTo(5.1, 6);
    const inTime = new PointDrag(0, { at: 2, y: null }, 10, box, { x: 0, y: 0 });
    expect(inTime.move(40, 90, false)).toEqual({ at: 3, y: null });
  });

  it('stays between its neighbours, and on the grid', () => {
    expect(timeAt(points, 1, 9, 10, 0)).toBe(8);
    expect(timeAt(points, 0, -3, 10, 0)).toBe(0);
    expect(timeAt(points, 2, 44, 10, 0)).toBe(10);
    expect(timeAt(points, 1, 2.4, 10, 1)).toBe(2);
  });

  it('has the value of its height, whole where the parameter is', () => {
    const spec = { type: 'number', minimum: 0, maximum: 2 } as const;
    const keyframes = [0, 0.5, 2].map((value, at) => ({ at, value, curve: 'linear' as const }));
    expect(dotsOf(keyframes, spec).map((y) => valueAt(y, keyframes, spec))).toEqual([0, 0.5, 2]);
    expect(valueAt(0.5, keyframes, { ...spec, type: 'integer' })).toBe(1);
    expect([valueAt(-1, keyframes, spec), valueAt(2, keyframes, spec)]).toEqual([2, 0]);
  });
});
