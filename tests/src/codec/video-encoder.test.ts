import { expect, test } from 'vitest';
import { openVideoDecoder } from '../../../src/codec/video-decoder.ts';
import {
  openVideoEncoder,
  type EncodedPicture,
  type VideoEncoder,
  type VideoEncoderOptions,
} from '../../../src/codec/video-encoder.ts';
import type { Size } from '../../../src/contract/frame.ts';
import { nalUnits } from '../../../src/protocols/rtp/h264.ts';
import type { VideoCodec } from '../../../src/protocols/rtp/payload.ts';
import { ffmpeg } from '../../adapters/file/fixtures.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { bars, describeWithCodecs, expectBars, ivf, noise, written } from './live.ts';

const codecs: readonly VideoCodec[] = ['h264', 'vp8'];
const small: Size = { width: 160, height: 96 };

async function withEncoder<T>(
  options: Partial<VideoEncoderOptions> & { readonly codec: VideoCodec },
  work: (encoder: VideoEncoder) => Promise<T>,
): Promise<T> {
  const encoder = await openVideoEncoder({ ...small, rateHz: 30, bitrateBps: 1_000_000, ...options });
  try {
    return await work(encoder);
  } finally {
    await encoder.close();
  }
}

function coded(picture: EncodedPicture | null): EncodedPicture {
  if (picture === null) throw new Error('the encoder left a picture out');
  return picture;
}

/** Decodes one key picture. */
async function shown(codec: VideoCodec, picture: EncodedPicture, size: Size): Promise<Uint8Array> {
  const decoder = await openVideoDecoder(codec);
  try {
    const decoded = await decoder.decode(picture.data, 0);
    expect(decoded).toMatchObject(size);
    return await written(decoded);
  } finally {
    await decoder.close();
  }
}

