import { smoothstep } from './noise.ts';

/** A one-channel picture under the brush. Values are light or cover, 0..1 (light may exceed 1 until it is stored). */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.values = new Float32Array(width * height);
  }

  /** Keeps the larger of old and new. Outside is ignored. */
  raise(x: number, y: number, value: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const i = y * this.width + x;
    if (value > (this.values[i] ?? 0)) this.values[i] = value;
  }

  set(x: number, y: number, value: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    this.values[y * this.width + x] = value;
  }

  /** Raises `value(dx, dy)` in the square of `radius` around a place. */
  stamp(cx: number, cy: number, radius: number, value: (dx: number, dy: number) => number): void {
    for (
      let y = Math.max(0, Math.floor(cy - radius));
      y <= Math.min(this.height - 1, Math.ceil(cy + radius));
      y += 1
    ) {
      for (
        let x = Math.max(0, Math.floor(cx - radius));
        x <= Math.min(this.width - 1, Math.ceil(cx + radius));
        x += 1
      ) {
        this.raise(x, y, value(x + 0.5 - cx, y + 0.5 - cy));
      }
    }
  }

  /** A line with soft sides. */
  line(x0: number, y0: number, x1: number, y1: number, thickness: number, value: number): void {
    this.stroke(
      x0,
      y0,
      x1,
      y1,
      thickness,
      (distance) => value * (1 - smoothstep(thickness * 0.5 - 0.6, thickness * 0.5 + 0.6, distance)),
    );
  }

  /** Raises a function of the distance to a segment, out to `reach`. */
  stroke(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    reach: number,
    value: (distance: number) => number,
  ): void {
    const cx = (x0 + x1) / 2;
    const cy = (y0 + y1) / 2;
    const radius = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) / 2 + reach + 1;
    this.stamp(cx, cy, radius, (dx, dy) => value(distanceToSegment(dx + cx, dy + cy, x0, y0, x1, y1)));
  }

  /** A box from inclusive to exclusive corners, in whole pixels. */
  box(x0: number, y0: number, x1: number, y1: number, value: number): void {
    for (let y = Math.floor(y0); y < Math.floor(y1); y += 1) {
      for (let x = Math.floor(x0); x < Math.floor(x1); x += 1) this.raise(x, y, value);
    }
  }

  /** Stores the values as 0..255, in `into` where it is given. */
  bytes(into: Uint8Array = new Uint8Array(this.values.length)): Uint8Array {
    return toBytes(this.values, 255, into);
  }
}

/** Values times `scale`, clamped to a byte. A plain loop: `Uint8Array.from` with a function takes fifty times as long. */
export function toBytes(
  values: Float32Array,
  scale: number,
  into: Uint8Array = new Uint8Array(values.length),
): Uint8Array {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]! * scale + 0.5;
    into[i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return into;
}

export function distanceToSegment(
  x: number,
  y: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  const px = x - x0 - t * dx;
  const py = y - y0 - t * dy;
  return Math.sqrt(px * px + py * py);
}
