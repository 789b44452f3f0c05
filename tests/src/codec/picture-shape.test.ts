import { beforeAll, expect, test } from 'vitest';
import { quarterTurns } from '../../../src/codec/orientation.ts';
import type { Size } from '../../../src/contract/frame.ts';
import {
  colorAt,
  encode,
  ffmpeg,
  quadrants,
  sharedScratch,
  setDisplayMatrix,
} from '../../adapters/file/fixtures.ts';
import { corners, drawn, first, withReader } from './reading.ts';
import { describeWithPeer } from '../../support/peers.ts';

const scratch = sharedScratch();

describeWithPeer('ffmpeg', 'orientation', () => {
  const size: Size = { width: 96, height: 64 };

  test.each([
    ['as it lies', [1, 0, 0, 1]],
    ['turned right', [0, 1, -1, 0]],
    ['upside down', [-1, 0, 0, -1]],
    ['turned left', [0, -1, 1, 0]],
    ['mirrored', [-1, 0, 0, 1]],
    ['flipped', [1, 0, 0, -1]],
    ['transposed', [0, 1, 1, 0]],
    ['transposed the other way', [0, -1, -1, 0]],
  ] as const)('%s: shown as the ffmpeg command shows it', async (name, matrix) => {
    const plain = await encode(scratch.path('plain.mp4'), quadrants(size), size);
    const path = await setDisplayMatrix(plain, scratch.path(`${name}.mp4`), matrix);
    const { picture, pixels } = await first(path, null);
    const theirs = await ffmpeg(['-i', path, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-']);
    expect(picture.size).toEqual(matrix[0] === 0 ? { width: 64, height: 96 } : size);
    expect(corners(pixels, picture.size)).toBe(corners(new Uint8Array(theirs), picture.size));
  });

  test.each([
    [90, 'blue red green white'],
    [180, 'white blue red green'],
    [270, 'green white blue red'],
  ] as const)('a turn of %i degrees that is asked for is clockwise', async (degrees, expected) => {
    const path = await encode(scratch.path('turn.mp4'), quadrants(size), size);
    const out = degrees === 180 ? size : { width: 64, height: 96 };
    const { pixels } = await first(path, out, { turn: quarterTurns(degrees) });
    expect(corners(pixels, out)).toBe(expected);
  });

  test('comes on top of the file its own', async () => {
    const plain = await encode(scratch.path('plain2.mp4'), quadrants(size), size);
    const path = await setDisplayMatrix(plain, scratch.path('right.mp4'), [0, 1, -1, 0]);
    const { pixels } = await first(path, size, { turn: quarterTurns(270) });
    expect(corners(pixels, size)).toBe('red green white blue');
  });
});

describeWithPeer('ffmpeg', 'aspect', () => {
  const wide: Size = { width: 200, height: 50 };
  let path: string;
  beforeAll(async () => {
    path = await encode(scratch.path('aspect.mp4'), quadrants(wide), wide);
  });

  test('fill crops the sides and leaves no border', async () => {
    const size = { width: 60, height: 60 };
    const { pixels } = await first(path, size, { aspect: 'fill' });
    expect(corners(pixels, size)).toBe('red green white blue');
    expect(
      [colorAt(pixels, size, 0.02, 0.02)[0], colorAt(pixels, size, 0.98, 0.02)[1]].every(
        (value) => (value ?? 0) > 220,
      ),
    ).toBe(true);
  });

  test('fit shows everything between black, opaque bars', async () => {
    const size = { width: 80, height: 80 };
    const { pixels } = await first(path, size, { aspect: 'fit' });
    expect(colorAt(pixels, size, 0.5, 0.1)).toEqual([0, 0, 0, 255]);
    expect(colorAt(pixels, size, 0.5, 0.9)).toEqual([0, 0, 0, 255]);
    expect(colorAt(pixels, size, 0.02, 0.45)[0]).toBeGreaterThan(220);
    expect(colorAt(pixels, size, 0.98, 0.45)[1]).toBeGreaterThan(220);
  });

  test('fit after a quarter turn puts the bars at the sides', async () => {
    const size = { width: 80, height: 80 };
    const { pixels } = await first(path, size, { aspect: 'fit', turn: quarterTurns(90) });
    expect(colorAt(pixels, size, 0.1, 0.5)).toEqual([0, 0, 0, 255]);
    expect(colorAt(pixels, size, 0.45, 0.02)[2]).toBeGreaterThan(200);
  });

  test('every policy makes every size, down to one pixel', async () => {
    await withReader(path, async (reader) => {
      await reader.next();
      for (const aspect of ['fill', 'fit', 'stretch'] as const) {
        for (const size of [
          { width: 1, height: 1 },
          { width: 1, height: 300 },
          { width: 301, height: 2 },
          { width: 33, height: 77 },
        ]) {
          const pixels = await drawn(reader, size, { aspect });
          expect(pixels.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true);
        }
      }
    });
  });
});
