import {
  blurred,
  gradientNoise,
  norm,
  normalised,
  octaves,
  smoothstep,
  voronoi,
  type Voronoi,
} from './noise.ts';
import { seeded } from '../random.ts';

/**
 * The tiled structure fields. Each is a picture of `FIELD_TILE` x `FIELD_TILE` values, mostly 0..1, that repeats without a seam.
 * A look-up into a rich table costs as much as eight sines and looks far better; all are computed here from seeds.
 */
export const tableFields = [
  'fbm', 'ridge', 'bubble', 'lead', 'cell', 'facet', 'labyrinth', 'fine',
  'wood', 'scale', 'weave', 'hex', 'strand', 'crack', 'dots', 'grid',
] as const; // prettier-ignore
export type TableField = (typeof tableFields)[number];

export const FIELD_TILE = 512;

/** Side of a stored field: one more row and column, so that a bilinear read never has to wrap. */
export const FIELD_SIDE = FIELD_TILE + 1;

/** A pen for every field, `[513, 513]`. What several are made from is drawn once and kept by the pens. */
export function fieldPens(): Readonly<Record<TableField, () => Float32Array>> {
  const size = FIELD_TILE;
  const fbm = once(() => normalised(octaves(size, [[5, 1, 11], [10, 0.5, 12], [20, 0.25, 13], [40, 0.13, 14], [80, 0.06, 15]]))); // prettier-ignore
  const cells = once(() => voronoi(size, 13, 31));
  const fine = once(() => normalised(octaves(size, [[90, 1, 51], [170, 0.7, 52]]))); // prettier-ignore
  const pens: Record<TableField, () => Float32Array> = {
    fbm,
    ridge: () => ridges(size),
    bubble: () => cells().nearest.map((distance) => Math.max(0, 1 - distance * 1.15) ** 0.8),
    lead: () => cells().edge.map((distance) => 1 - smoothstep(0.015, 0.075, distance)),
    cell: () => blurred(levels(cells().id, fbm()), size, size, 1, true),
    facet: () => blurred(blurred(ramps(cells()), size, size, 1, true), size, size, 1, true),
    labyrinth: () => labyrinth(size),
    fine,
    wood: () => woodGrain(size, fine()),
    scale: () => scales(size),
    weave: () => weave(size),
    hex: () => hexagons(size),
    strand: () => strands(size),
    crack: () => cracks(size),
    dots: () => dots(size),
    grid: () => grid(size),
  };
  tableFields.forEach((name) => {
    const draw = pens[name];
    pens[name] = () => withMargin(draw());
  });
  return pens;
}

function once<T>(draw: () => T): () => T {
  let drawn: T | undefined;
  return () => (drawn ??= draw());
}

/** One more row and column, which repeat the first. */
function withMargin(field: Float32Array): Float32Array {
  const out = new Float32Array(FIELD_SIDE * FIELD_SIDE);
  for (let y = 0; y < FIELD_SIDE; y += 1) {
    const from = (y % FIELD_TILE) * FIELD_TILE;
    out.set(field.subarray(from, from + FIELD_TILE), y * FIELD_SIDE);
    out[y * FIELD_SIDE + FIELD_TILE] = field[from] ?? 0;
  }
  return out;
}

function ridges(size: number): Float32Array {
  const crease = (value: number): number => 1 - Math.min(1, Math.abs(value) * 1.6);
  const creases = octaves(size, [[6, 1, 21], [12, 0.5, 22], [24, 0.25, 23], [48, 0.12, 24]], crease); // prettier-ignore
  return normalised(creases).map((value) => value ** 3.2);
}

/** Four flat levels that fall on the palette's anchors; a continuous id turns stained glass to mud. */
function levels(ids: Float32Array, fbm: Float32Array): Float32Array {
  return ids.map((id, i) => 0.25 + 0.25 * Math.min(3, Math.floor(id * 4)) + 0.02 * ((fbm[i] ?? 0) - 0.5));
}

function ramps({ ramp, id }: Voronoi): Float32Array {
  return ramp.map((value, i) => 0.5 + value * 0.9 + ((id[i] ?? 0) - 0.5) * 0.5);
}

