import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readCounter } from '../../../adapters/test-pattern/counter.ts';
import { upright } from '../../../src/codec/orientation.ts';
import { VideoReader } from '../../../src/codec/video-reader.ts';
import type { Size } from '../../../src/contract/frame.ts';
import {
  colorAt,
  encode,
  ffmpeg,
  numberedFrames,
  quadrants,
  sharedScratch,
} from '../../adapters/file/fixtures.ts';
import { corners, drawn, first, withReader } from './reading.ts';
import { describeWithPeer } from '../../support/peers.ts';

const scratch = sharedScratch();

const small: Size = { width: 128, height: 96 };

describeWithPeer('ffmpeg', 'a video file', () => {
  test('gives every picture once, in order, with its time; after rewinding again', async () => {
    const path = await encode(scratch.path('count.mp4'), numberedFrames(small, 40), small, { rateHz: 25 });
    await withReader(path, async (reader) => {
      for (let round = 0; round < 3; round += 1) {
        const seen: (number | null)[] = [];
        const times: (number | null)[] = [];
        for (let picture = await reader.next(); picture !== null; picture = await reader.next()) {
          seen.push(readCounter(await drawn(reader, small), small).top);
          times.push(picture.seconds);
        }
        expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => n));
        times.forEach((seconds, n) => expect(seconds).toBeCloseTo(n / 25, 3));
        expect(await reader.next()).toBeNull();
        expect(await reader.rewind()).toBe(true);
      }
      expect(reader.facts).toMatchObject({ codec: 'h264', size: small, audioStreams: 0 });
      expect(reader.facts.rateHz).toBeCloseTo(25);
    });
  });

  test.each([
    [
      'H.264 4:2:0',
      'c420.mp4',
      [
        '-c:v',
        'libx264',
        '-crf',
        '4',
        '-pix_fmt',
        'yuv420p',
        '-vf',
        'scale=out_color_matrix=bt709',
        '-colorspace',
        'bt709',
      ],
    ],
    [
      'BT.601',
      'c601.mp4',
      [
        '-c:v',
        'libx264',
        '-crf',
        '4',
        '-pix_fmt',
        'yuv444p',
        '-vf',
        'scale=out_color_matrix=bt601',
        '-colorspace',
        'smpte170m',
      ],
    ],
    [
      'full range',
      'full.mp4',
      [
        '-c:v',
        'libx264',
        '-crf',
        '4',
        '-pix_fmt',
        'yuv444p',
        '-vf',
        'scale=out_color_matrix=bt709:out_range=full',
        '-colorspace',
        'bt709',
        '-color_range',
        'pc',
      ],
    ],
    [
      '10 bit',
      'ten.mp4',
      [
        '-c:v',
        'libx265',
        '-x265-params',
        'log-level=none:crf=4',
        '-pix_fmt',
        'yuv420p10le',
        '-vf',
        'scale=out_color_matrix=bt709',
        '-colorspace',
        'bt709',
      ],
    ],
    [
      'VP9',
      'vp9.webm',
      [
        '-c:v',
        'libvpx-vp9',
        '-lossless',
        '1',
        '-pix_fmt',
        'yuv444p',
        '-vf',
        'scale=out_color_matrix=bt709',
        '-colorspace',
        'bt709',
      ],
    ],
    ['Motion JPEG', 'm.avi', ['-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj444p']],
  ] as const)('keeps its colours: %s', async (_, name, args) => {
    const colors = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
      [0, 0, 0],
      [64, 64, 64],
      [200, 120, 40],
    ];
    const size = { width: 224, height: 64 };
    const frame = new Uint8Array(size.width * size.height * 4);
    for (let at = 0; at < frame.length; at += 4)
      frame.set([...(colors[Math.floor(((at / 4) % 224) / 32)] ?? []), 255], at);
    const path = await encode(scratch.path(name), frame, size, { args });
    const { pixels } = await first(path, size);
    for (const [index, color] of colors.entries()) {
      const seen = colorAt(pixels, size, (index + 0.5) / 7, 0.5);
      color.forEach((value, channel) =>
        expect(
          Math.abs((seen[channel] ?? 0) - value),
          `${color.join()} became ${seen.join()}`,
        ).toBeLessThanOrEqual(6),
      );
      expect(seen[3]).toBe(255);
    }
  });

  test('an unnamed matrix is BT.709 for HD', async () => {
    const size = { width: 1280, height: 720 };
    const frame = new Uint8Array(size.width * size.height * 4);
    for (let at = 0; at < frame.length; at += 4) frame.set([0, 255, 0, 255], at);
    const args = ['-vf', 'scale=out_color_matrix=bt709', '-c:v', 'mpeg4', '-q:v', '1', '-pix_fmt', 'yuv420p'];
    const { pixels } = await first(await encode(scratch.path('hd.avi'), frame, size, { args }), {
      width: 64,
      height: 36,
    });
    expect(
      colorAt(pixels, { width: 64, height: 36 }, 0.5, 0.5).every(
        (value, channel) => Math.abs(value - ([0, 255, 0, 255][channel] ?? 0)) <= 6,
      ),
    ).toBe(true);
  });

  test('of odd size comes out whole', async () => {
    const size = { width: 127, height: 75 };
    const path = await encode(scratch.path('odd.mp4'), quadrants(size), size);
    const { picture, pixels } = await first(path, null);
    expect(picture.size).toEqual(size);
    expect(corners(pixels, size)).toBe('red green white blue');
    expect(pixels.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true);
  });

  test('with pixels that are not square is shown in its true shape', async () => {
    const path = scratch.path('wide.mp4');
    await encode(path, quadrants(small), small, {
      args: ['-vf', 'setsar=2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
    });
    expect((await first(path, null)).picture.size).toEqual({ width: 256, height: 96 });
  });

  test('of varying rate keeps the time of every picture', async () => {
    const args = [
      '-vf',
      "select='not(eq(mod(n,5),1))*not(eq(mod(n,5),2))'",
      '-vsync',
      'vfr',
      '-c:v',
      'libx264',
      '-pix_fmt',
      'yuv444p',
    ];
    const path = await encode(scratch.path('vfr.mp4'), numberedFrames(small, 20), small, {
      rateHz: 10,
      args,
    });
    await withReader(path, async (reader) => {
      for (let picture = await reader.next(); picture !== null; picture = await reader.next()) {
        const n = readCounter(await drawn(reader, small), small).top;
        expect(picture.seconds).toBeCloseTo((n ?? -1) / 10, 2);
      }
    });
  });

  test('without a container plays too', async () => {
    const path = await encode(scratch.path('raw.h264'), numberedFrames(small, 12), small);
    await withReader(path, async (reader) => {
      const seen: (number | null)[] = [];
      for (let picture = await reader.next(); picture !== null; picture = await reader.next()) {
        seen.push(readCounter(await drawn(reader, small), small).top);
      }
      expect(seen).toEqual(Array.from({ length: 12 }, (_, n) => n));
    });
  });

  test('has its sound counted and left alone', async () => {
    const path = scratch.path('sound.mp4');
    await ffmpeg([
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=64x48:r=10:d=1',
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-c:v',
      'libx264',
      '-pix_fmt',
      'yuv420p',
      path,
    ]);
    await withReader(path, async (reader) => {
      let count = 0;
      while ((await reader.next()) !== null) count += 1;
      expect(count).toBe(10);
      expect(reader.facts.audioStreams).toBe(1);
    });
  });
});

