import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openVideoDecoder, type VideoDecoder } from '../../../src/codec/video-decoder.ts';
import { openVideoEncoder } from '../../../src/codec/video-encoder.ts';
import type { Size } from '../../../src/contract/frame.ts';
import type { ColorSpace } from '../../../src/protocols/rtp/header-extensions.ts';
import type { VideoCodec } from '../../../src/protocols/rtp/payload.ts';
import { ffmpeg } from '../../adapters/file/fixtures.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { bars, describeWithCodecs, expectBars, framesOfIvf, noise, written } from './live.ts';

const codecs: readonly VideoCodec[] = ['h264', 'vp8'];
const small: Size = { width: 160, height: 96 };

async function withDecoder<T>(codec: VideoCodec, work: (decoder: VideoDecoder) => Promise<T>): Promise<T> {
  const decoder = await openVideoDecoder(codec);
  try {
    return await work(decoder);
  } finally {
    await decoder.close();
  }
}

/** Coded bars, the first and each of `keys` a key picture. */
async function stream(
  codec: VideoCodec,
  size: Size,
  count: number,
  keys: readonly number[] = [],
): Promise<Uint8Array[]> {
  const encoder = await openVideoEncoder({ codec, ...size, rateHz: 30, bitrateBps: 4_000_000 });
  const pictures: Uint8Array[] = [];
  for (let n = 0; n < count; n += 1) {
    const picture = await encoder.encode(bars(size), { key: keys.includes(n), timestampUs: n * 33_333 });
    if (picture !== null) pictures.push(picture.data);
  }
  await encoder.close();
  return pictures;
}