function labyrinth(size: number): Float32Array {
  const winding = octaves(size, [[14, 1, 41], [28, 0.35, 42]]); // prettier-ignore
  return winding.map((value) => 0.5 + 0.5 * Math.sin(value * 9.5 + 0.6));
}

/** Growth rings cut lengthwise: bands across x that a stretched noise bends, with fine pores along y. */
function woodGrain(size: number, fine: Float32Array): Float32Array {
  const bend = gradientNoise(size, 4, 101);
  const slow = gradientNoise(size, 9, 102);
  return perPixel(size, (x, y, i) => {
    // Reading the noise at y/4 stretches it along the grain; four whole repeats keep the tile seamless.
    const stretched = bend[(y >> 2) * size + x] ?? 0;
    const seam = Math.sin((y / size) * 2 * Math.PI) * 0.18;
    const rings =
      (x / size) * 14 + stretched * Math.sin((y / size) * Math.PI) ** 2 * 2.6 + seam + (slow[i] ?? 0) * 0.35;
    const saw = rings - Math.floor(rings);
    const pores = fine[((y * 3) % size) * size + ((x * 7) % size)] ?? 0;
    return 0.12 + 0.62 * saw ** 1.6 * (1 - smoothstep(0.9, 1, saw)) + 0.22 * pores;
  });
}

/** Overlapping round scales in staggered rows. The row that begins higher lies over the next, like tiles on a roof. */
function scales(size: number): Float32Array {
  const across = 12;
  const rows = 24;
  return perPixel(size, (x, y) => {
    const v = (y / size) * rows;
    for (let row = Math.floor(v) - 2; row <= Math.floor(v); row += 1) {
      const u = (x / size) * across + (row & 1 ? 0.5 : 0);
      const dx = (u - Math.floor(u) - 0.5) * 2;
      // From the root of the scale, 0, to its tip, 1.
      const down = (v - row) / 2.1;
      const edge = dx * dx + Math.max(0, (down - 0.38) / 0.62) ** 2;
      if (edge >= 1) continue;
      return (0.2 + 0.8 * down ** 1.3) * (1 - 0.3 * dx * dx) * (1 - smoothstep(0.82, 1, edge) * 0.7);
    }
    return 0.05;
  });
}

/** Plain weave: threads that pass over and under each other. */
function weave(size: number): Float32Array {
  const threads = 32;
  const fibre = gradientNoise(size, 128, 104);
  return perPixel(size, (x, y, i) => {
    const u = (x / size) * threads;
    const v = (y / size) * threads;
    const over = ((Math.floor(u) + Math.floor(v)) & 1) === 0;
    const along = over ? u - Math.floor(u) : v - Math.floor(v);
    const across = over ? v - Math.floor(v) : u - Math.floor(u);
    const round = Math.sin(across * Math.PI) ** 0.7;
    const arch = 0.55 + 0.45 * Math.sin(along * Math.PI);
    return Math.max(0, Math.min(1, round * arch * (over ? 1 : 0.82) + (fibre[i] ?? 0) * 0.09));
  });
}

/** A regular honeycomb: 1 in the middle of a cell, 0 on its wall. */
function hexagons(size: number): Float32Array {
  const columns = 14;
  const rows = 16; // 14 : 16 is close to sqrt(3) : 2, so that the hexagons stay regular and still tile.
  return perPixel(size, (x, y) => {
    const u = (x / size) * columns;
    const v = (y / size) * rows;
    let best = 9;
    let second = 9;
    for (let b = -1; b <= 1; b += 1) {
      const row = Math.floor(v) + b;
      const shift = row & 1 ? 0.5 : 0;
      for (let a = -1; a <= 1; a += 1) {
        const distance = norm(Math.floor(u) + a + 0.5 + shift - u - 0.25, (row + 0.5 - v) * 0.866);
        if (distance < best) [second, best] = [best, distance];
        else if (distance < second) second = distance;
      }
    }
    return smoothstep(0, 0.42, second - best);
  });
}

