import { seeded } from '../random.ts';

/** Hermite step from 0 at `low` to 1 at `high`. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** Length of (x, y), in a tenth of the time that Math.hypot takes to be right about overflow. */
export function norm(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** One octave: lattice cells across the tile, amplitude, seed. */
export type Octave = readonly [cells: number, amplitude: number, seed: number];

/** Sum of periodic gradient noises on a tile of `size` x `size`, each first passed through `shape`. */
export function octaves(
  size: number,
  list: readonly Octave[],
  shape: (value: number) => number = same,
): Float32Array {
  const sum = new Float32Array(size * size);
  for (const [cells, amplitude, seed] of list) {
    const noise = gradientNoise(size, cells, seed);
    for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + amplitude * shape(noise[i] ?? 0);
  }
  return sum;
}

const same = (value: number): number => value;

/** Periodic gradient noise (Perlin 2002, with his quintic fade), about -1..1. */
export function gradientNoise(size: number, cells: number, seed: number): Float32Array {
  const random = seeded(seed);
  const gx = new Float32Array(cells * cells);
  const gy = new Float32Array(cells * cells);
  for (let i = 0; i < gx.length; i += 1) {
    const angle = random() * 2 * Math.PI;
    gx[i] = Math.cos(angle);
    gy[i] = Math.sin(angle);
  }
  const noise = new Float32Array(size * size);
  for (let y = 0; y < size; y += 1) {
    const v = (y / size) * cells;
    const j = Math.floor(v);
    const fy = v - j;
    const wy = fade(fy);
    const row = j * cells;
    const below = ((j + 1) % cells) * cells;
    for (let x = 0; x < size; x += 1) {
      const u = (x / size) * cells;
      const i = Math.floor(u);
      const fx = u - i;
      const right = (i + 1) % cells;
      const wx = fade(fx);
      const a = gx[row + i]! * fx + gy[row + i]! * fy;
      const b = gx[row + right]! * (fx - 1) + gy[row + right]! * fy;
      const c = gx[below + i]! * fx + gy[below + i]! * (fy - 1);
      const d = gx[below + right]! * (fx - 1) + gy[below + right]! * (fy - 1);
      noise[y * size + x] = 1.5 * (a + (b - a) * wx + (c - a) * wy + (a - b - c + d) * wx * wy);
    }
  }
  return noise;
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

/** Stretches the values to 0..1. */
export function normalised(values: Float32Array): Float32Array {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return values.map((value) => (value - low) / (high - low));
}

export interface Voronoi {
  /** Distance to the nearest point, in cells. */
  readonly nearest: Float32Array;
  /** True distance to the edge of the cell, in cells. */
  readonly edge: Float32Array;
  /** A random number of the cell, 0..1. */
  readonly id: Float32Array;
  /** A ramp across the cell in a direction of its own, about -0.5..0.5. */
  readonly ramp: Float32Array;
}

/** Periodic Voronoi cells, `cells` across. `jitter` 0 is a grid, 1 fully random. */
export function voronoi(size: number, cells: number, seed: number, jitter = 0.8): Voronoi {
  const random = seeded(seed);
  const points = new Float64Array(cells * cells * 4);
  for (let i = 0; i < points.length; i += 4) {
    points[i] = 0.5 + jitter * (random() - 0.5);
    points[i + 1] = 0.5 + jitter * (random() - 0.5);
    points[i + 2] = random();
    points[i + 3] = random() * 2 * Math.PI;
  }
  const [nearest, edge, id, ramp] = [tile(size), tile(size), tile(size), tile(size)];
  for (let y = 0; y < size; y += 1) {
    const v = (y / size) * cells;
    const cv = Math.floor(v);
    for (let x = 0; x < size; x += 1) {
      const u = (x / size) * cells;
      const cu = Math.floor(u);
      let d1 = 9, d2 = 9, best = 0, ax = 0, ay = 0, bx = 0, by = 0; // prettier-ignore
      for (let ring = 0; ring < 5; ring += 1) {
        // Rows from the middle outwards, so that the far ones can mostly be passed over.
        const b = ring & 1 ? -((ring + 1) >> 1) : ring >> 1;
        const gap = b > 0 ? cv + b - v : v - cv - b - 1;
        if (gap > 0 && gap * gap > d2) continue;
        const row = ((cv + b + cells) % cells) * cells;
        for (let a = -2; a <= 2; a += 1) {
          const k = (row + ((cu + a + cells) % cells)) * 4;
          const dx = cu + a + points[k]! - u;
          const dy = cv + b + points[k + 1]! - v;
          const d = dx * dx + dy * dy;
          if (d < d1) {
            d2 = d1;
            bx = ax;
            by = ay; // prettier-ignore
            d1 = d;
            best = k;
            ax = dx;
            ay = dy; // prettier-ignore
          } else if (d < d2) {
            d2 = d;
            bx = dx;
            by = dy; // prettier-ignore
          }
        }
      }
      const at = y * size + x;
      const nx = bx - ax;
      const ny = by - ay;
      nearest[at] = Math.sqrt(d1);
      edge[at] = (((ax + bx) / 2) * nx + ((ay + by) / 2) * ny) / (Math.sqrt(nx * nx + ny * ny) || 1);
      id[at] = points[best + 2]!;
      ramp[at] = ax * Math.cos(points[best + 3]!) + ay * Math.sin(points[best + 3]!);
    }
  }
  return { nearest, edge, id, ramp };
}

function tile(size: number): Float32Array {
  return new Float32Array(size * size);
}

/** Box blur, `radius` pixels each way; outside counts as 0, or wraps round where the picture is a tile. */
export function blurred(
  values: Float32Array,
  width: number,
  height: number,
  radius: number,
  tile = false,
): Float32Array {
  const rows = blurLines(values, width, height, 1, width, radius, tile);
  return blurLines(rows, height, width, width, 1, radius, tile);
}

function blurLines(
  values: Float32Array,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
  radius: number,
  tile: boolean,
): Float32Array {
  const out = new Float32Array(values.length);
  for (let line = 0; line < lines; line += 1) {
    const start = line * lineStep;
    const at = (i: number): number => {
      if (i >= 0 && i < length) return values[start + i * step] ?? 0;
      return tile ? (values[start + ((i + length) % length) * step] ?? 0) : 0;
    };
    let sum = 0;
    for (let i = -radius; i < radius; i += 1) sum += at(i);
    for (let i = 0; i < length; i += 1) {
      sum += at(i + radius);
      out[start + i * step] = sum / (2 * radius + 1);
      sum -= at(i - radius);
    }
  }
  return out;
}
