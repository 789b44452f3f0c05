import { createCanvas, loadImage } from '@napi-rs/canvas';
import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { encodePng } from '../../../adapters/stills/png.ts';
import * as module from '../../../adapters/stills/run.ts';
import type { Size } from '../../../src/contract/frame.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { SinkDouble, until } from '../../conformance/contexts.ts';

const open: SinkDouble[] = [];
afterEach(() => {
  for (const context of open.splice(0)) context.controller.abort();
});

async function stills(config: JsonObject = {}): Promise<SinkDouble> {
  const context = new SinkDouble(config);
  open.push(context);
  void module.sink.run(context);
  await context.presenting();
  return context;
}

function noise({ width, height }: Size, alpha: 'opaque' | 'any'): Uint8Array {
  let seed = 7;
  return Uint8Array.from({ length: width * height * 4 }, (_, at) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return at % 4 === 3 && alpha === 'opaque' ? 255 : seed >>> 24;
  });
}

const flat = (size: Size, color: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: size.width * size.height * 4 }, (_, at) => color[at % 4] ?? 0);

/** Reads PNG by the specification, independently of the encoder: all five filters, checks of every chunk. */
function decodePng(bytes: Uint8Array): { size: Size; pixels: Uint8Array } {
  const png = Buffer.from(bytes);
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const data: Buffer[] = [];
  let size = { width: 0, height: 0 };
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    if (type === 'IHDR') {
      size = { width: body.readUInt32BE(0), height: body.readUInt32BE(4) };
      expect([...body.subarray(8)]).toEqual([8, 6, 0, 0, 0]);
    }
    if (type === 'IDAT') data.push(body);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(data));
  const row = size.width * 4;
  const pixels = new Uint8Array(row * size.height);
  for (let y = 0; y < size.height; y += 1) {
    const filter = raw[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x += 1) {
      const a = x < 4 ? 0 : (pixels[y * row + x - 4] ?? 0);
      const b = y === 0 ? 0 : (pixels[(y - 1) * row + x] ?? 0);
      const predicted = [0, a, b][filter];
      if (predicted === undefined) throw new Error(`filter ${filter}`);
      pixels[y * row + x] = (raw[y * (row + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return { size, pixels };
}

async function pixelsOf(bytes: Uint8Array): Promise<{ size: Size; pixels: Uint8ClampedArray }> {
  const image = await loadImage(Buffer.from(bytes));
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const { data } = canvas.getContext('2d').getImageData(0, 0, image.width, image.height);
  return { size: { width: image.width, height: image.height }, pixels: data };
}

/** Shows the frame again and again, as the runner does, until the answer is there. */
async function ask(
  context: SinkDouble,
  params: JsonObject,
  size: Size,
  data: Uint8Array,
): Promise<JsonObject> {
  let answer: unknown = null;
  let problem: unknown = null;
  context.request('still', params).then(
    (value) => (answer = value),
    (error: unknown) => (problem = error),
  );
  while (answer === null && problem === null) {
    await context.show(size, data, true);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  if (problem !== null) throw problem as Error;
  return answer as JsonObject;
}

test('a PNG has every byte of the frame, the colours of transparent pixels included', async () => {
  const dimension = fc.integer({ min: 1, max: 40 });
  await fc.assert(
    fc.asyncProperty(dimension, dimension, async (width, height) => {
      const size = { width, height };
      const pixels = noise(size, 'any');
      expect(decodePng(await encodePng(pixels, size))).toEqual({ size, pixels });
    }),
    { numRuns: 60 },
  );
});

test('other programs read the same opaque PNG', async () => {
  const size = { width: 61, height: 33 };
  const pixels = noise(size, 'opaque');
  const read = await pixelsOf(await encodePng(pixels, size));
  expect(read.size).toEqual(size);
  expect([...read.pixels]).toEqual([...pixels]);
});

test('a still is the newest frame, exact, with its size and sequence', async () => {
  const context = await stills();
  const size = { width: 48, height: 32 };
  const pixels = noise(size, 'any');
  await context.show(size, noise(size, 'opaque'));
  const sequence = await context.show(size, pixels);
  const answer = await ask(context, { format: 'png', id: 9 }, size, pixels);
  expect(answer).toEqual({ width: 48, height: 32, sequence, contentType: 'image/png' });
  expect(context.bulks.map(({ id }) => id)).toEqual([9]);
  expect(decodePng(context.bulks[0]?.bytes ?? new Uint8Array()).pixels).toEqual(pixels);
});

test('a JPEG has the right colours, and shows transparency over black', async () => {
  const context = await stills();
  const size = { width: 64, height: 64 };
  for (const [color, seen] of [
    [
      [200, 40, 90, 255],
      [200, 40, 90],
    ],
    [
      [0, 0, 255, 255],
      [0, 0, 255],
    ],
    [
      [255, 255, 255, 128],
      [128, 128, 128],
    ],
  ] as const) {
    const data = flat(size, color);
    await context.show(size, data);
    await ask(context, { format: 'jpeg', quality: 95, id: 1 }, size, data);
    const { pixels } = await pixelsOf(context.bulks.at(-1)?.bytes ?? new Uint8Array());
    for (const [channel, value] of seen.entries())
      expect(Math.abs((pixels[channel] ?? 0) - value)).toBeLessThanOrEqual(3);
  }
});

test('a thumbnail keeps the shape, is never larger than the frame, and filters alpha without dark fringes', async () => {
  const context = await stills();
  const size = { width: 200, height: 100 };
  const white = flat(size, [255, 255, 255, 255]);
  // Transparent black columns between white ones: straight filtering would make the white grey.
  for (let at = 0; at < white.length; at += 8) white.fill(0, at, at + 4);
  await context.show(size, white);
  expect(await ask(context, { format: 'png', maxSide: 50, id: 1 }, size, white)).toMatchObject({
    width: 50,
    height: 25,
  });
  const { pixels } = decodePng(context.bulks.at(-1)?.bytes ?? new Uint8Array());
  expect(pixels[0]).toBeGreaterThan(250);
  expect(pixels[3]).toBeGreaterThan(100);
  expect(pixels[3]).toBeLessThan(156);
  expect(await ask(context, { format: 'jpeg', maxSide: 5000, id: 2 }, size, white)).toMatchObject(size);
});

test('a still before the first frame says that there is none', async () => {
  const context = await stills();
  await expect(context.request('still', { format: 'png', id: 1 })).rejects.toMatchObject({
    code: 'E_FRAME_NONE',
  });
});

test('an unknown format is refused by name', async () => {
  const context = await stills();
  await context.show({ width: 4, height: 4 }, new Uint8Array(64));
  await expect(context.request('still', { format: 'bmp', id: 1 })).rejects.toMatchObject({
    code: 'E_HTTP_INVALID',
  });
});

test('questions still open when the node closes are answered', async () => {
  const context = await stills();
  await context.show({ width: 4, height: 4 }, new Uint8Array(64));
  const pending = context.request('still', { format: 'png', id: 1 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  context.controller.abort();
  await expect(pending).rejects.toMatchObject({ code: 'E_FRAME_NONE' });
});

test('without a viewer nothing is encoded', async () => {
  const context = await stills();
  for (let n = 0; n < 5; n += 1) await context.show({ width: 16, height: 16 }, new Uint8Array(1024));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(context.bulks).toEqual([]);
});

test('a preview sends new frames as JPEG under id 0, no frame twice, and ends when switched off', async () => {
  const context = await stills({ previewRateHz: 60 });
  const size = { width: 64, height: 48 };
  await context.request('preview', { on: true, rateHz: 240 });
  for (let n = 1; n <= 3; n += 1) {
    const data = flat(size, [n * 60, 0, 0, 255]);
    await context.show(size, data);
    await until(() => context.bulks.length === n);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await context.show(size, data, true);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(context.bulks.map(({ id }) => id)).toEqual([0, 0, 0]);
  const { pixels } = await pixelsOf(context.bulks[2]?.bytes ?? new Uint8Array());
  expect(Math.abs((pixels[0] ?? 0) - 180)).toBeLessThanOrEqual(4);
  await context.request('preview', { on: false });
  await context.show(size, flat(size, [9, 9, 9, 255]));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(context.bulks).toHaveLength(3);
});

test('a preview that is switched off while it is being switched on stays off', async () => {
  const context = await stills();
  const on = context.request('preview', { on: true });
  await context.request('preview', { on: false });
  await on;
  await context.show({ width: 8, height: 8 }, flat({ width: 8, height: 8 }, [1, 2, 3, 255]));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(context.bulks).toEqual([]);
});

test('a viewer who comes while the picture stands still gets it from a repeat', async () => {
  const context = await stills();
  const size = { width: 8, height: 8 };
  await context.show(size, flat(size, [1, 2, 3, 255]));
  await context.request('preview', { on: true });
  await context.show(size, flat(size, [1, 2, 3, 255]), true);
  await until(() => context.bulks.length > 0);
  expect(context.bulks.map(({ id }) => id)).toEqual([0]);
});

test('frames that come faster than they can be encoded are passed over, the newest is sent', async () => {
  const context = await stills();
  const size = { width: 512, height: 512 };
  await context.request('preview', { on: true, rateHz: 240 });
  for (let n = 0; n < 10; n += 1) await context.show(size, flat(size, [n, n, n, 255]));
  const last = flat(size, [250, 250, 250, 255]);
  await context.show(size, last);
  let shown = 0;
  await until(() => {
    shown += 1;
    void context.show(size, last, true);
    const newest = context.bulks.at(-1);
    return shown > 3 && context.bulks.length >= 2 && newest !== undefined;
  });
  expect(context.bulks.length).toBeLessThan(11);
  const { pixels } = await pixelsOf(context.bulks.at(-1)?.bytes ?? new Uint8Array());
  expect(pixels[0]).toBeGreaterThan(245);
});

test('the size of frames may change while somebody watches', async () => {
  const context = await stills();
  await context.request('preview', { on: true, maxSide: 32, rateHz: 240 });
  for (const [index, size] of [
    { width: 64, height: 64 },
    { width: 128, height: 32 },
    { width: 20, height: 40 },
  ].entries()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await context.show(size, flat(size, [9, 9, 9, 255]));
    await until(() => context.bulks.length === index + 1);
  }
  const sizes = await Promise.all(context.bulks.map(async ({ bytes }) => (await pixelsOf(bytes)).size));
  expect(sizes).toEqual([
    { width: 32, height: 32 },
    { width: 32, height: 8 },
    { width: 16, height: 32 },
  ]);
});
