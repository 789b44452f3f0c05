import { norm } from '../tables/noise.ts';

/** The grid of structure pixels: `h` x `w`, x from -aspect to aspect, y from -1 to 1 downwards. */
export interface Grid {
  readonly h: number;
  readonly w: number;
  readonly aspect: number;
}

/**
 * Rows that every phase of a formula field is a weighted sum of. The first ten never change; `dx` `dy` (displacement) and the four
 * loose waves are written for each frame.
 */
export const basis = [
  'x', 'y', 'one', 'depth', 'arms', 'rings', 'fan', 'ringA', 'ringB', 'angle', 'dx', 'dy', 'wave0', 'wave1', 'wave3', 'wave4',
] as const; // prettier-ignore
export type BasisRow = (typeof basis)[number];

export const STILL_ROWS = 10;

/** The formula fields that are a sine in an envelope; see host/formula.ts for their phases. */
export const shapedSines = [
  'foldA',
  'foldB',
  'spiral',
  'rosette',
  'rays',
  'rippleA',
  'rippleB',
  'burst',
] as const;

const flat = 1.35;

const stillRows: Readonly<
  Record<Exclude<BasisRow, 'dx' | 'dy' | `wave${number}`>, (x: number, y: number) => number>
> = {
  x: (x) => x,
  y: (_, y) => y,
  one: () => 1,
  /** Distance of ground under a horizon. */
  depth: (_, y) => 3.2 / (y + 0.62 > 0 ? y + 0.62 : 0.02),
  /** Angle and log radius of a spiral of two arms. */
  arms: (x, y) => 2 * Math.atan2(y * flat, x) + 4.6 * Math.log(norm(x, y * flat) + 0.06),
  rings: (x, y) => 9 * norm(x, y) + 1.7 * Math.cos(6 * Math.atan2(y, x)),
  /** Lines that run apart from a place above the picture. */
  fan: (x, y) => (16 * (x + 0.22)) / (y + 2.1),
  ringA: (x, y) => 26 * norm(x + 0.32, (y - 0.12) * 1.25),
  ringB: (x, y) => 31 * norm(x - 0.55, (y + 0.4) * 1.25),
  angle: (x, y) => 12 * Math.atan2(y + 0.15, x),
};

/** Light that fades outwards and down; envelopes of sines, and fields by themselves. */
export const spiralLight = (x: number, y: number): number => 1.6 * Math.exp(-1.55 * norm(x, y * flat));
export const shaftLight = (_: number, y: number): number => 1.1 * Math.exp(-1.15 * (y + 1));
export const beamLight = (x: number, y: number): number => 0.3 + 0.7 * Math.exp(-0.9 * norm(x, y + 0.15));
export const coreLight = (x: number, y: number): number => Math.exp(-9 * (x * x + 1.8 * y * y));

const always = (): number => 1;

/** Envelopes of the shaped sines, in their order. */
export const envelopes = [
  always, always, spiralLight, always, shaftLight,
  (x: number, y: number): number => 0.5 * Math.exp(-0.7 * norm(x + 0.32, y - 0.12)),
  (x: number, y: number): number => 0.5 * Math.exp(-0.7 * norm(x - 0.55, y + 0.4)),
  beamLight,
]; // prettier-ignore

/** A fresh `[16, h * w]` with its still rows filled. */
export function makeBasis(grid: Grid): Float32Array {
  const pixels = grid.h * grid.w;
  const rows = new Float32Array(basis.length * pixels);
  Object.values(stillRows).forEach((value, i) => rows.set(perPixel(grid, value), i * pixels));
  return rows;
}

export function perPixel({ h, w, aspect }: Grid, value: (x: number, y: number) => number): Float32Array {
  const out = new Float32Array(h * w);
  for (let j = 0; j < h; j += 1) {
    const y = ((j + 0.5) / h) * 2 - 1;
    for (let i = 0; i < w; i += 1) out[j * w + i] = value((((i + 0.5) / w) * 2 - 1) * aspect, y);
  }
  return out;
}

/** Several rows as one constant. */
export function stacked(grid: Grid, values: readonly ((x: number, y: number) => number)[]): Float32Array {
  const all = new Float32Array(values.length * grid.h * grid.w);
  values.forEach((value, i) => all.set(perPixel(grid, value), i * grid.h * grid.w));
  return all;
}
