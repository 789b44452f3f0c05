import { describe, expect } from 'vitest';
import { loadAv } from '../../../src/codec/av.ts';
import type { DecodedPicture } from '../../../src/codec/video-decoder.ts';
import type { Size } from '../../../src/contract/frame.ts';
import { colorAt } from '../../adapters/file/fixtures.ts';

/** A group of tests of the codecs themselves. node-av is an optional dependency: without it they are skipped and say so. */
export function describeWithCodecs(title: string, body: () => void): void {
  describe.skipIf(missing !== null)(missing === null ? title : `${title} (${missing})`, () => {
    body();
  });
}

const missing = await loadAv().then(
  () => null,
  (error: unknown) => String(error),
);

/** Red, green, blue, white, greys and black: what a wrong matrix or range shows in first. */
const colors = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [64, 64, 64],
  [128, 128, 128],
  [0, 0, 0],
] as const;

/** Upright bars of these colours, opaque. */
export function bars(size: Size): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height * 4);
  for (let at = 0; at < pixels.length; at += 4) {
    const bar = Math.floor((((at / 4) % size.width) / size.width) * colors.length);
    pixels.set([...(colors[bar] ?? []), 255], at);
  }
  return pixels;
}

/** Every bar within 6 levels of its colour. */
export function expectBars(pixels: Uint8Array, size: Size): void {
  for (const [index, color] of colors.entries()) {
    const seen = colorAt(pixels, size, (index + 0.5) / colors.length, 0.5);
    const off = Math.max(...color.map((value, channel) => Math.abs(value - (seen[channel] ?? 0))));
    expect(off, `${color.join()} became ${seen.join()}`).toBeLessThanOrEqual(6);
    expect(seen[3]).toBe(255);
  }
}

/** The picture as it is written at `size`, its own by default. */
export async function written(picture: DecodedPicture | null, size?: Size): Promise<Uint8Array> {
  if (picture === null) throw new Error('no picture came out');
  const { width, height } = size ?? picture;
  const pixels = new Uint8Array(width * height * 4).fill(0x5a);
  await picture.write(pixels, { width, height });
  return pixels;
}

/** Noise that is another one for every `seed`: the hardest there is to encode. */
export function noise({ width, height }: Size, seed: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 4);
  let state = seed * 2_654_435_761 + 1;
  for (let at = 0; at < pixels.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels.set([state >>> 24, (state >>> 16) & 255, (state >>> 8) & 255, 255], at);
  }
  return pixels;
}

/** An IVF file of one VP8 frame, for the ffmpeg command (https://wiki.multimedia.cx/index.php/IVF). */
export function ivf(frame: Uint8Array, { width, height }: Size): Uint8Array {
  const head = Buffer.alloc(44);
  head.write('DKIF', 0);
  head.writeUInt16LE(32, 6);
  head.write('VP80', 8);
  head.writeUInt16LE(width, 12);
  head.writeUInt16LE(height, 14);
  head.writeUInt32LE(30, 16);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(1, 24);
  head.writeUInt32LE(frame.length, 32);
  return Buffer.concat([head, frame]);
}

/** The frames of an IVF file. */
export function framesOfIvf(file: Buffer): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 32; at < file.length;) {
    const size = file.readUInt32LE(at);
    frames.push(file.subarray(at + 12, at + 12 + size));
    at += 12 + size;
  }
  return frames;
}
