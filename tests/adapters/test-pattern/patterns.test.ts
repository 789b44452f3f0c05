import { expect, test } from 'vitest';
import * as module from '../../../adapters/test-pattern/run.ts';
import { readCounter } from '../../../adapters/test-pattern/counter.ts';
import { createScene, type Pattern } from '../../../adapters/test-pattern/patterns.ts';
import type { Size } from '../../../src/contract/frame.ts';
import { playSource, SourceDouble, until } from '../../conformance/contexts.ts';

const patterns: readonly Pattern[] = ['motion', 'bars', 'slate', 'black'];

async function drawn(pattern: Pattern, size: Size, seconds: number, message = 'Hello'): Promise<Uint8Array> {
  const pixels = new Uint8Array(size.width * size.height * 4).fill(0x5a);
  (await createScene(pattern, size, message)).draw(pixels, seconds);
  return pixels;
}

const difference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;

test.each(patterns)('%s fills every pixel opaquely, down to one pixel and at odd shapes', async (pattern) => {
  for (const size of [
    { width: 1, height: 1 },
    { width: 3, height: 200 },
    { width: 333, height: 17 },
    { width: 160, height: 90 },
  ]) {
    const pixels = await drawn(pattern, size, 1.5);
    for (let at = 3; at < pixels.length; at += 4) expect(pixels[at]).toBe(255);
  }
});

test.each(['motion', 'bars', 'slate'] as const)('%s moves from frame to frame', async (pattern) => {
  const size = { width: 256, height: 256 };
  expect(difference(await drawn(pattern, size, 1), await drawn(pattern, size, 1.2))).toBeGreaterThan(0.005);
});

test('the bars have the exact colours of 75 % bars', async () => {
  const size = { width: 700, height: 400 };
  const pixels = await drawn('bars', size, 0);
  const colors = Array.from({ length: 7 }, (_, bar) => {
    const at = (60 * 700 + bar * 100 + 50) * 4;
    return [...pixels.subarray(at, at + 3)];
  });
  const on = 191;
  expect(colors).toEqual([
    [on, on, on],
    [on, on, 0],
    [0, on, on],
    [0, on, 0],
    [on, 0, on],
    [on, 0, 0],
    [0, 0, on],
  ]);
});

test('a slate shows its message, whatever script it is in', async () => {
  const size = { width: 256, height: 256 };
  const blank = await drawn('slate', size, 0, '');
  for (const message of ['No camera', 'Zażółć gęślą jaźń', 'Кино', '😀', 'x'.repeat(200)]) {
    expect(difference(blank, await drawn('slate', size, 0, message))).toBeGreaterThan(0.05);
  }
});

test('each frame carries its own sequence number, whole in both strips', async () => {
  const { frames } = await playSource(
    module,
    { config: { pattern: 'motion', width: 96, height: 64, rateHz: 120 } },
    12,
  );
  expect(frames.map((frame) => readCounter(frame.data, frame))).toEqual(
    frames.map((_, n) => ({ top: n, bottom: n })),
  );
});

test('without the counter no number is painted', async () => {
  const { frames } = await playSource(
    module,
    { config: { pattern: 'black', width: 64, height: 64, counter: false } },
    1,
  );
  expect(frames[0]?.data.every((value, index) => value === (index % 4 === 3 ? 255 : 0))).toBe(true);
});

test('it delivers the wanted size, follows when the wish changes, and falls back to 512 x 512', async () => {
  const changed = await playSource(
    module,
    {
      config: { rateHz: 120 },
      wanted: { width: 100, height: 50 },
      onFrame: (frame, context) => frame.sequence === 1 && context.want({ width: 64, height: 96 }),
    },
    5,
  );
  const sizes = changed.frames.map(({ width, height }) => `${width}x${height}`);
  expect(sizes[0]).toBe('100x50');
  expect(sizes.at(-1)).toBe('64x96');
  const alone = await playSource(module, { config: {} }, 1);
  expect(alone.frames[0]).toMatchObject({ width: 512, height: 512 });
});

test('a configured size wins over a wish', async () => {
  const config = { width: 80, height: 60 };
  const { frames } = await playSource(module, { config, wanted: { width: 512, height: 512 } }, 1);
  expect(frames[0]).toMatchObject(config);
});

test('frames are one period apart, and late and skipped ticks are in the status', async () => {
  const { frames, context } = await playSource(
    module,
    { config: { width: 32, height: 32, rateHz: 100 } },
    20,
  );
  const steps = frames.slice(1).map((frame, index) => frame.ptsUs - (frames[index]?.ptsUs ?? 0));
  // A stall of this machine may leave ticks out, but every step is a whole number of periods.
  for (const step of steps) expect(Math.abs(step / 10_000 - Math.round(step / 10_000))).toBeLessThan(0.001);
  expect(context.info).toMatchObject({
    width: 32,
    height: 32,
    rateHz: 100,
    late: expect.any(Number),
    skipped: expect.any(Number),
  });
});

test('in lockstep the movement depends on the frame number alone', async () => {
  const options = { config: { width: 64, height: 64, rateHz: 1 }, lockstep: true };
  const one = await playSource(module, options, 8);
  const two = await playSource(module, options, 8);
  expect(one.frames.map((frame) => [...frame.data])).toEqual(two.frames.map((frame) => [...frame.data]));
});

test('it ends soon after it is aborted, also in the middle of a long pause between frames', async () => {
  const context = new SourceDouble({ config: { rateHz: 1, width: 32, height: 32 } });
  let ended = false;
  const run = module.source.run(context).then(() => (ended = true));
  await until(() => context.infos.length > 0);
  context.controller.abort();
  await until(() => ended, 1000);
  await expect(run).resolves.toBe(true);
});
