import { describe, expect, test } from 'vitest';
import type { PictureFormat } from '../../../adapters/ndi/picture.ts';
import { exchangeRedBlue, toRgba } from '../../../adapters/ndi/pixels.ts';
import type { Size } from '../../../src/contract/frame.ts';

/** What comes of bytes that lie as `format`; rows are `stride` apart. */
function converted(bytes: readonly number[], format: PictureFormat, size: Size, stride: number): number[] {
  const into = new Uint8Array(size.width * size.height * 4).fill(0xee);
  toRgba(Uint8Array.from(bytes), { ...size, format, stride, bytes: bytes.length }, into);
  return [...into];
}

/**
 * Y, U, V → R, G, B: the forward matrix of each recommendation inverted by Gauss in exact fractions (Python's `fractions`), rounded
 * to the nearest. The first sixteen are black, white, grey and the 75 % colour bars of BT.709 and BT.601 as broadcasters publish them.
 */
const vectors = {
  'BT.601': [
    [16, 128, 128, 0, 0, 0],
    [235, 128, 128, 255, 255, 255],
    [126, 128, 128, 128, 128, 128],
    [180, 128, 128, 191, 191, 191],
    [162, 44, 142, 192, 192, 1],
    [131, 156, 44, 0, 191, 190],
    [112, 72, 58, 0, 191, 0],
    [84, 184, 198, 191, 0, 192],
    [65, 100, 212, 191, 0, 1],
    [35, 212, 114, 0, 1, 192],
    [0, 0, 0, 0, 136, 0],
    [255, 255, 255, 255, 125, 255],
    [16, 240, 128, 0, 0, 226],
    [16, 128, 240, 179, 0, 0],
    [202, 245, 79, 138, 211, 255],
    [113, 184, 141, 134, 80, 226],
    [139, 99, 84, 73, 190, 85],
  ],
  'BT.709': [
    [16, 128, 128, 0, 0, 0],
    [235, 128, 128, 255, 255, 255],
    [126, 128, 128, 128, 128, 128],
    [180, 128, 128, 191, 191, 191],
    [168, 44, 136, 191, 191, 0],
    [145, 147, 44, 0, 191, 190],
    [133, 63, 52, 0, 191, 0],
    [63, 193, 204, 191, 0, 192],
    [51, 109, 212, 191, 0, 1],
    [28, 212, 120, 0, 0, 191],
    [0, 0, 0, 0, 77, 0],
    [255, 255, 255, 255, 184, 255],
    [16, 240, 128, 0, 0, 237],
    [16, 128, 240, 201, 0, 0],
    [202, 245, 79, 129, 218, 255],
    [113, 184, 141, 136, 94, 231],
    [139, 99, 84, 64, 173, 82],
  ],
  'BT.2020': [
    [180, 128, 128, 191, 191, 191],
    [168, 44, 136, 190, 188, 0],
    [63, 193, 204, 182, 0, 194],
    [0, 0, 0, 0, 89, 0],
    [16, 240, 128, 0, 0, 240],
    [16, 128, 240, 188, 0, 0],
    [202, 245, 79, 134, 227, 255],
    [139, 99, 84, 69, 177, 81],
  ],
} as const;

/** The smallest and the largest size of each, as NDI draws the lines. */
const sizes: readonly (readonly [keyof typeof vectors, Size])[] = [
  ['BT.601', { width: 2, height: 1 }],
  ['BT.601', { width: 720, height: 1 }],
  ['BT.601', { width: 2, height: 576 }],
  ['BT.709', { width: 722, height: 1 }],
  ['BT.709', { width: 2, height: 577 }],
  ['BT.709', { width: 2, height: 1080 }],
  ['BT.2020', { width: 1922, height: 1 }],
  ['BT.2020', { width: 2, height: 1081 }],
];

describe('YUV of the runtime', () => {
  test.each(sizes)('is read by %s at the size %j, to the nearest step', (matrix, size) => {
    const stride = size.width * 2;
    for (const [y, u, v, ...rgb] of vectors[matrix]) {
      const pairs = (size.width / 2) * size.height;
      const bytes = Array.from({ length: pairs }, () => [u, y, v, y]).flat();
      const pixels = converted(bytes, 'UYVY', size, stride);
      expect(pixels.slice(0, 4), `${y} ${u} ${v}`).toEqual([...rgb, 255]);
      expect(pixels.slice(-4)).toEqual([...rgb, 255]);
    }
  });

  test('has a light of its own in each pixel, and one colour for two; of an odd width, for the last alone', () => {
    const bytes = [128, 16, 128, 235, 128, 126, 128, 99];
    const pixels = converted(bytes, 'UYVY', { width: 3, height: 1 }, 8);
    expect(pixels).toEqual([0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255]);
  });

  test('may bring its alpha behind its colours, in rows of half their length', () => {
    const row = [128, 235, 128, 16, 1, 2, 3, 4];
    const bytes = [...row, ...row, 10, 20, 99, 99, 30, 40, 99, 99];
    const pixels = converted(bytes, 'UYVA', { width: 2, height: 2 }, 8);
    expect(pixels).toEqual([255, 255, 255, 10, 0, 0, 0, 20, 255, 255, 255, 30, 0, 0, 0, 40]);
  });
});

describe('RGB of the runtime', () => {
  const close = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18];
  const apart = [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 11, 12, 13, 14, 15, 16, 17, 18, 0, 0];
  const size = { width: 2, height: 2 };

  test.each([
    ['RGBA', [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18]],
    ['RGBX', [1, 2, 3, 255, 5, 6, 7, 255, 11, 12, 13, 255, 15, 16, 17, 255]],
    ['BGRA', [3, 2, 1, 4, 7, 6, 5, 8, 13, 12, 11, 14, 17, 16, 15, 18]],
    ['BGRX', [3, 2, 1, 255, 7, 6, 5, 255, 13, 12, 11, 255, 17, 16, 15, 255]],
  ] as const)('comes as %s, and rows may lie apart', (format, expected) => {
    expect(converted(close, format, size, 8)).toEqual(expected);
    expect(converted(apart, format, size, 10)).toEqual(expected);
  });

  test('is converted in place where it lies as it is to lie', () => {
    const pixels = Uint8Array.from(close);
    toRgba(pixels, { ...size, format: 'BGRX', stride: 8, bytes: 16 }, pixels);
    expect([...pixels]).toEqual([3, 2, 1, 255, 7, 6, 5, 255, 13, 12, 11, 255, 17, 16, 15, 255]);
    exchangeRedBlue(pixels, pixels);
    expect([...pixels.subarray(0, 4)]).toEqual([1, 2, 3, 255]);
  });
});