describeWithCodecs('a decoder', () => {
  test.each(codecs)('of %s gives each picture at once, with its time', async (codec) => {
    await withDecoder(codec, async (decoder) => {
      expect(decoder.needsKey).toBe(true);
      for (const [n, data] of (await stream(codec, small, 5)).entries()) {
        const picture = await decoder.decode(data, n * 1000);
        expect(picture).toMatchObject({ ...small, key: n === 0, timestampUs: n * 1000 });
        expectBars(await written(picture), small);
        expect(decoder.needsKey).toBe(false);
      }
    });
  });

  test.each(codecs)('of %s writes a picture at any size, more than once', async (codec) => {
    const [data = new Uint8Array()] = await stream(codec, { width: 320, height: 192 }, 1);
    await withDecoder(codec, async (decoder) => {
      const picture = await decoder.decode(data, 0);
      for (const size of [
        { width: 640, height: 100 },
        { width: 71, height: 33 },
        { width: 320, height: 192 },
      ])
        expectBars(await written(picture, size), size);
      expect(await written(picture, { width: 1, height: 1 })).toHaveLength(4);
    });
  });

  test.each(codecs)('of %s follows a size that changes under way', async (codec) => {
    await withDecoder(codec, async (decoder) => {
      for (const size of [small, { width: 320, height: 180 }, { width: 64, height: 128 }, small])
        for (const data of await stream(codec, size, 2)) {
          const picture = await decoder.decode(data, 0);
          expect(picture).toMatchObject(size);
          expectBars(await written(picture), size);
          expectBars(await written(picture, small), small);
        }
      expect(decoder.damaged).toBe(0);
    });
  });

  test.each(codecs)('of %s passes over what comes before a key picture', async (codec) => {
    const pictures = await stream(codec, small, 4, [2]);
    await withDecoder(codec, async (decoder) => {
      for (const [n, key] of [
        [1, true],
        [2, false],
        [3, false],
      ] as const) {
        const picture = await decoder.decode(pictures[n] ?? new Uint8Array(), 0);
        expect(picture === null).toBe(n === 1);
        expect(decoder.needsKey).toBe(key);
      }
      expect(decoder.damaged).toBe(0);
    });
  });

  test.each(codecs)(
    'of %s counts a damaged picture, and starts again with the next key picture',
    async (codec) => {
      const [key, delta, after, fresh] = (await stream(codec, small, 4, [3])).map((data) =>
        Uint8Array.from(data),
      );
      if (key === undefined || delta === undefined || after === undefined || fresh === undefined)
        throw new Error('pictures are missing');
      await withDecoder(codec, async (decoder) => {
        expect(await decoder.decode(key, 0)).not.toBeNull();
        const broken = codec === 'h264' ? delta.slice(0, 5) : delta.slice(0, 2);
        expect(await decoder.decode(broken, 1)).toBeNull();
        expect(decoder).toMatchObject({ damaged: 1, needsKey: true });
        expect(await decoder.decode(after, 2)).toBeNull();
        expectBars(await written(await decoder.decode(fresh, 3)), small);
        expect(decoder).toMatchObject({ damaged: 1, needsKey: false });
      });
    },
  );

  test.each(codecs)('of %s bears any damage, and any bytes', async (codec) => {
    const encoder = await openVideoEncoder({ codec, ...small, rateHz: 30, bitrateBps: 400_000 });
    const pictures: Uint8Array[] = [];
    for (let n = 0; n < 4; n += 1) {
      const picture = await encoder.encode(noise(small, n), { key: false, timestampUs: n * 33_333 });
      if (picture !== null) pictures.push(picture.data);
    }
    await encoder.close();
    const flips = fc.array(fc.tuple(fc.nat(3), fc.nat(), fc.nat(255)), { maxLength: 8 });
    await withDecoder(codec, async (decoder) => {
      await fc.assert(
        fc.asyncProperty(flips, fc.nat(40), fc.uint8Array({ maxLength: 40 }), async (changes, cut, bytes) => {
          const damaged = pictures.map((data) => data.slice(0, data.length - Math.max(0, cut - 20)));
          for (const [n, at, value] of changes) {
            const data = damaged[n];
            if (data !== undefined) data[at % Math.min(data.length, 200)] = value;
          }
          const head = codec === 'h264' ? [0, 0, 0, 1, 0x65] : [0x10, 2, 0, 0x9d, 1, 0x2a];
          for (const data of [...damaged, bytes, Uint8Array.from([...head, ...bytes])])
            await (
              await decoder.decode(data, 0)
            )?.write(new Uint8Array(small.width * small.height * 4), small);
        }),
        { numRuns: 60 },
      );
      // A whole stream is decoded after all that.
      for (const data of await stream(codec, small, 2))
        expectBars(await written(await decoder.decode(data, 0)), small);
    });
  });

  test('damaged parameter sets do not outlive the next key picture', { timeout: 60_000 }, async () => {
    const pictures = await stream('h264', small, 1);
    const [whole = new Uint8Array()] = pictures;
    // Every bit of them, and some bytes that FFmpeg reads as reordering: it would hold back every picture from then on.
    const bits = Array.from({ length: 28 * 8 }, (_, n) => {
      const at = 6 + (n >> 3);
      return [at, (whole[at] ?? 0) ^ (1 << (n & 7))] as const;
    });
    const bytes = [12, 15, 25].flatMap((at) =>
      [44, 66, 80, 97, 113, 194].map((value) => [at, value] as const),
    );
    for (const [at, value] of [...bits, ...bytes]) {
      await withDecoder('h264', async (decoder) => {
        const damaged = whole.slice();
        damaged[at] = value;
        await decoder.decode(damaged, 0);
        const picture = await decoder.decode(whole, 1);
        expect(picture, `byte ${at} was ${value}`).not.toBeNull();
        expectBars(await written(picture), small);
      });
    }
  });

  test('a picture is gone with the next one, and writing it then is refused', async () => {
    const [first = new Uint8Array(), second = new Uint8Array()] = await stream('vp8', small, 2);
    const decoder = await openVideoDecoder('vp8');
    const old = await decoder.decode(first, 0);
    const next = await decoder.decode(second, 1);
    await expect(written(old)).rejects.toThrow('gone');
    expectBars(await written(next), small);
    await expect(next?.write(new Uint8Array(8), small)).rejects.toMatchObject({ code: 'E_INTERNAL' });
    const writing = written(next);
    const closing = [decoder.close(), decoder.close()];
    await expect(decoder.decode(first, 2)).rejects.toThrow('closed');
    await expect(written(next)).rejects.toThrow('closed');
    expectBars(await writing, small);
    await Promise.all(closing);
  });
});

