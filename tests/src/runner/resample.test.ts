import { describe, expect, it } from 'vitest';
import type { AspectPolicy, Frame, Size } from '../../../src/contract/frame.ts';
import { Resampler } from '../../../src/runner/resample.ts';

type Rgba = readonly [number, number, number, number];
const red: Rgba = [255, 0, 0, 255];
const blue: Rgba = [0, 0, 255, 255];

function frame(size: Size, paint: (x: number, y: number) => Rgba): Frame {
  const data = new Uint8Array(size.width * size.height * 4);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) data.set(paint(x, y), (y * size.width + x) * 4);
  return { ...size, data, format: 'rgba8', sequence: 7, ptsUs: 1, captureUs: 2 };
}

const at = ({ data, width }: Frame, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];
const resample = (of: Frame, to: Size, aspect: AspectPolicy): Frame => new Resampler(to, aspect).run(of);

describe('the resampler', () => {
  it('keeps one colour one colour at any size, times and sequence untouched', () => {
    for (const to of [
      { width: 5, height: 3 },
      { width: 64, height: 64 },
      { width: 301, height: 7 },
    ]) {
      const out = resample(
        frame({ width: 33, height: 21 }, () => [10, 200, 30, 255]),
        to,
        'stretch',
      );
      for (let i = 0; i < out.data.length; i += 4)
        expect([...out.data.subarray(i, i + 4)]).toEqual([10, 200, 30, 255]);
      expect(out).toMatchObject({ ...to, sequence: 7, ptsUs: 1, captureUs: 2 });
    }
  });

  it('is exact where the size is the same', () => {
    const picture = frame({ width: 9, height: 7 }, (x, y) => [x * 20, y * 30, (x + y) * 10, 255 - x]);
    expect(resample(picture, { width: 9, height: 7 }, 'fit').data).toEqual(picture.data);
  });

  it('does not mirror, turn or shift the picture', () => {
    const corners = frame({ width: 40, height: 20 }, (x, y) => (x < 20 && y < 10 ? red : blue));
    const out = resample(corners, { width: 20, height: 10 }, 'stretch');
    expect([at(out, 0, 0), at(out, 19, 0), at(out, 0, 9), at(out, 9, 4), at(out, 10, 4)]).toEqual(
      [red, blue, blue, red, blue].map((colour) => [...colour]),
    );
  });

  it('puts bars beside a wide picture that is fitted, and none where it fills', () => {
    const wide = frame({ width: 80, height: 20 }, () => red);
    const fitted = resample(wide, { width: 40, height: 40 }, 'fit');
    expect([at(fitted, 20, 2), at(fitted, 20, 20), at(fitted, 20, 37)]).toEqual([
      [0, 0, 0, 255],
      [...red],
      [0, 0, 0, 255],
    ]);
    const filled = resample(wide, { width: 40, height: 40 }, 'fill');
    expect([at(filled, 20, 0), at(filled, 0, 39)]).toEqual([[...red], [...red]]);
  });

  it('crops both sides alike where it fills', () => {
    const third = frame({ width: 90, height: 30 }, (x) => (x >= 30 && x < 60 ? red : blue));
    const out = resample(third, { width: 30, height: 30 }, 'fill');
    expect([at(out, 1, 15), at(out, 28, 15)]).toEqual([[...red], [...red]]);
  });

  it('averages fine detail away instead of flickering', () => {
    const checks = frame({ width: 256, height: 256 }, (x, y) =>
      (x + y) % 2 === 0 ? [255, 255, 255, 255] : [0, 0, 0, 255],
    );
    const out = resample(checks, { width: 32, height: 32 }, 'stretch');
    for (let i = 0; i < out.data.length; i += 4)
      expect(Math.abs((out.data[i] ?? 0) - 128)).toBeLessThanOrEqual(1);
  });

  it('follows a source that changes size', () => {
    const resampler = new Resampler({ width: 16, height: 16 }, 'fit');
    resampler.run(frame({ width: 64, height: 16 }, () => red));
    const out = resampler.run(frame({ width: 16, height: 64 }, () => blue));
    expect([at(out, 0, 8), at(out, 8, 0)]).toEqual([[0, 0, 0, 255], [...blue]]);
  });
});
