import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lfoShapes, type LfoShape } from '../../../../src/contract/modulation.ts';
import { seedOf, wave } from '../../../../src/show/modulation/wave.ts';

const seed = seedOf('/main/strength');
const heights = (shape: LfoShape, ...cycles: number[]): number[] =>
  cycles.map((each) => Math.round(wave(shape, each, 0, seed) * 1e6) / 1e6);

describe('A wave', () => {
  it('has the shape of its name', () => {
    expect(heights('sine', 0, 0.25, 0.5, 0.75, 1.25)).toEqual([0, 1, 0, -1, 1]);
    expect(heights('triangle', 0, 0.125, 0.25, 0.5, 0.75, 0.875)).toEqual([0, 0.5, 1, 0, -1, -0.5]);
    expect(heights('saw', 0, 0.25, 0.5, 2.75)).toEqual([-1, -0.5, 0, 0.5]);
    expect(heights('square', 0, 0.49, 0.5, 0.99, 3)).toEqual([1, 1, -1, -1, 1]);
    const fall = heights('exponential', 0, 0.1, 0.5, 0.999);
    expect(fall[0]).toBe(1);
    expect(fall).toEqual([...fall].sort((a, b) => b - a));
    expect(fall[3]).toBeCloseTo(-1, 3);
  });

  it('at random holds a height for each cycle, the same one every time, and another for each address', () => {
    const [a, b, c, again] = heights('random', 4, 4.9, 5, 4.5);
    expect([b, again]).toEqual([a, a]);
    expect(c).not.toBe(a);
    expect(wave('random', 4, 0, seedOf('/main/warp'))).not.toBe(wave('random', 4, 0, seed));
    const many = Array.from({ length: 2000 }, (_, cycle) => wave('random', cycle, 0, seed));
    const mean = many.reduce((sum, each) => sum + each, 0) / many.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect([Math.min(...many) < -0.98, Math.max(...many) > 0.98]).toEqual([true, true]);
  });

  it('keeps between −1 and 1, and softened has no jump left', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...lfoShapes),
        fc.double({ min: -50, max: 1e6, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (shape, cycles, smooth) => {
          const here = wave(shape, cycles, smooth, seed);
          expect(Math.abs(here)).toBeLessThanOrEqual(1 + 1e-9);
          // The steepest a softened edge can be: its whole height within the time it is averaged over, and the fall beside it.
          const step = 1e-4;
          const steepest = shape === 'sine' ? 2 * Math.PI : 4 / smooth + 2 / 0.15 + 1;
          expect(Math.abs(wave(shape, cycles + step, smooth, seed) - here)).toBeLessThan(
            steepest * step + 1e-5,
          );
        },
      ),
    );
  });

  it('softened is the average of what it was: compared with a sum of many points', () => {
    for (const shape of ['saw', 'square', 'exponential', 'triangle'] as const) {
      const [cycles, smooth] = [3.3, 0.6];
      const points = 20_000;
      const end = shape === 'triangle' ? cycles + smooth / 4 : cycles;
      let sum = 0;
      for (let point = 0; point < points; point += 1)
        sum += wave(shape, end - (smooth / 2) * ((point + 0.5) / points), 0, seed);
      expect(wave(shape, cycles, smooth, seed)).toBeCloseTo(sum / points, 3);
    }
  });
});
