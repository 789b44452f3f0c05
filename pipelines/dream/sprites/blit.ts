import type { Size } from '../../../src/contract/frame.ts';
import type { Plane } from '../scene/layout.ts';
import type { Sprite } from './atlas.ts';

/** The four planes that lie over the palette, each `[height, width]`, 0..255. */
export interface Layers extends Readonly<Record<Plane, Uint8Array>> {
  readonly width: number;
  readonly height: number;
  /** All planes in one piece, A, B, S, D: what the picture is composed of. */
  readonly all: Uint8Array;
}

/** The planes in memory of that many bytes. */
export function sliceLayers({ width, height }: Size, all: Uint8Array): Layers {
  const pixels = width * height;
  const plane = (index: number): Uint8Array => all.subarray(index * pixels, (index + 1) * pixels);
  return { width, height, all, A: plane(0), B: plane(1), S: plane(2), D: plane(3) };
}

/** Where the last sprite lies: its whole corner, and the weights of four neighbours between which it is read, 256 in all. */
const at = { x0: 0, y0: 0, w11: 0, w01: 0, w10: 0, w00: 0 };

/** One object for all: hundreds of sprites a frame allocate nothing. */
function place(side: number, cx: number, cy: number): Readonly<typeof at> {
  const left = cx - side / 2;
  const top = cy - side / 2;
  at.x0 = Math.floor(left);
  at.y0 = Math.floor(top);
  const fx = 256 - Math.round((left - at.x0) * 256);
  const fy = 256 - Math.round((top - at.y0) * 256);
  at.w11 = (fx * fy) >> 8;
  at.w01 = fy - at.w11;
  at.w10 = fx - at.w11;
  at.w00 = 256 - at.w11 - at.w01 - at.w10;
  return at;
}

/** Adds light, centred between pixels by bilinear reading. `gain` 256 is full. */
export function shine(
  layers: Layers,
  plane: Uint8Array,
  sprite: Sprite,
  cx: number,
  cy: number,
  gain: number,
): void {
  const { width, height } = layers;
  const { side, tone } = sprite;
  const { x0, y0, w11, w01, w10, w00 } = place(side, cx, cy);
  const endY = Math.min(height, y0 + side);
  const strength = Math.round(gain);
  for (let y = Math.max(0, y0 + 1); y < endY; y += 1) {
    const row = y - y0;
    const firstX = Math.max(0, x0 + sprite.from[row]!);
    const endX = Math.min(width, x0 + sprite.to[row]!);
    let from = row * side + firstX - x0;
    let to = y * width + firstX;
    for (let x = firstX; x < endX; x += 1, from += 1, to += 1) {
      const read =
        tone[from]! * w11 + tone[from - 1]! * w01 + tone[from - side]! * w10 + tone[from - side - 1]! * w00;
      if (read === 0) continue;
      const sum = plane[to]! + ((read * strength) >> 16);
      plane[to] = sum > 255 ? 255 : sum;
    }
  }
}

/** Paints over: what is behind is hidden by the sprite's cover. `opacity` 256 is full. */
export function paint(
  layers: Layers,
  plane: Uint8Array,
  sprite: Sprite,
  cx: number,
  cy: number,
  opacity: number,
): void {
  const { width, height, A, B, D } = layers;
  const { side, tone, cover } = sprite;
  if (cover === null) return;
  const other = plane === A ? B : A;
  const { x0, y0, w11, w01, w10, w00 } = place(side, cx, cy);
  const endY = Math.min(height, y0 + side);
  const strength = Math.round(opacity);
  for (let y = Math.max(0, y0 + 1); y < endY; y += 1) {
    const row = y - y0;
    const firstX = Math.max(0, x0 + sprite.from[row]!);
    const endX = Math.min(width, x0 + sprite.to[row]!);
    let from = row * side + firstX - x0;
    let to = y * width + firstX;
    for (let x = firstX; x < endX; x += 1, from += 1, to += 1) {
      const hide =
        ((cover[from]! * w11 +
          cover[from - 1]! * w01 +
          cover[from - side]! * w10 +
          cover[from - side - 1]! * w00) *
          strength) >>
        16;
      if (hide === 0) continue;
      const light =
        ((tone[from]! * w11 +
          tone[from - 1]! * w01 +
          tone[from - side]! * w10 +
          tone[from - side - 1]! * w00) *
          strength) >>
        16;
      const rest = 255 - hide;
      plane[to] = light + ((plane[to]! * rest) >> 8);
      other[to] = (other[to]! * rest) >> 8;
      D[to] = hide + ((D[to]! * rest) >> 8);
    }
  }
}