describeWithCodecs('an encoder', () => {
  test.each(codecs)('%s keeps its colours, whatever the sizes', async (codec) => {
    for (const [source, size, even] of [
      [small, small, small],
      [{ width: 640, height: 360 }, small, small],
      [small, { width: 640, height: 360 }, { width: 640, height: 360 }],
      [
        { width: 315, height: 181 },
        { width: 315, height: 181 },
        { width: 314, height: 180 },
      ],
    ] as const)
      await withEncoder({ codec, ...size, bitrateBps: 4_000_000 }, async (encoder) => {
        expect(encoder.size).toEqual(even);
        const request = { key: false, timestampUs: 0, size: source };
        const picture = coded(await encoder.encode(bars(source), request));
        expectBars(await shown(codec, picture, even), even);
      });
  });

  test.each(codecs)('%s makes a key picture first and when it is asked for, and no other', async (codec) => {
    await withEncoder({ codec }, async (encoder) => {
      const keys: number[] = [];
      for (let n = 0; n < 40; n += 1) {
        const request = { key: n === 17 || n === 30, timestampUs: n * 33_333 };
        const picture = coded(await encoder.encode(noise(small, n), request));
        expect(picture.timestampUs).toBe(n * 33_333);
        if (picture.key) keys.push(n);
      }
      expect(keys).toEqual([0, 17, 30]);
    });
  });

  test('H.264 is constrained baseline, with its parameter sets before every key picture', async () => {
    await withEncoder({ codec: 'h264' }, async (encoder) => {
      for (let n = 0; n < 3; n += 1) {
        const { data } = coded(await encoder.encode(bars(small), { key: n === 2, timestampUs: n * 33_333 }));
        const units = [...nalUnits(data)];
        const types = units.map((unit) => (unit[0] ?? 0) & 0x1f).filter((type) => type !== 6);
        expect(types).toEqual(n === 1 ? [1] : [7, 8, 5]);
        const sps = units.find((unit) => ((unit[0] ?? 0) & 0x1f) === 7);
        // profile_idc 66 with constraint_set1 (H.264 §A.2.1.1).
        if (sps !== undefined) expect([sps[1], (sps[2] ?? 0) & 0x40]).toEqual([66, 0x40]);
      }
    });
  });

  test.each(codecs)('%s follows its bitrate down and up again while it plays', async (codec) => {
    const size = { width: 256, height: 144 };
    await withEncoder({ codec, ...size, bitrateBps: 4_000_000 }, async (encoder) => {
      const bytes: number[] = [];
      const keys: number[] = [];
      const pictures = [0, 1, 2, 3, 4, 5, 6].map((seed) => noise(size, seed));
      for (let n = 0; n < 120; n += 1) {
        if (n === 40) encoder.setBitrate(500_000);
        if (n === 80) encoder.setBitrate(4_000_000);
        const picture = coded(
          await encoder.encode(pictures[n % 7] ?? bars(size), { key: false, timestampUs: n * 33_333 }),
        );
        bytes.push(picture.data.length);
        if (picture.key) keys.push(n);
      }
      // Two thirds of a second at the end of each part.
      const bps = (from: number): number => bytes.slice(from, from + 20).reduce((a, b) => a + b) * 8 * 1.5;
      expect(bps(60)).toBeLessThan(bps(20) / 2.5);
      expect(bps(100)).toBeGreaterThan(bps(60) * 2.5);
      expect(keys).toEqual(codec === 'h264' ? [0] : [0, 40, 80]);
    });
  });

  test.each(codecs)('%s takes times that stand still, go back or jump', async (codec) => {
    await withEncoder({ codec }, async (encoder) => {
      for (const timestampUs of [0, 0, 33_333, 10, 3_600_000_000, 3_600_000_001, 5])
        expect(await encoder.encode(bars(small), { key: false, timestampUs })).toMatchObject({ timestampUs });
    });
  });

  test('leaves its pixels as they are, and does not need them afterwards', async () => {
    await withEncoder({ codec: 'h264', bitrateBps: 4_000_000 }, async (encoder) => {
      const pixels = bars(small);
      const picture = coded(await encoder.encode(pixels, { key: true, timestampUs: 0 }));
      expect(Buffer.compare(pixels, bars(small))).toBe(0);
      pixels.fill(0);
      expectBars(await shown('h264', picture, small), small);
    });
  });

  test('works in the order it is asked to, finishes before it closes, and then refuses', async () => {
    const encoder = await openVideoEncoder({ codec: 'vp8', ...small, rateHz: 30, bitrateBps: 1_000_000 });
    const order: number[] = [];
    const work = [0, 1, 2, 3].map(async (n) => {
      await encoder.encode(noise(small, n), { key: false, timestampUs: n * 33_333 });
      order.push(n);
    });
    const closing = [encoder.close(), encoder.close()];
    await expect(encoder.encode(bars(small), { key: false, timestampUs: 0 })).rejects.toThrow('closed');
    await Promise.all([...work, ...closing]);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  test('refuses pixels that are too few for their size, and goes on', async () => {
    await withEncoder({ codec: 'h264' }, async (encoder) => {
      const short = new Uint8Array(small.width * small.height * 4 - 1);
      await expect(encoder.encode(short, { key: false, timestampUs: 0 })).rejects.toThrow(
        'are no picture of',
      );
      expect(await encoder.encode(bars(small), { key: false, timestampUs: 1 })).toMatchObject({ key: true });
    });
  });

  test('of an impossible size cannot be opened', async () => {
    for (const side of [0, 9000, 1.5])
      await expect(
        openVideoEncoder({ codec: 'vp8', width: side, height: 64, rateHz: 30, bitrateBps: 1e6 }),
      ).rejects.toMatchObject({ code: 'E_CODEC_FAILED' });
  });

  test.each(codecs)(
    '%s does not grow over a thousand pictures, nor when it is opened again',
    async (codec) => {
      const size = { width: 96, height: 64 };
      const pictures = [0, 1, 2, 3, 4, 5, 6].map((seed) => noise(size, seed));
      const into = new Uint8Array(size.width * size.height * 4);
      const encode = (count: number): Promise<void> =>
        withEncoder({ codec, ...size }, async (encoder) => {
          const decoder = await openVideoDecoder(codec);
          for (let n = 0; n < count; n += 1) {
            const request = { key: n % 100 === 0, timestampUs: n * 33_333 };
            const picture = coded(await encoder.encode(pictures[n % 7] ?? into, request));
            await (await decoder.decode(picture.data, picture.timestampUs))?.write(into, size);
          }
          await decoder.close();
        });
      await encode(300);
      const before = process.memoryUsage().rss;
      await encode(1000);
      for (let n = 0; n < 30; n += 1) await encode(2);
      // A thousand pictures that are not freed come to 30 MB and more; the rest is the collector's leisure.
      expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(24);
    },
  );
});

describeWithPeer('ffmpeg', 'an encoder', () => {
  test.each(codecs)('of %s has its colours seen right by another decoder', async (codec) => {
    const size = { width: 280, height: 160 };
    await withEncoder({ codec, ...size, bitrateBps: 4_000_000 }, async (encoder) => {
      const { data } = coded(await encoder.encode(bars(size), { key: true, timestampUs: 0 }));
      const input = codec === 'h264' ? data : ivf(data, size);
      const format = codec === 'h264' ? 'h264' : 'ivf';
      const theirs = await ffmpeg(
        ['-f', format, '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1'],
        input,
      );
      expectBars(theirs, size);
    });
  });
});
