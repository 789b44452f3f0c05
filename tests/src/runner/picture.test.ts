import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame, Size } from '../../../src/contract/frame.ts';
import {
  croppedArea,
  isTurned,
  plainPicture,
  turnedSize,
  type PictureSettings,
} from '../../../src/contract/picture.ts';
import { Resampler } from '../../../src/runner/resample.ts';

/** Every pixel is another one. */
function numbered({ width, height }: Size): Frame {
  const data = new Uint8Array(width * height * 4);
  for (let n = 0; n < width * height; n += 1) data.set([n & 255, n >> 8, 7, 200], n * 4);
  return { width, height, data, format: 'rgba8', sequence: 1, ptsUs: 0, captureUs: 0 };
}
const numberAt = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number): number => {
  const at = (y * width + x) * 4;
  return (data[at] ?? 0) + 256 * (data[at + 1] ?? 0);
};
const settings = (part: Partial<PictureSettings>): PictureSettings => ({ ...plainPicture, ...part });

/** The same, said pixel by pixel: cropped, then turned clockwise, then flipped. */
function expected(from: Frame, picture: PictureSettings): number[] {
  const area = croppedArea(from, picture.crop);
  let rows = Array.from({ length: area.height }, (_, y) =>
    Array.from({ length: area.width }, (__, x) => numberAt(from, area.x + x, area.y + y)),
  );
  for (let turns = 0; turns < picture.rotate / 90; turns += 1) {
    const before = rows;
    const [top = []] = before;
    rows = top.map((_, x) => before.map((row) => row[x] ?? -1).toReversed());
  }
  if (picture.flip === 'horizontal' || picture.flip === 'both') rows = rows.map((row) => row.toReversed());
  if (picture.flip === 'vertical' || picture.flip === 'both') rows = rows.toReversed();
  return rows.flat();
}

const crop = fc
  .record({
    left: fc.double({ min: 0, max: 0.49, noNaN: true }),
    top: fc.double({ min: 0, max: 0.49, noNaN: true }),
    right: fc.double({ min: 0, max: 0.49, noNaN: true }),
    bottom: fc.double({ min: 0, max: 0.49, noNaN: true }),
  })
  .filter(({ left, right, top, bottom }) => left + right < 0.95 && top + bottom < 0.95);
const anyPicture = fc.record({
  crop,
  rotate: fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const),
  flip: fc.constantFrom('none' as const, 'horizontal' as const, 'vertical' as const, 'both' as const),
  aspect: fc.constant(null),
  maxRateHz: fc.constant(null),
});
const anySize = fc.record({
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 24 }),
});

describe('a picture that is cropped, turned and flipped', () => {
  it('has each pixel where it belongs', () => {
    fc.assert(
      fc.property(anySize, anyPicture, (size, picture) => {
        const from = numbered(size);
        const resampler = new Resampler(null, 'fill', picture);
        const out = resampler.run(from);
        expect({ width: out.width, height: out.height }).toEqual(turnedSize(size, picture));
        const numbers = Array.from({ length: out.width * out.height }, (_, n) =>
          numberAt(out, n % out.width, Math.floor(n / out.width)),
        );
        expect(numbers).toEqual(expected(from, picture));
        const drawn = new Uint8Array(out.data.length).fill(9);
        resampler.draw(from, drawn);
        expect(drawn).toEqual(new Uint8Array(out.data));
      }),
      { numRuns: 100 },
    );
  });

  it('is brought to another size in the same pass, as if it had been turned first', () => {
    fc.assert(
      fc.property(
        anySize,
        anySize,
        anyPicture,
        fc.constantFrom('fill' as const, 'fit' as const, 'stretch' as const),
        (size, to, picture, aspect) => {
          const from = numbered(size);
          const inOne = new Resampler(to, aspect, picture).run(from);
          const turned = new Resampler(null, 'fill', picture).run(from);
          const inTwo = new Resampler(to, aspect).run(turned);
          // Averages of whole pixels are taken from the other end of a turned picture, and rounding goes up at either end.
          if (size.width <= to.width && size.height <= to.height && to.width === to.height)
            for (let n = 0; n < inOne.data.length; n += 4)
              expect(Math.abs((inOne.data[n] ?? 0) - (inTwo.data[n] ?? 0))).toBeLessThanOrEqual(1);
          expect(inOne.data.length).toBe(to.width * to.height * 4);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has black bars where it does not fill the size, drawn anew into whatever lay there', () => {
    const out = new Uint8Array(8 * 8 * 4).fill(77);
    new Resampler({ width: 8, height: 8 }, 'fit', settings({ rotate: 90 })).draw(
      numbered({ width: 8, height: 4 }),
      out,
    );
    expect([...out.subarray(0, 4)]).toEqual([0, 0, 0, 255]);
    expect([...out.subarray(2 * 4, 2 * 4 + 4)]).not.toEqual([0, 0, 0, 255]);
  });

  it('keeps at least one pixel, however little a crop leaves of a small one', () => {
    expect(
      croppedArea({ width: 1, height: 2 }, { left: 0.6, top: 0.5, right: 0.3, bottom: 0.4 }),
    ).toMatchObject({
      width: 1,
      height: 1,
    });
  });

  it('is nothing to do where nothing is set', () => {
    expect(isTurned(plainPicture)).toBe(false);
    expect(isTurned(settings({ aspect: 'fit', maxRateHz: 5 }))).toBe(false);
    expect(isTurned(settings({ flip: 'both' }))).toBe(true);
    expect(isTurned(settings({ crop: { left: 0, top: 0.1, right: 0, bottom: 0 } }))).toBe(true);
  });
});