describeWithPeer('ffmpeg', 'a picture file', () => {
  test('PNG with alpha keeps colours and transparency exactly', async () => {
    const size = { width: 64, height: 32 };
    const pixels = quadrants(size).map((value, at) => (at % 4 === 3 ? (at >> 2) % 256 : value));
    const path = await encode(scratch.path('alpha.png'), pixels, size, {
      args: ['-frames:v', '1', '-pix_fmt', 'rgba'],
    });
    expect((await first(path, null)).pixels).toEqual(pixels);
  });

  test('JPEG is one picture', async () => {
    const path = await encode(scratch.path('still.jpg'), quadrants(small), small, {
      args: ['-frames:v', '1', '-q:v', '2'],
    });
    await withReader(path, async (reader) => {
      const picture = await reader.next();
      expect(picture?.size).toEqual(small);
      expect(corners(await drawn(reader, small), small)).toBe('red green white blue');
      expect(await reader.next()).toBeNull();
    });
  });

  test('a name with percent signs, quotes, colons and other scripts is only a name', async () => {
    const path = await encode(scratch.path('plain.png'), quadrants(small), small, {
      args: ['-frames:v', '1'],
    });
    const odd = scratch.path("it's %03d: “ø” 世界 #1?.png");
    await writeFile(odd, await readFile(path));
    expect(corners((await first(odd, null)).pixels, small)).toBe('red green white blue');
  });
});

