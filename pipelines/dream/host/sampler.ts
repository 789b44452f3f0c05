import { makeBasis, STILL_ROWS, type Grid } from '../graph/basis.ts';
import { FIELD_SIDE, FIELD_TILE, WARP_TILE } from '../tables/fields.ts';

/** Texels of a table across half the height of the picture, at zoom 1. */
const FIELD_SCALE = 128;
const NOISE_SCALE = 64;
/** Added before rounding down, so that `| 0` floors; a whole number of tiles of both tables. */
const POSITIVE = 1 << 16;

/** Where the fields are read in this frame. Offsets in texels, 0 to the length of their tile. */
export interface Sampling {
  readonly zoomX: number;
  readonly zoomY: number;
  readonly warp1: number;
  readonly warp2: number;
  readonly noiseU: number;
  readonly noiseV: number;
  readonly fieldU: number;
  readonly fieldV: number;
}

/**
 * Reads the tables for every structure pixel: zoomed, displaced by waves, then by noise that is itself read at the displaced
 * place. This is a gather with nothing to multiply, for which ONNX Runtime's GridSample and Gather took three times as long
 * on a CPU as this loop does; see docs/decisions.
 */
export class Sampler {
  /** `[16, h * w]`; the waves are written into `waves`, the displacement takes the place of the first two. */
  readonly basis: Float32Array;
  readonly waves: Float32Array;
  /** `[3, h * w]`: palette coordinate, height, glow. */
  readonly sampled: Float32Array;
  readonly #grid: Grid;
  readonly #noise: Float32Array;

  /** `noise` is `[256 * 256, 2]`. */
  constructor(grid: Grid, noise: Float32Array) {
    const pixels = grid.h * grid.w;
    this.#grid = grid;
    this.#noise = noise;
    this.basis = makeBasis(grid);
    this.waves = this.basis.subarray(STILL_ROWS * pixels, (STILL_ROWS + 6) * pixels);
    this.sampled = new Float32Array(3 * pixels);
  }

  /** `mixed` is `[3, side * side]`. */
  sample(mixed: Float32Array, at: Sampling): void {
    const { h, w, aspect } = this.#grid;
    const pixels = h * w;
    const bend = this.waves;
    const { sampled } = this;
    const noise = this.#noise;
    const { warp1, warp2 } = at;
    const plane = FIELD_SIDE * FIELD_SIDE;
    for (let j = 0; j < h; j += 1) {
      const y = (((j + 0.5) / h) * 2 - 1) * at.zoomY;
      const noiseRow = y * 0.55 * NOISE_SCALE + at.noiseV + POSITIVE;
      const fieldRow = y * FIELD_SCALE + at.fieldV + POSITIVE;
      for (let i = 0; i < w; i += 1) {
        const p = j * w + i;
        const x = (((i + 0.5) / w) * 2 - 1) * aspect * at.zoomX;
        const bentX = bend[p]! * warp1;
        const bentY = bend[pixels + p]! * warp1;
        // Both displacement noises, bilinear.
        const nu = (x * 0.55 + bentX) * NOISE_SCALE + at.noiseU + POSITIVE;
        const nv = bentY * NOISE_SCALE + noiseRow;
        const iu = nu | 0;
        const iv = nv | 0;
        const fu = nu - iu;
        const fv = nv - iv;
        const left = (iu & (WARP_TILE - 1)) << 1;
        const right = ((iu + 1) & (WARP_TILE - 1)) << 1;
        const upper = (iv & (WARP_TILE - 1)) * WARP_TILE * 2;
        const lower = ((iv + 1) & (WARP_TILE - 1)) * WARP_TILE * 2;
        const w11 = fu * fv;
        const w10 = fu - w11;
        const w01 = fv - w11;
        const w00 = 1 - fu - w01;
        const nx =
          noise[upper + left]! * w00 +
          noise[upper + right]! * w10 +
          noise[lower + left]! * w01 +
          noise[lower + right]! * w11;
        const ny =
          noise[upper + left + 1]! * w00 +
          noise[upper + right + 1]! * w10 +
          noise[lower + left + 1]! * w01 +
          noise[lower + right + 1]! * w11;
        const dx = bentX + nx * warp2;
        const dy = bentY + ny * warp2;
        bend[p] = dx;
        bend[pixels + p] = dy;
        // The three premixed fields, bilinear; the table has one more row and column than its tile.
        const tu = (x + dx * 0.5) * FIELD_SCALE + at.fieldU + POSITIVE;
        const tv = dy * 0.5 * FIELD_SCALE + fieldRow;
        const ju = tu | 0;
        const jv = tv | 0;
        const gu = tu - ju;
        const gv = tv - jv;
        const from = (jv & (FIELD_TILE - 1)) * FIELD_SIDE + (ju & (FIELD_TILE - 1));
        const v11 = gu * gv;
        const v10 = gu - v11;
        const v01 = gv - v11;
        const v00 = 1 - gu - v01;
        sampled[p] =
          mixed[from]! * v00 +
          mixed[from + 1]! * v10 +
          mixed[from + FIELD_SIDE]! * v01 +
          mixed[from + FIELD_SIDE + 1]! * v11;
        const second = from + plane;
        sampled[pixels + p] =
          mixed[second]! * v00 +
          mixed[second + 1]! * v10 +
          mixed[second + FIELD_SIDE]! * v01 +
          mixed[second + FIELD_SIDE + 1]! * v11;
        const third = second + plane;
        sampled[2 * pixels + p] =
          mixed[third]! * v00 +
          mixed[third + 1]! * v10 +
          mixed[third + FIELD_SIDE]! * v01 +
          mixed[third + FIELD_SIDE + 1]! * v11;
      }
    }
  }
}
