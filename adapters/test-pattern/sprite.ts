import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Size } from '../../src/contract/frame.ts';

export type Paint = (context: SKRSContext2D) => void;

/** A small picture drawn once and laid over many frames. Rows are cut beforehand, so that laying it allocates nothing. */
export interface Sprite extends Size {
  readonly rows: readonly SpriteRow[];
}

interface SpriteRow {
  /** Premultiplied RGBA of the whole row. */
  readonly pixels: Uint8Array;
  /** First and last + 1 column that is not wholly clear. */
  readonly start: number;
  readonly end: number;
  /** The longest run without transparency inside, copied as it is. */
  readonly solidStart: number;
  readonly solidEnd: number;
  readonly solid: Uint8Array;
}

/** Draws a picture of any size; the result is `[height, width, 4]`, opaque where the painting is. */
export function render(size: Size, paint: Paint): Uint8Array {
  const canvas = createCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  paint(context);
  return new Uint8Array(context.getImageData(0, 0, size.width, size.height).data.buffer);
}

export function renderSprite(width: number, height: number, paint: Paint): Sprite {
  const size = { width: Math.max(1, Math.ceil(width)), height: Math.max(1, Math.ceil(height)) };
  const canvas = createCanvas(size.width, size.height);
  paint(canvas.getContext('2d'));
  const premultiplied = new Uint8Array(canvas.data());
  const rows = Array.from({ length: size.height }, (_, y) =>
    spriteRow(premultiplied.subarray(y * size.width * 4, (y + 1) * size.width * 4)),
  );
  return { ...size, rows };
}

function spriteRow(pixels: Uint8Array): SpriteRow {
  const width = pixels.length / 4;
  const alpha = (x: number): number => pixels[x * 4 + 3] ?? 0;
  let start = 0;
  let end = width;
  while (start < end && alpha(start) === 0) start += 1;
  while (end > start && alpha(end - 1) === 0) end -= 1;
  let solidStart = start;
  let solidEnd = start;
  let run = start;
  for (let x = start; x < end; x += 1) {
    if (alpha(x) !== 255) run = x + 1;
    else if (x + 1 - run > solidEnd - solidStart) [solidStart, solidEnd] = [run, x + 1];
  }
  return { pixels, start, end, solidStart, solidEnd, solid: pixels.subarray(solidStart * 4, solidEnd * 4) };
}

/** Lays a sprite over an opaque frame with its top left corner at `left`, `top` (rounded); what falls outside is cut off. */
export function lay(sprite: Sprite, frame: Uint8Array, size: Size, left: number, top: number): void {
  const x0 = Math.round(left);
  const y0 = Math.round(top);
  const first = Math.max(0, -y0);
  const last = Math.min(sprite.height, size.height - y0);
  for (let y = first; y < last; y += 1) {
    const row = sprite.rows[y];
    if (row === undefined) continue;
    const base = ((y0 + y) * size.width + x0) * 4;
    if (x0 + row.start >= 0 && x0 + row.end <= size.width) {
      blend(row.pixels, frame, base, row.start, row.solidStart);
      frame.set(row.solid, base + row.solidStart * 4);
      blend(row.pixels, frame, base, row.solidEnd, row.end);
    } else {
      blend(row.pixels, frame, base, Math.max(row.start, -x0), Math.min(row.end, size.width - x0));
    }
  }
}

function blend(source: Uint8Array, frame: Uint8Array, base: number, from: number, to: number): void {
  for (let at = from * 4; at < to * 4; at += 4) {
    const left = 255 - (source[at + 3] ?? 0);
    if (left === 255) continue;
    const into = base + at;
    frame[into] = (source[at] ?? 0) + part((frame[into] ?? 0) * left);
    frame[into + 1] = (source[at + 1] ?? 0) + part((frame[into + 1] ?? 0) * left);
    frame[into + 2] = (source[at + 2] ?? 0) + part((frame[into + 2] ?? 0) * left);
  }
}

/** `product / 255`, rounded, without a division; exact for products of two bytes. */
function part(product: number): number {
  const rounded = product + 128;
  return (rounded + (rounded >> 8)) >> 8;
}
