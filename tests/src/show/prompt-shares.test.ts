import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WeightedText } from '../../../src/contract/prompt.ts';
import { shape } from '../../../src/show/curve.ts';
import { flatten, mixLimit, sharesOf } from '../../../src/show/prompt-shares.ts';
import vectors from './blend-vectors.json' with { type: 'json' };
import { listOf, pairsOf } from './vectors.ts';

const list = fc.array(
  fc.record({
    text: fc.oneof(fc.constantFrom('', ' ', 'gold', 'ocean', 'city'), fc.string({ maxLength: 4 })),
    weight: fc.double({ min: 0, max: 100, noNaN: true }),
  }),
  { maxLength: 32 },
);

function total(mix: readonly WeightedText[]): number {
  return mix.reduce((sum, entry) => sum + entry.weight, 0);
}

describe('The mix of two prompt lists', () => {
  it.each(vectors.mixes)('agrees with one computed elsewhere, $u of the way', ({ from, to, u, texts }) => {
    const mix = pairsOf(flatten(sharesOf(listOf(from)), sharesOf(listOf(to)), u));
    expect(mix.map(([text]) => text)).toEqual(texts.map(([text]) => text));
    for (const [index, [, weight]] of mix.entries())
      expect(weight).toBeCloseTo(Number(texts[index]?.[1]), 12);
  });

  it('always totals 1, holds every text once and never more than the limit', () => {
    fc.assert(
      fc.property(list, list, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, t) => {
        const mix = flatten(sharesOf(from), sharesOf(to), t);
        expect(total(mix)).toBeCloseTo(1, 9);
        expect(mix.length).toBeLessThanOrEqual(mixLimit);
        expect(new Set(mix.map((entry) => entry.text)).size).toBe(mix.length);
        expect(mix.every((entry) => entry.weight > 0)).toBe(true);
      }),
    );
  });

  it('has no text of weight 0, however small a weight was beside another', () => {
    const shares = sharesOf([
      { text: 'gold', weight: 100 },
      { text: 'ocean', weight: Number.MIN_VALUE },
    ]);
    expect(shares).toEqual([{ text: 'gold', weight: 1 }]);
  });

  it('is exactly the one at the start and exactly the other at the end', () => {
    fc.assert(
      fc.property(list, list, (from, to) => {
        expect(flatten(sharesOf(from), sharesOf(to), 0)).toEqual(sharesOf(from));
        expect(flatten(sharesOf(from), sharesOf(to), 1)).toEqual(sharesOf(to));
      }),
    );
  });
});

describe('Curves', () => {
  it('agree with values computed elsewhere', () => {
    for (const [curve, t, value] of vectors.curves) {
      expect(shape(curve as Parameters<typeof shape>[0], Number(t))).toBeCloseTo(Number(value), 14);
    }
  });

  it('rise from 0 to 1 and never turn back', () => {
    const moment = fc.double({ min: -1, max: 2, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom('linear', 'ease-in', 'ease-out', 'ease-in-out'),
        moment,
        moment,
        (curve, a, b) => {
          expect(shape(curve, Math.min(a, b))).toBeLessThanOrEqual(shape(curve, Math.max(a, b)));
          expect(shape(curve, Math.min(a, 0))).toBe(0);
          expect(shape(curve, Math.max(a, 1))).toBe(1);
        },
      ),
    );
  });
});
