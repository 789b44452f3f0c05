import { expect, it } from 'vitest';
import { placeOf, tileAt } from '../../panel/src/presets/order.ts';

it('finds the tile that a preset is held over, and on which side of it it goes', () => {
  const row = (top: number) => [0, 110, 220].map((left) => ({ left, top, width: 100, height: 80 }));
  const tiles = [...row(0), ...row(90)];
  expect(tileAt(tiles, 130, 30)).toMatchObject({ index: 1, side: 'before' });
  expect(tileAt(tiles, 190, 30)).toMatchObject({ index: 1, side: 'after' });
  expect(tileAt(tiles, 900, 100)).toMatchObject({ index: 5, side: 'after' });
  expect(tileAt([], 0, 0).index).toBe(-1);
});

it('counts the place of what is taken out before it is put in', () => {
  const order = ['a', 'b', 'c', 'd'];
  const moved = (from: number, over: number, side: 'before' | 'after'): string =>
    order
      .toSpliced(from, 1)
      .toSpliced(placeOf(from, over, side), 0, order[from] ?? '')
      .join('');
  expect(moved(0, 2, 'before')).toBe('bacd');
  expect(moved(0, 2, 'after')).toBe('bcad');
  expect(moved(3, 1, 'before')).toBe('adbc');
  expect(moved(3, 1, 'after')).toBe('abdc');
});
