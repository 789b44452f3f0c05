import { chmod, copyFile, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import * as module from '../../../adapters/file/run.ts';
import { readCounter } from '../../../adapters/test-pattern/counter.ts';
import type { Size } from '../../../src/contract/frame.ts';
import { playSource, SourceDouble, until } from '../../conformance/contexts.ts';
import {
  colorAt,
  encode,
  ffmpeg,
  numberedFrames,
  quadrants,
  sharedScratch,
  setDisplayMatrix,
} from './fixtures.ts';
import { describeWithPeer } from '../../support/peers.ts';

const scratch = sharedScratch();

const small: Size = { width: 128, height: 96 };

test('a path that is not absolute, and an address of the network, are refused', async () => {
  for (const path of ['clip.mp4', 'http://127.0.0.1/clip.mp4', 'file:/etc/hostname', 'concat:/a|/b', '']) {
    const context = new SourceDouble({ config: { path } });
    await expect(module.source.run(context)).rejects.toMatchObject({ code: 'E_SOURCE_UNREADABLE' });
  }
});

test('folders, devices and sockets are refused at once', async () => {
  const socket = scratch.path('socket');
  const server = createServer().listen(socket);
  await once(server, 'listening');
  const folder = scratch.path('folder.mp4');
  await mkdir(folder);
  for (const path of [folder, '/dev/zero', socket]) {
    const run = module.source.run(new SourceDouble({ config: { path } }));
    await expect(run).rejects.toMatchObject({
      code: 'E_SOURCE_UNREADABLE',
      message: expect.stringContaining(path),
    });
  }
  server.close();
});

test('a file that is not there is a lost source, which may come back', async () => {
  const path = scratch.path('nowhere.mp4');
  await expect(module.source.run(new SourceDouble({ config: { path } }))).rejects.toMatchObject({
    code: 'E_SOURCE_LOST',
  });
});

test('a file that may not be read says so', async () => {
  const path = scratch.path('secret.mp4');
  await writeFile(path, 'x');
  await chmod(path, 0);
  await chmod(dirname(path), 0o711);
  // FFmpeg is loaded first: nobody may not even read the folder that a clone lies in.
  await module.probe();
  await asNobody(async () => {
    await expect(module.source.run(new SourceDouble({ config: { path } }))).rejects.toMatchObject({
      code: 'E_SOURCE_UNREADABLE',
      message: expect.stringContaining(path),
    });
  });
});

/** Root may read everything, so for the time of `work` it is somebody else. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describeWithPeer('ffmpeg', 'a video', () => {
  test('loops without a seam: no picture missing or doubled, time one step a picture', async () => {
    const path = await encode(scratch.path('loop.mp4'), numberedFrames(small, 12), small, { rateHz: 60 });
    const { frames, context } = await playSource(module, { config: { path }, lockstep: true }, 40);
    expect(frames.map((frame) => readCounter(frame.data, frame).top)).toEqual(
      Array.from({ length: 40 }, (_, n) => n % 12),
    );
    expect(context.info).toMatchObject({
      codec: 'h264',
      width: 128,
      height: 96,
      audio: 'none',
      damaged: 0,
      stalls: 0,
    });
  });

  test('is paced by its timestamps, over the loop too', async () => {
    const path = await encode(scratch.path('pace.mp4'), numberedFrames(small, 8), small, { rateHz: 20 });
    const { frames, context } = await playSource(module, { config: { path } }, 20);
    const origin = frames[0]?.ptsUs ?? 0;
    for (const frame of frames.slice(1)) {
      const steps = (frame.ptsUs - origin) / 50_000;
      if (context.info['stalls'] === 0) expect(Math.abs(steps - Math.round(steps))).toBeLessThan(0.01);
      expect(frame.captureUs).toBeGreaterThanOrEqual(frame.ptsUs - 1500);
    }
    expect(frames.every((frame, n) => n === 0 || frame.ptsUs > (frames[n - 1]?.ptsUs ?? 0))).toBe(true);
  });

  test('without loop the source ends after the last picture', async () => {
    const path = await encode(scratch.path('once.mp4'), numberedFrames(small, 5), small);
    const seen: (number | null)[] = [];
    const context = new SourceDouble({
      config: { path, loop: false },
      lockstep: true,
      onFrame: (frame) => seen.push(readCounter(frame.data, frame).top),
    });
    await module.source.run(context);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  test('comes in the wanted size, and follows when the wish changes', async () => {
    const path = await encode(scratch.path('wish.mp4'), numberedFrames(small, 10), small);
    const { frames } = await playSource(
      module,
      {
        config: { path, aspect: 'stretch' },
        wanted: { width: 200, height: 64 },
        lockstep: true,
        onFrame: (frame, context) => frame.sequence === 2 && context.want({ width: 64, height: 64 }),
      },
      6,
    );
    expect(frames.map(({ width, height }) => `${width}x${height}`)).toEqual([
      '200x64',
      '200x64',
      '200x64',
      '64x64',
      '64x64',
      '64x64',
    ]);
    frames.forEach((frame, n) => expect(readCounter(frame.data, frame)).toEqual({ top: n, bottom: n }));
  });

  test('a turn in the file and one in the config come together', async () => {
    const plain = await encode(scratch.path('upright.mp4'), quadrants(small), small);
    const path = await setDisplayMatrix(plain, scratch.path('turned.mp4'), [0, 1, -1, 0]);
    const { frames, context } = await playSource(
      module,
      { config: { path, rotation: 90 }, lockstep: true },
      1,
    );
    const frame = frames[0];
    expect(frame).toMatchObject(small);
    expect(context.info).toMatchObject({ rotation: 180 });
    // Upside down: what was lower right and white is now upper left.
    expect(colorAt(frame?.data ?? new Uint8Array(), small, 0.25, 0.25).every((value) => value > 220)).toBe(
      true,
    );
  });

  test('says that its sound is left out', async () => {
    const path = scratch.path('sound.mkv');
    await ffmpeg([
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=64x48:r=30:d=1',
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
    const { context } = await playSource(module, { config: { path }, lockstep: true }, 3);
    expect(context.info).toMatchObject({ audio: 'left out' });
  });

  test('that vanishes is lost at the end of its round; one that was replaced is played from then on', async () => {
    const path = scratch.path('changing.mp4');
    await encode(path, numberedFrames(small, 4), small);
    const other = await encode(scratch.path('other.mp4'), numberedFrames({ width: 64, height: 64 }, 4), {
      width: 64,
      height: 64,
    });
    let gone = false;
    const sizes: string[] = [];
    const context = new SourceDouble({
      config: { path },
      onFrame: (frame) => {
        sizes.push(`${frame.width}x${frame.height}`);
        if (sizes.length === 2) void rename(other, path);
        if (sizes.at(-1) === '64x64' && !gone) {
          gone = true;
          void rm(path);
        }
      },
    });
    await expect(module.source.run(context)).rejects.toMatchObject({
      code: 'E_SOURCE_LOST',
      message: expect.stringContaining(path),
    });
    expect([...new Set(sizes)]).toEqual(['128x96', '64x64']);
  });

  test('of which no picture can be decoded is refused', async () => {
    const path = scratch.path('header-only.mkv');
    const whole = await encode(scratch.path('full.mkv'), numberedFrames(small, 30), small, {
      args: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'],
    });
    await copyFile(whole, path);
    const { readFile } = await import('node:fs/promises');
    const bytes = await readFile(path);
    // Everything that starts a JPEG picture is overwritten; the container stays whole.
    for (let at = bytes.indexOf('ffd8ff', 0, 'hex'); at >= 0; at = bytes.indexOf('ffd8ff', at + 1, 'hex'))
      bytes.fill(0, at, at + 200);
    await writeFile(path, bytes);
    await expect(module.source.run(new SourceDouble({ config: { path } }))).rejects.toMatchObject({
      code: 'E_SOURCE_UNREADABLE',
    });
  });

  test('reached over a symbolic link plays', async () => {
    const path = await encode(scratch.path('target.mp4'), numberedFrames(small, 3), small);
    const link = scratch.path('link.mp4');
    await symlink(path, link);
    expect((await playSource(module, { config: { path: link }, lockstep: true }, 2)).frames).toHaveLength(2);
  });

  test('ends soon after it is aborted', async () => {
    const path = await encode(scratch.path('slow.mp4'), numberedFrames(small, 3), small, { rateHz: 1 });
    let shown = 0;
    const context = new SourceDouble({ config: { path }, onFrame: () => (shown += 1) });
    let ended = false;
    const run = module.source.run(context).then(() => (ended = true));
    await until(() => shown > 0);
    context.controller.abort();
    await until(() => ended, 1000);
    await expect(run).resolves.toBe(true);
  });
});

describeWithPeer('ffmpeg', 'a still picture', () => {
  test('is sent at its rate, with its transparency, in the wanted size', async () => {
    const pixels = quadrants(small).map((value, at) => (at % 4 === 3 ? 100 : value));
    const path = await encode(scratch.path('still.png'), pixels, small, {
      args: ['-frames:v', '1', '-pix_fmt', 'rgba'],
    });
    const { frames, context } = await playSource(
      module,
      { config: { path, stillRateHz: 100 }, wanted: small },
      12,
    );
    for (const frame of frames) expect(frame.data).toEqual(pixels);
    const steps = frames.slice(3).map((frame, n) => (frame.ptsUs - (frames[n + 2]?.ptsUs ?? 0)) / 10_000);
    if (context.info['stalls'] === 0)
      for (const step of steps) expect(Math.abs(step - Math.round(step))).toBeLessThan(0.01);
    expect(context.info).toMatchObject({ codec: 'png', rateHz: 100 });
  });

  test('follows a new wish', async () => {
    const path = await encode(scratch.path('still2.png'), quadrants(small), small, {
      args: ['-frames:v', '1'],
    });
    const { frames } = await playSource(
      module,
      {
        config: { path, stillRateHz: 240 },
        wanted: small,
        onFrame: (frame, context) => frame.sequence === 4 && context.want({ width: 50, height: 50 }),
      },
      10,
    );
    expect(frames.at(-1)).toMatchObject({ width: 50, height: 50 });
  });

  test('that is replaced on disk is shown anew', async () => {
    const path = await encode(scratch.path('still3.png'), quadrants(small), small, {
      args: ['-frames:v', '1'],
    });
    const dark = await encode(
      scratch.path('dark.png'),
      new Uint8Array(small.width * small.height * 4).fill(9),
      small,
      { args: ['-frames:v', '1'] },
    );
    await utimes(dark, 1, 1);
    let latest = 255;
    const context = new SourceDouble({
      config: { path, stillRateHz: 60 },
      onFrame: (frame) => {
        latest = frame.data[0] ?? 255;
        if (frame.sequence === 5) void rename(dark, path);
      },
    });
    const run = module.source.run(context);
    await until(() => latest === 9, 10_000);
    context.controller.abort();
    await expect(run).resolves.toBeUndefined();
  });
});