/** Combed fibres: noise drawn out along the flow of a smooth potential (line integral convolution, Cabral and Leedom 1993). */
function strands(size: number): Float32Array {
  const potential = octaves(size, [[3, 1, 111], [6, 0.45, 112]]); // prettier-ignore
  const white = Float32Array.from({ length: size * size }, seeded(113));
  const mask = size - 1;
  const flowX = perPixel(
    size,
    (x, y) => potential[((y + 1) & mask) * size + x]! - potential[((y - 1) & mask) * size + x]!,
  );
  const flowY = perPixel(
    size,
    (x, y) => potential[y * size + ((x - 1) & mask)]! - potential[y * size + ((x + 1) & mask)]!,
  );
  for (let i = 0; i < flowX.length; i += 1) {
    const length = Math.sqrt(flowX[i]! ** 2 + flowY[i]! ** 2) || 1;
    flowX[i]! /= length;
    flowY[i]! /= length;
  }
  const steps = 16;
  const drawn = perPixel(size, (x, y) => {
    let sum = 0;
    for (let direction = -1.4; direction < 2; direction += 2.8) {
      let px = x + 0.5;
      let py = y + 0.5;
      for (let k = 0; k < steps; k += 1) {
        const at = ((py | 0) & mask) * size + ((px | 0) & mask);
        sum += white[at]!;
        px += direction * flowX[at]!;
        py += direction * flowY[at]!;
        // Kept positive, so that `| 0` rounds down.
        if (px < 0) px += size;
        if (py < 0) py += size;
      }
    }
    return sum / (2 * steps);
  });
  return normalised(drawn).map((value) => smoothstep(0.22, 0.8, value));
}

/** Dried earth and breaking ice: wide plates with hairlines inside them. */
function cracks(size: number): Float32Array {
  const wide = voronoi(size, 7, 121);
  const narrow = voronoi(size, 19, 122);
  return wide.edge.map((distance, i) => {
    const hairline = 0.55 * (1 - smoothstep(0.004, 0.05, narrow.edge[i] ?? 1));
    return Math.max(1 - smoothstep(0.008, 0.04, distance), hairline * smoothstep(0.5, 0.1, distance));
  });
}

/** Domes in a staggered raster: halftone, pearls, hammered metal. */
function dots(size: number): Float32Array {
  const across = 20;
  return perPixel(size, (x, y) => {
    const row = Math.floor((y / size) * across);
    const u = (x / size) * across + (row & 1 ? 0.5 : 0);
    const dx = u - Math.floor(u) - 0.5;
    const dy = (y / size) * across - row - 0.5;
    return Math.sqrt(Math.max(0, 1 - (dx * dx + dy * dy) * 4.6));
  });
}

/** Ruled lines, every fourth stronger: screens, blueprints, machines. */
function grid(size: number): Float32Array {
  const lines = 32;
  const line = (position: number): number => {
    const cell = position * lines;
    const distance = Math.abs(cell - Math.round(cell)) / lines;
    const strong = Math.round(cell) % 4 === 0;
    return (strong ? 1 : 0.45) * (1 - smoothstep(0.0012, strong ? 0.0046 : 0.0032, distance));
  };
  return perPixel(size, (x, y) => Math.max(line((x + 0.5) / size), line((y + 0.5) / size)));
}

function perPixel(size: number, value: (x: number, y: number, index: number) => number): Float32Array {
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) out[y * size + x] = value(x, y, y * size + x);
  }
  return out;
}

/** Side of the displacement noise tile, and of its table. */
export const WARP_TILE = 256;
export const WARP_SIDE = WARP_TILE + 1;

/** Two smooth displacement noises, `[257, 257, 2]`. */
export function bakeWarp(): Float32Array {
  const size = WARP_TILE;
  const a = octaves(size, [[4, 1, 61], [8, 0.5, 62], [16, 0.22, 63]]); // prettier-ignore
  const b = octaves(size, [[4, 1, 71], [8, 0.5, 72], [16, 0.22, 73]]); // prettier-ignore
  const pairs = new Float32Array(WARP_SIDE * WARP_SIDE * 2);
  for (let y = 0; y < WARP_SIDE; y += 1) {
    for (let x = 0; x < WARP_SIDE; x += 1) {
      const from = (y % size) * size + (x % size);
      pairs.set([a[from] ?? 0, b[from] ?? 0], (y * WARP_SIDE + x) * 2);
    }
  }
  return pairs;
}
