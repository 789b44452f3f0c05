import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fourCC } from '../../../adapters/ndi/layouts.ts';
import type { VideoFields } from '../../../adapters/ndi/library.ts';
import { readPicture } from '../../../adapters/ndi/picture.ts';

const good: VideoFields = {
  xres: 640,
  yres: 360,
  FourCC: fourCC('UYVY'),
  frame_rate_N: 30_000,
  frame_rate_D: 1001,
  picture_aspect_ratio: 0,
  frame_format_type: 1,
  timecode: 0,
  p_data: 4096n,
  line_stride_in_bytes: 1280,
  p_metadata: null,
  timestamp: 0,
};

describe('what the runtime says of a picture', () => {
  test('is taken where it can be', () => {
    expect(readPicture(good)).toMatchObject({
      format: 'UYVY',
      stride: 1280,
      bytes: 1280 * 360,
      progressive: true,
    });
    expect(readPicture({ ...good, FourCC: fourCC('UYVA') }).bytes).toBe(1280 * 360 + 640 * 360);
    expect(readPicture({ ...good, line_stride_in_bytes: 0 }).stride).toBe(1280);
    expect(readPicture({ ...good, xres: 3, FourCC: fourCC('BGRX'), line_stride_in_bytes: 64 }).bytes).toBe(
      64 * 360,
    );
  });

  test.each<[string, Partial<VideoFields>, string]>([
    ['no width', { xres: 0 }, 'its size is 0×360'],
    ['a height below nothing', { yres: -1 }, 'its size is 640×-1'],
    ['a height beyond all measure', { yres: 0x7fffffff }, 'its size is 640×2147483647'],
    ['rows that are too short', { line_stride_in_bytes: 1279 }, 'rows of 640 pixels are 1279 bytes long'],
    ['rows below nothing', { line_stride_in_bytes: -1280 }, 'rows of 640 pixels are -1280 bytes long'],
    ['rows beyond all measure', { line_stride_in_bytes: 0x7fffffff }, 'rows of 640 pixels'],
    ['no pixels', { p_data: null }, 'it has no pixels'],
    ['pixels at nowhere', { p_data: 0n }, 'it has no pixels'],
    ['a format that nobody asked for', { FourCC: fourCC('P216') }, 'its format is 0x36313250'],
  ])('is refused with %s', (_what, wrong, words) => {
    expect(() => readPicture({ ...good, ...wrong })).toThrow(
      expect.objectContaining({ code: 'E_NDI_FRAME', message: expect.stringContaining(words) }),
    );
  });

  test('never leads to a copy of more than a picture of the largest size could have', () => {
    const int = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    const formats = fc.constantFrom('UYVY', 'UYVA', 'RGBA', 'BGRX').map(fourCC);
    fc.assert(
      fc.property(
        int,
        int,
        int,
        fc.oneof(
          formats,
          int.map((n) => n >>> 0),
        ),
        (xres, yres, stride, FourCC) => {
          let picture;
          try {
            picture = readPicture({ ...good, xres, yres, FourCC, line_stride_in_bytes: stride });
          } catch (error) {
            expect(error).toMatchObject({ code: 'E_NDI_FRAME' });
            return;
          }
          expect(picture.width).toBeGreaterThan(0);
          expect(picture.bytes).toBeGreaterThanOrEqual(picture.height * picture.width * 2);
          expect(picture.bytes).toBeLessThanOrEqual(8192 * (8 * 8192 * 4 + 4096));
        },
      ),
    );
  });
});
