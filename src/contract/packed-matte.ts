import { frameBytes, type Size } from './frame.ts';

/**
 * How a picture with transparency travels as one that has none, which is all that video and JPEG carry: `packed` is a picture of
 * the same width and twice the height, the colours above and the matte below. The colours are premultiplied with the matte, so
 * that what lies hidden under transparent pixels does not bleed out at edges; the matte is grey, white where the picture is opaque.
 */
export const mattes = ['none', 'packed'] as const;
export type Matte = (typeof mattes)[number];

export function packedSize({ width, height }: Size): Size {
  return { width, height: 2 * height };
}

/** `pixels` `[height, width, 4]`, straight alpha, into `target` `[2 · height, width, 4]`, opaque. Both begin at whole pixels. */
export function packMatte(pixels: Uint8Array, size: Size, target: Uint8Array): void {
  const count = size.width * size.height;
  const from = new Uint32Array(pixels.buffer, pixels.byteOffset, count);
  const to = new Uint32Array(target.buffer, target.byteOffset, 2 * count);
  for (let at = 0; at < count; at += 1) {
    const pixel = from[at] ?? 0;
    const alpha = pixel >>> 24;
    to[at] = alpha === 255 ? pixel : alpha === 0 ? BLACK : premultiplied(pixel, alpha);
    to[count + at] = (BLACK | (alpha * 0x01_01_01)) >>> 0;
  }
}

/** Bytes that `packMatte` fills. */
export const packedBytes = (size: Size): number => frameBytes(packedSize(size));

// The bytes of a pixel read as one little-endian number, as every machine has it that ONNX Runtime runs on: 0xAABBGGRR.
const BLACK = 0xff_00_00_00;

function premultiplied(pixel: number, alpha: number): number {
  const red = times(pixel & 0xff, alpha);
  const green = times((pixel >>> 8) & 0xff, alpha);
  const blue = times((pixel >>> 16) & 0xff, alpha);
  return (BLACK | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Rounded, exact for bytes. */
function times(channel: number, alpha: number): number {
  return Math.floor((channel * alpha + 127) / 255);
}