describeWithPeer('ffmpeg', 'what cannot be read', () => {
  test.each([
    ['text', 'Not a video at all, only words.\n'.repeat(50)],
    ['nothing', ''],
    ['zeros', '\0'.repeat(5000)],
  ])('%s is refused with its path and the words of FFmpeg', async (name, content) => {
    const path = scratch.path(`${name}.mp4`);
    await writeFile(path, content);
    await expect(VideoReader.open(path)).rejects.toMatchObject({
      code: 'E_SOURCE_UNREADABLE',
      message: expect.stringContaining(path),
    });
  });

  test('sound alone is no video', async () => {
    const path = scratch.path('sound.wav');
    await ffmpeg(['-f', 'lavfi', '-i', 'sine=d=0.2', path]);
    await expect(VideoReader.open(path)).rejects.toMatchObject({ code: 'E_SOURCE_UNREADABLE' });
  });

  test('playlists are not followed, neither to other files nor to the network', async () => {
    const clip = await encode(scratch.path('clip.ts'), numberedFrames(small, 5), small);
    const playlist = scratch.path('list.m3u8');
    await writeFile(playlist, `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${clip}\n#EXT-X-ENDLIST\n`);
    await expect(VideoReader.open(playlist)).rejects.toMatchObject({ code: 'E_SOURCE_UNREADABLE' });
    const script = scratch.path('list.ffconcat');
    await writeFile(script, 'ffconcat version 1.0\nfile clip.ts\n');
    await expect(VideoReader.open(script)).rejects.toMatchObject({ code: 'E_SOURCE_UNREADABLE' });
  });

  test('a truncated file plays as far as it goes', async () => {
    const whole = await encode(scratch.path('whole.mkv'), numberedFrames(small, 60), small);
    const path = scratch.path('cut.mkv');
    const bytes = await readFile(whole);
    await writeFile(path, bytes.subarray(0, bytes.length * 0.6));
    await withReader(path, async (reader) => {
      let count = 0;
      while ((await reader.next()) !== null) count += 1;
      expect(count).toBeGreaterThan(5);
      expect(count).toBeLessThan(60);
    });
  });

  test('damage in the middle is passed over', async () => {
    const whole = await encode(scratch.path('whole.ts'), numberedFrames(small, 60), small, {
      args: ['-c:v', 'libx264', '-g', '5', '-pix_fmt', 'yuv420p'],
    });
    const bytes = await readFile(whole);
    for (let at = bytes.length * 0.3; at < bytes.length * 0.5; at += 1)
      bytes[Math.floor(at)] = (at * 7919) & 255;
    const path = scratch.path('damaged.ts');
    await writeFile(path, bytes);
    await withReader(path, async (reader) => {
      const seen = new Set<number | null>();
      while ((await reader.next()) !== null) seen.add(readCounter(await drawn(reader, small), small).top);
      expect(seen.has(0)).toBe(true);
      expect(seen.has(58)).toBe(true);
      expect(seen.size).toBeLessThan(60);
    });
  });
});

describeWithPeer('ffmpeg', 'misuse', () => {
  test('closing while work is under way waits for it, and later calls are refused, not crashes', async () => {
    const path = await encode(scratch.path('close.mp4'), numberedFrames(small, 30), small);
    for (let round = 0; round < 20; round += 1) {
      const reader = await VideoReader.open(path);
      const pixels = new Uint8Array(small.width * small.height * 4);
      const work = [
        reader.next(),
        reader.draw({ size: small, aspect: 'fill', turn: upright }, pixels),
        reader.next(),
        reader.rewind(),
        reader.next(),
      ];
      const closing = [reader.close(), reader.close()];
      await expect(reader.next()).rejects.toThrow('closed');
      await Promise.allSettled(work);
      await Promise.all(closing);
      await expect(reader.draw({ size: small, aspect: 'fill', turn: upright }, pixels)).rejects.toThrow(
        'closed',
      );
    }
  });

  test('drawing without a picture, or into too small a target, is refused', async () => {
    const path = await encode(scratch.path('misuse.mp4'), numberedFrames(small, 3), small);
    await withReader(path, async (reader) => {
      await expect(drawn(reader, small)).rejects.toThrow('no picture');
      await reader.next();
      await expect(
        reader.draw({ size: small, aspect: 'fill', turn: upright }, new Uint8Array(16)),
      ).rejects.toThrow('unexpected size');
      expect(readCounter(await drawn(reader, small), small).top).toBe(0);
    });
  });
});
