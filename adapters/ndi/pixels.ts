import type { Size } from '../../src/contract/frame.ts';
import type { Picture } from './picture.ts';

/**
 * Weights of red and blue in luma (ITU-R BT.601-7, BT.709-6, BT.2020-2), by the sizes that NDI names (docs.ndi.video, "Frame
 * types"): beyond 720×576 it is HD, beyond 1920×1080 it is UHD.
 */
export function lumaWeights({ width, height }: Size): { readonly red: number; readonly blue: number } {
  if (width > 1920 || height > 1080) return { red: 0.2627, blue: 0.0593 };
  return width > 720 || height > 576 ? { red: 0.2126, blue: 0.0722 } : { red: 0.299, blue: 0.114 };
}

/** Converts a picture of the runtime to rgba8. `from` may be `into` where a pixel has four bytes and rows lie close. */
export function toRgba(from: Uint8Array, picture: Picture, into: Uint8Array): void {
  switch (picture.format) {
    case 'RGBA':
    case 'RGBX':
    case 'BGRA':
    case 'BGRX':
      return fourBytes(from, picture, into);
    case 'UYVY':
    case 'UYVA':
      return halfChroma(from, picture, into);
  }
}

/** Exchanges red and blue: rgba8 to BGRA and back. `from` may be `into`. */
export function exchangeRedBlue(from: Uint8Array, into: Uint8Array): void {
  const source = wordsOf(from);
  const target = wordsOf(into);
  for (let i = 0; i < source.length; i += 1) {
    const word = source[i] ?? 0;
    target[i] = (word & 0xff00ff00) | ((word & 0xff) << 16) | ((word >>> 16) & 0xff);
  }
}

/** X may hold anything; a picture without alpha is opaque. */
export function makeOpaque(pixels: Uint8Array): void {
  const words = wordsOf(pixels);
  for (let i = 0; i < words.length; i += 1) words[i] = (words[i] ?? 0) | 0xff000000;
}

function fourBytes(from: Uint8Array, { width, height, stride, format }: Picture, into: Uint8Array): void {
  const row = width * 4;
  if (from !== into)
    for (let y = 0; y < height; y += 1) into.set(from.subarray(y * stride, y * stride + row), y * row);
  if (format === 'BGRA' || format === 'BGRX') exchangeRedBlue(into, into);
  if (format === 'RGBX' || format === 'BGRX') makeOpaque(into);
}

/** Little-endian, as every machine that Node runs on: alpha is the highest byte. Frames begin on a page, so words are aligned. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}

/** What each byte adds to red, green and blue, limited range: 16…235 for luma, 16…240 for chroma. */
interface ChromaTables {
  readonly luma: Float64Array;
  readonly redOfV: Float64Array;
  readonly greenOfU: Float64Array;
  readonly greenOfV: Float64Array;
  readonly blueOfU: Float64Array;
}

const tables = new Map<number, ChromaTables>();

function tablesFor(size: Size): ChromaTables {
  const { red, blue } = lumaWeights(size);
  const known = tables.get(red);
  if (known !== undefined) return known;
  const green = 1 - red - blue;
  const table = (of: (byte: number) => number): Float64Array =>
    Float64Array.from({ length: 256 }, (_, i) => of(i));
  const chroma = (byte: number): number => (255 * (byte - 128)) / 224;
  const made = {
    luma: table((byte) => (255 * (byte - 16)) / 219),
    redOfV: table((byte) => 2 * (1 - red) * chroma(byte)),
    greenOfU: table((byte) => (-2 * blue * (1 - blue) * chroma(byte)) / green),
    greenOfV: table((byte) => (-2 * red * (1 - red) * chroma(byte)) / green),
    blueOfU: table((byte) => 2 * (1 - blue) * chroma(byte)),
  };
  tables.set(red, made);
  return made;
}

function halfChroma(from: Uint8Array, picture: Picture, into: Uint8Array): void {
  const { width, height, stride, format } = picture;
  const { luma, redOfV, greenOfU, greenOfV, blueOfU } = tablesFor(picture);
  // Rounds and clamps as it stores.
  const out = new Uint8ClampedArray(into.buffer, into.byteOffset, into.byteLength);
  const alphaStart = stride * height;
  const alphaStride = stride >> 1;
  const hasAlpha = format === 'UYVA';
  let to = 0;
  for (let y = 0; y < height; y += 1) {
    let at = y * stride;
    let alphaAt = alphaStart + y * alphaStride;
    for (let x = 0; x < width; x += 2, at += 4) {
      const u = from[at] ?? 0;
      const v = from[at + 2] ?? 0;
      const red = redOfV[v] ?? 0;
      const green = (greenOfU[u] ?? 0) + (greenOfV[v] ?? 0);
      const blue = blueOfU[u] ?? 0;
      const pixels = x + 1 < width ? 2 : 1;
      for (let pixel = 0; pixel < pixels; pixel += 1, to += 4) {
        const light = luma[from[at + 1 + 2 * pixel] ?? 0] ?? 0;
        out[to] = light + red;
        out[to + 1] = light + green;
        out[to + 2] = light + blue;
        out[to + 3] = hasAlpha ? (from[alphaAt++] ?? 0) : 255;
      }
    }
  }
}