describeWithPeer('ffmpeg', 'the colours of others', () => {
  const size: Size = { width: 280, height: 160 };
  const told = (matrix: number, range: ColorSpace['range']): ColorSpace => ({
    primaries: 1,
    transfer: 13,
    matrix,
    range,
  });

  /** A key picture and one that repeats it, by another encoder; converted by `scale` and tagged as `tags` say. */
  async function theirs(codec: VideoCodec, scale: string, tags: readonly string[]): Promise<Uint8Array[]> {
    const input = [
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgba',
      '-s',
      `${size.width}x${size.height}`,
      '-i',
      'pipe:0',
    ];
    const convert = [
      '-vf',
      `scale=${scale},format=yuv420p`,
      ...tags,
      '-frames:v',
      codec === 'h264' ? '1' : '2',
    ];
    const encode =
      codec === 'h264'
        ? ['-c:v', 'libx264', '-profile:v', 'baseline', '-crf', '4', '-f', 'h264']
        : ['-c:v', 'libvpx', '-b:v', '8M', '-crf', '4', '-f', 'ivf'];
    const file = await ffmpeg(
      [...input, ...convert, ...encode, 'pipe:1'],
      Buffer.concat([bars(size), bars(size)]),
    );
    return codec === 'h264' ? [file] : framesOfIvf(file);
  }

  test.each([
    [
      'H.264, full range BT.709 in its own words, as Chromium sends a canvas',
      'h264',
      'bt709',
      'full',
      ['-colorspace', 'bt709', '-color_range', 'pc'],
      null,
    ],
    [
      'H.264, limited BT.709 in its own words',
      'h264',
      'bt709',
      'limited',
      ['-colorspace', 'bt709', '-color_range', 'tv'],
      null,
    ],
    ['H.264 that says nothing: limited BT.601', 'h264', 'bt601', 'limited', [], null],
    ['H.264 that says nothing, told beside it', 'h264', 'bt709', 'full', [], told(1, 'full')],
    ['VP8 alone: limited BT.601', 'vp8', 'bt601', 'limited', [], null],
    [
      'VP8, told to be full range BT.709, as Chromium sends a canvas',
      'vp8',
      'bt709',
      'full',
      [],
      told(1, 'full'),
    ],
    ['VP8, told to be limited BT.709', 'vp8', 'bt709', 'limited', [], told(1, 'limited')],
    ['VP8, told a matrix and no range', 'vp8', 'bt709', 'limited', [], told(1, null)],
    ['VP8, told a range and no matrix', 'vp8', 'bt601', 'full', [], told(2, 'full')],
  ] as const)('%s', async (_, codec, matrix, range, tags, colors) => {
    const [data = new Uint8Array()] = await theirs(
      codec,
      `out_color_matrix=${matrix}:out_range=${range}`,
      tags,
    );
    await withDecoder(codec, async (decoder) => {
      expectBars(await written(await decoder.decode(data, 0, colors)), size);
    });
  });

  test('what a key picture is told holds for those behind it, and ends with the next key picture', async () => {
    const full = await theirs('vp8', 'out_color_matrix=bt709:out_range=full', []);
    const limited = await theirs('vp8', 'out_color_matrix=bt601:out_range=limited', []);
    await withDecoder('vp8', async (decoder) => {
      for (const [data, colors] of [
        [full[0], told(1, 'full')],
        [full[1], null],
        [limited[0], null],
      ] as const)
        expectBars(await written(await decoder.decode(data ?? new Uint8Array(), 0, colors)), size);
    });
  });
});
