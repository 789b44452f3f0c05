import { createCanvas, ImageData, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Frame, Size } from '../../src/contract/frame.ts';
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

  async encode(frame: Frame, options: PictureOptions): Promise<Picture> {
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
