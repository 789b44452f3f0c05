import { upright } from '../../../src/codec/orientation.ts';
import type { View } from '../../../src/codec/picture-filter.ts';
import type { Picture } from '../../../src/codec/video-input.ts';
import { VideoReader } from '../../../src/codec/video-reader.ts';
import type { Size } from '../../../src/contract/frame.ts';
import { colorAt } from '../../adapters/file/fixtures.ts';

export async function withReader<T>(path: string, work: (reader: VideoReader) => Promise<T>): Promise<T> {
  const reader = await VideoReader.open(path);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

export async function drawn(reader: VideoReader, size: Size, view: Partial<View> = {}): Promise<Uint8Array> {
  const pixels = new Uint8Array(size.width * size.height * 4).fill(0x5a);
  await reader.draw({ size, aspect: 'stretch', turn: upright, ...view }, pixels);
  return pixels;
}

export async function first(
  path: string,
  size: Size | null,
  view: Partial<View> = {},
): Promise<{ picture: Picture; pixels: Uint8Array }> {
  return withReader(path, async (reader) => {
    const picture = await reader.next();
    if (picture === null) throw new Error('no picture');
    return { picture, pixels: await drawn(reader, size ?? picture.size, view) };
  });
}

/** The four corners of `quadrants`, clockwise from the upper left, by their names. */
export function corners(pixels: Uint8Array, size: Size): string {
  const name = ([r = 0, g = 0, b = 0]: number[]): string => {
    const key = [r, g, b].map((value) => (value > 200 ? 1 : value < 55 ? 0 : 2)).join('');
    return (
      { '100': 'red', '010': 'green', '001': 'blue', '111': 'white', '000': 'black' }[key] ??
      `rgb(${r},${g},${b})`
    );
  };
  return [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.75, 0.75],
    [0.25, 0.75],
  ]
    .map(([x = 0, y = 0]) => name(colorAt(pixels, size, x, y)))
    .join(' ');
}
