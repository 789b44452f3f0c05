import { createCanvas, ImageData, loadImage } from '@napi-rs/canvas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COUNTER_MODULUS, paintCounter, readCounter } from '../../../adapters/test-pattern/counter.ts';
import { createScene } from '../../../adapters/test-pattern/patterns.ts';
import type { Size } from '../../../src/contract/frame.ts';

async function painted(size: Size, n: number): Promise<Uint8Array> {
  const scene = await createScene('motion', size, '');
  const pixels = new Uint8Array(size.width * size.height * 4);
  scene.draw(pixels, n / 30);
  paintCounter(pixels, size, n);
  return pixels;
}

async function redrawn(pixels: Uint8Array, from: Size, to: Size, quality: number): Promise<Uint8Array> {
  const canvas = createCanvas(from.width, from.height);
  canvas
    .getContext('2d')
    .putImageData(new ImageData(new Uint8ClampedArray(pixels), from.width, from.height), 0, 0);
  const picture = await loadImage(await canvas.encode('jpeg', quality));
  const small = createCanvas(to.width, to.height);
  small.getContext('2d').drawImage(picture, 0, 0, to.width, to.height);
  return new Uint8Array(small.getContext('2d').getImageData(0, 0, to.width, to.height).data.buffer);
}

test('the number that was painted is read back from both strips, at any size', () => {
  const side = fc.integer({ min: 32, max: 400 });
  fc.assert(
    fc.property(side, side, fc.integer({ min: 0, max: COUNTER_MODULUS - 1 }), (width, height, n) => {
      const pixels = new Uint8Array(width * height * 4).fill(128);
      paintCounter(pixels, { width, height }, n);
      expect(readCounter(pixels, { width, height })).toEqual({ top: n, bottom: n });
    }),
    { numRuns: 200 },
  );
});

test('cells are at least 16 pixels wide and high at 512 x 512', () => {
  const size = { width: 512, height: 512 };
  const pixels = new Uint8Array(512 * 512 * 4).fill(128);
  paintCounter(pixels, size, 0);
  const at = (x: number, y: number): number | undefined => pixels[(y * 512 + x) * 4];
  expect([at(0, 0), at(15, 15), at(16, 0), at(31, 15), at(0, 16)]).toEqual([255, 255, 0, 0, 128]);
  expect([at(0, 496), at(0, 495)]).toEqual([255, 128]);
});

test('the number survives coarse JPEG and scaling down and up', async () => {
  const from = { width: 512, height: 512 };
  for (const n of [0, 1, 77_777, 699_050, COUNTER_MODULUS - 1]) {
    const pixels = await painted(from, n);
    for (const to of [
      from,
      { width: 256, height: 256 },
      { width: 200, height: 112 },
      { width: 1280, height: 720 },
    ]) {
      expect(readCounter(await redrawn(pixels, from, to, 30), to)).toEqual({ top: n, bottom: n });
    }
  }
});

test('a torn frame shows two different numbers', async () => {
  const size = { width: 128, height: 96 };
  const early = await painted(size, 41);
  const late = await painted(size, 42);
  early.set(late.subarray(early.length / 2), early.length / 2);
  expect(readCounter(early, size)).toEqual({ top: 41, bottom: 42 });
});

test('a blend of two frames, a covered strip and a picture without a counter are unreadable, not wrong', async () => {
  const size = { width: 128, height: 96 };
  const a = await painted(size, 5);
  const b = await painted(size, 10);
  const blend = a.map((value, index) => (value + (b[index] ?? 0)) / 2);
  expect(readCounter(blend, size)).toEqual({ top: null, bottom: null });
  a.fill(200, 128 * 4 * 48);
  expect(readCounter(a, size)).toEqual({ top: 5, bottom: null });
  const scene = await createScene('bars', size, '');
  scene.draw(b, 0);
  expect(readCounter(b, size)).toEqual({ top: null, bottom: null });
});

test('no blend of two frames is ever taken for a third', () => {
  const size = { width: 32, height: 32 };
  const [a, b] = [new Uint8Array(32 * 32 * 4), new Uint8Array(32 * 32 * 4)];
  for (let n = 0; n < 4000; n += 1) {
    paintCounter(a, size, n * 7919);
    paintCounter(b, size, n * 104_729 + 1);
    const blend = a.map((value, index) => (value + (b[index] ?? 0)) >> 1);
    expect(readCounter(blend, size)).toEqual({ top: null, bottom: null });
  }
});

test('random pixels are hardly ever taken for a number', () => {
  const size = { width: 32, height: 32 };
  let misread = 0;
  let seed = 1;
  const pixels = new Uint8Array(32 * 32 * 4);
  for (let round = 0; round < 3000; round += 1) {
    for (let x = 0; x < 32; x += 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      pixels.fill(seed >>> 31 ? 255 : 0, x * 4, x * 4 + 4);
    }
    if (readCounter(pixels, size).top !== null) misread += 1;
  }
  expect(misread).toBeLessThan(10);
});

test('the number starts over after its 20 bits', () => {
  const size = { width: 64, height: 64 };
  const pixels = new Uint8Array(64 * 64 * 4);
  paintCounter(pixels, size, COUNTER_MODULUS + 3);
  expect(readCounter(pixels, size).top).toBe(3);
});
