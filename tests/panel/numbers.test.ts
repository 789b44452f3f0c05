import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descending, itemRangeOf } from '../../panel/src/play/item-range.ts';
import { shareOf, stepOf, valueAt, written } from '../../panel/src/values/number.ts';
import { readList, writeList } from '../../panel/src/values/list-text.ts';
import { Drag } from '../../panel/src/widgets/drag.ts';
import { fitted } from '../../panel/src/widgets/groups/resolution.ts';

describe('numbers on a fader', () => {
  it.each([
    [{ type: 'number', minimum: 0, maximum: 1 } as const, 0.01],
    [{ type: 'number', minimum: 0, maximum: 4 } as const, 0.01],
    [{ type: 'number', minimum: 0, maximum: 100 } as const, 1],
    [{ type: 'integer', minimum: 0, maximum: 999_999 } as const, 1],
    [{ type: 'number', minimum: null, maximum: null } as const, 0.01],
  ])('steps finely enough to be played: %o', (spec, step) => {
    expect(stepOf(spec)).toBeCloseTo(step, 9);
  });

  it('reaches both ends exactly and never leaves the range', () => {
    const ends = fc.tuple(
      fc.double({ min: -500, max: 500, noNaN: true }),
      fc.double({ min: 0.01, max: 500, noNaN: true }),
    );
    fc.assert(
      fc.property(ends, fc.double({ min: -1, max: 2, noNaN: true }), ([minimum, span], share) => {
        const range = { minimum, maximum: minimum + span };
        const value = valueAt(share, range, stepOf({ type: 'number', ...range }));
        expect(value).toBeGreaterThanOrEqual(range.minimum);
        expect(value).toBeLessThanOrEqual(range.maximum);
      }),
    );
    expect(valueAt(1, { minimum: 0, maximum: 0.95 }, 0.001)).toBe(0.95);
    expect(shareOf(5, { minimum: 0, maximum: 0.95 })).toBe(1);
  });

  it('writes as many digits as a step has', () => {
    expect(written(0.30000000000000004, 0.01)).toBe('0.3');
    expect(written(512, 1)).toBe('512');
  });
});

describe('a hand on a fader', () => {
  const at = { x: 100, share: 0.5, left: 0, width: 200 };

  it('goes to where a mouse presses, and follows it', () => {
    const drag = new Drag({ ...at, x: 50, kind: 'mouse' });
    expect(drag.start()).toBe(0.25);
    expect(drag.move(400, false)).toBe(1);
  });

  it('does not move for a finger that scrolls the page', () => {
    const drag = new Drag({ ...at, x: 20, kind: 'touch' });
    expect(drag.start()).toBeNull();
    expect(drag.move(24, false)).toBeNull();
  });

  it('moves from where it stands under a finger that goes along it', () => {
    const drag = new Drag({ ...at, x: 20, kind: 'touch' });
    expect(drag.move(40, false)).toBeNull();
    expect(drag.move(60, false)).toBeCloseTo(0.6);
    expect(drag.end()).toBeNull();
  });

  it('goes to where a finger taps', () => {
    const drag = new Drag({ ...at, x: 150, kind: 'touch' });
    expect(drag.end()).toBe(0.75);
  });

  it('moves at a tenth of the way while Shift is held', () => {
    const drag = new Drag({ ...at, kind: 'mouse' });
    expect(drag.move(120, true)).toBeCloseTo(0.51);
  });
});

describe('lists and sizes', () => {
  it('are written as one line and read back the same', () => {
    for (const list of [[], [0.2, 0.8], ['a', 'b c'], ['with, comma'], [{ path: 'x', scale: 1 }], [true, 2]])
      expect(readList(writeList(list))).toEqual(list);
  });

  it('take their bounds from the schema', () => {
    const otherwise = { minimum: 0, maximum: 1000, minItems: 1, maxItems: 8 };
    const schema = {
      properties: {
        steps: {
          type: 'array',
          maxItems: 4,
          items: { type: 'integer', minimum: 10, maximum: 9_007_199_254_740_991 },
        },
      },
    };
    expect(itemRangeOf(schema, 'steps', otherwise)).toEqual({ ...otherwise, minimum: 10, maxItems: 4 });
  });

  it('keep denoising steps running down, whichever is moved', () => {
    expect(descending([1000, 900, 500], 2)).toEqual([1000, 900, 500]);
    expect(descending([1000, 300, 500], 1)).toEqual([1000, 300, 300]);
    expect(descending([1000, 750, 800], 2)).toEqual([1000, 800, 800]);
  });

  it('keep a linked side on whole blocks and inside its bounds', () => {
    expect(fitted(333, { minimum: 64, maximum: 1280 })).toBe(336);
    expect(fitted(4000, { minimum: 64, maximum: 1280 })).toBe(1280);
  });
});
