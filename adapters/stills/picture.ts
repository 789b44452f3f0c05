import { createCanvas, ImageData, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Frame, Size } from '../../src/contract/frame.ts';
import { packedBytes, packedSize, packMatte, type Matte } from '../../src/contract/packed-matte.ts';
import { encodePng } from './png.ts';

export type StillFormat = 'png' | 'jpeg';

export interface PictureOptions {
  readonly format: StillFormat;
  /** Longest side in pixels; null keeps the size. A picture is never enlarged. */
  readonly maxSide: number | null;
  /** The same for its width alone. */
  readonly maxWidth: number | null;
  /** 1..100, for JPEG. */
  readonly quality: number;
  /** `packed` makes a JPEG twice as high; its sides are those of the picture without the matte. */
  readonly matte: Matte;
}

export interface Picture {
  readonly bytes: Uint8Array;
  readonly size: Size;
}

/**
 * Encodes one picture at a time, reusing its canvases. The frame's pixels are taken before `encode` returns, so the frame
 * may go; compression runs off the thread. An unscaled PNG keeps every byte of the frame, alpha included. Scaled pictures
 * are filtered with premultiplied alpha; JPEG, which has no alpha, shows the frame over black.
 */
export class PictureEncoder {
  #full: Surface | null = null;
  #small: Surface | null = null;
  #packed = new Uint8Array(0);

  async encode(frame: Frame, options: PictureOptions): Promise<Picture> {
    if (options.matte === 'packed') return this.#encodePacked(frame, options);
    const size = fitted(frame, options);
    const scaled = size.width !== frame.width || size.height !== frame.height;
    if (options.format === 'png' && !scaled) return { bytes: await encodePng(frame.data, size), size };
    const full = (this.#full = surface(this.#full, frame));
    full.context.putImageData(new ImageData(clamped(frame.data), frame.width, frame.height), 0, 0);
    const drawn = scaled ? this.#scale(full, size) : full;
    if (options.format === 'jpeg') return { bytes: await drawn.canvas.encode('jpeg', options.quality), size };
    const pixels = drawn.context.getImageData(0, 0, size.width, size.height).data;
    return { bytes: await encodePng(new Uint8Array(pixels.buffer), size), size };
  }

  async #encodePacked(frame: Frame, options: PictureOptions): Promise<Picture> {
    const bytes = packedBytes(frame);
    if (this.#packed.length !== bytes) this.#packed = new Uint8Array(bytes);
    packMatte(frame.data, frame, this.#packed);
    const whole = { ...frame, ...packedSize(frame), data: this.#packed };
    const longest = packedSize(fitted(frame, options));
    const limits = { maxWidth: longest.width, maxSide: Math.max(longest.width, longest.height) };
    return this.encode(whole, { ...options, ...limits, matte: 'none' });
  }

  #scale(full: Surface, size: Size): Surface {
    const small = (this.#small = surface(this.#small, size));
    small.context.clearRect(0, 0, size.width, size.height);
    small.context.imageSmoothingQuality = 'high';
    small.context.drawImage(full.canvas, 0, 0, size.width, size.height);
    return small;
  }
}

interface Surface extends Size {
  readonly canvas: Canvas;
  readonly context: SKRSContext2D;
}

function surface(current: Surface | null, { width, height }: Size): Surface {
  if (current !== null && current.width === width && current.height === height) return current;
  const canvas = createCanvas(width, height);
  return { canvas, context: canvas.getContext('2d'), width, height };
}

function clamped(data: Uint8Array): Uint8ClampedArray {
  return new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
}

function fitted({ width, height }: Size, { maxSide, maxWidth }: PictureOptions): Size {
  const scale = Math.min(1, (maxSide ?? Infinity) / Math.max(width, height), (maxWidth ?? Infinity) / width);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
