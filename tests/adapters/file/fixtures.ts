import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { paintCounter } from '../../../adapters/test-pattern/counter.ts';
import type { Size } from '../../../src/contract/frame.ts';

export async function scratchFolder(): Promise<{
  path: (name: string) => string;
  remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'reverie-media-'));
  return { path: (name) => join(folder, name), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The same for all tests of a file: made before the first of them, gone after the last. */
export function sharedScratch(): { readonly path: (name: string) => string } {
  let scratch: Awaited<ReturnType<typeof scratchFolder>> | null = null;
  beforeAll(async () => {
    scratch = await scratchFolder();
  });
  afterAll(() => scratch?.remove());
  return {
    path: (name) => {
      if (scratch === null) throw new Error('The folder is there only while tests run');
      return scratch.path(name);
    },
  };
}

/** Runs the ffmpeg command, an encoder and decoder that is not the one under test; answers what it wrote to stdout. */
export async function ffmpeg(args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
  const out: Buffer[] = [];
  const problems: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => problems.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${Buffer.concat(problems).toString()}`);
  return Buffer.concat(out);
}

/** `count` grey frames, each with its number painted. */
export function numberedFrames(size: Size, count: number): Uint8Array {
  const bytes = size.width * size.height * 4;
  const frames = new Uint8Array(bytes * count).fill(128);
  for (let n = 0; n < count; n += 1) paintCounter(frames.subarray(n * bytes, (n + 1) * bytes), size, n);
  return frames;
}

/** Upper left red, upper right green, lower left blue, lower right white. */
export function quadrants({ width, height }: Size): Uint8Array {
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const right = x >= width / 2;
      const low = y >= height / 2;
      pixels.set(
        [!right && low ? 0 : right && !low ? 0 : 255, right ? 255 : 0, low ? 255 : 0, 255],
        (y * width + x) * 4,
      );
    }
  }
  return pixels;
}

export interface Encoding {
  readonly rateHz?: number;
  /** Filters and codec options; H.264, good quality, 4:4:4, BT.709 unless these say otherwise. */
  readonly args?: readonly string[];
}

/** Encodes RGBA frames into a file. The name's ending chooses the container. */
export async function encode(
  path: string,
  frames: Uint8Array,
  size: Size,
  { rateHz = 30, args = [] }: Encoding = {},
): Promise<string> {
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgba',
    '-s',
    `${size.width}x${size.height}`,
    '-r',
    `${rateHz}`,
    '-i',
    '-',
  ];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '10', '-pix_fmt', 'yuv444p'];
  const colors = [
    '-vf',
    'scale=out_color_matrix=bt709',
    '-colorspace',
    'bt709',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
  ];
  await ffmpeg([...input, ...(args.length > 0 ? args : [...colors, ...codec]), path], frames);
  return path;
}

/** Writes the display matrix of an MP4's first track (ISO 14496-12 §8.3.2), as a phone held upright does. */
export async function setDisplayMatrix(
  path: string,
  to: string,
  [a, b, c, d]: readonly [number, number, number, number],
): Promise<string> {
  const bytes = await readFile(path);
  const at = bytes.indexOf('tkhd', 0, 'latin1');
  if (at < 0 || bytes[at + 4] !== 0) throw new Error('no track header of version 0');
  const matrix = at + 4 + 40;
  const rows = [a, b, 0, c, d, 0, 0, 0, 0x4000];
  rows.forEach((value, index) => bytes.writeInt32BE(value * 0x10000, matrix + index * 4));
  await writeFile(to, bytes);
  return to;
}

/** Mean of a square of pixels around a place given in parts of the picture. */
export function colorAt(pixels: Uint8Array, size: Size, x: number, y: number): number[] {
  const at = (Math.floor(y * size.height) * size.width + Math.floor(x * size.width)) * 4;
  return [...pixels.subarray(at, at + 4)];
}
