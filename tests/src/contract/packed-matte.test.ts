import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedBytes, packedSize, packMatte } from '../../../src/contract/packed-matte.ts';

function packed(width: number, height: number, pixels: readonly number[]): number[] {
  const target = new Uint8Array(packedBytes({ width, height }));
  packMatte(Uint8Array.from(pixels), { width, height }, target);
  return [...target];
}

describe('a picture with its matte packed', () => {
  it('has the colours above, as strong as they are seen, and below how much of them is seen', () => {
    const pixels = [255, 0, 100, 255, 255, 255, 255, 0, 200, 100, 50, 128, 10, 20, 30, 1];
    const rows = [
      [255, 0, 100, 255, 0, 0, 0, 255],
      [100, 50, 25, 255, 0, 0, 0, 255],
      [255, 255, 255, 255, 0, 0, 0, 255],
      [128, 128, 128, 255, 1, 1, 1, 255],
    ];
    expect(packed(2, 2, pixels)).toEqual(rows.flat());
    expect(packedSize({ width: 2, height: 2 })).toEqual({ width: 2, height: 4 });
  });

  it('is opaque, never brighter than its matte, and gives back what was seen', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.array(byte, { minLength: 4, maxLength: 4 }), (pixel) => {
        const result = packed(1, 1, pixel);
        const alpha = pixel[3] ?? 0;
        expect(result.slice(4)).toEqual([alpha, alpha, alpha, 255]);
        expect(result[3]).toBe(255);
        for (const at of [0, 1, 2]) {
          const seen = ((pixel[at] ?? 0) * alpha) / 255;
          expect(Math.abs((result[at] ?? 0) - seen)).toBeLessThanOrEqual(0.51);
          expect(result[at]).toBeLessThanOrEqual(alpha);
        }
      }),
    );
  });
});
