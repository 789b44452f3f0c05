import { makeBasis, STILL_ROWS, type Grid } from '../graph/basis.ts';
import { compile, instantiate, MemoryPlan } from '../kernels/memory.ts';
import { mixingKernel } from '../kernels/mixing.ts';
import { COSINES_AT, FIELD_SCALE, NOISE_SCALE, samplingControls, samplingKernel, SINES_AT } from '../kernels/sampling.ts'; // prettier-ignore
import { waveX, waveY, WAVES } from '../scene/waves.ts';
import { FIELD_SIDE } from '../tables/fields.ts';
import { FieldMix, STRETCH, type FieldTable } from './field-mix.ts';

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
  /** Angles of the waves in the middle of the picture. */
  readonly waves: Float64Array;
}

const module = compile({ sample: samplingKernel(), mix: mixingKernel() });

/** Rows of the basis that are written for every frame: displacement x, y and the loose waves. */
const BENT_ROWS = 6;
const control = (name: (typeof samplingControls)[number]): number => samplingControls.indexOf(name);

/**
 * Reads the tables for every structure pixel: zoomed, displaced by waves, then by noise that is itself read at the displaced
 * place. This is a gather with little to multiply, for which ONNX Runtime's GridSample and Gather take many times as long on a
 * CPU; see docs/decisions/dream-host-and-graph.md.
 */
export class Sampler {
  /** `[16, h * w]`: still rows, then displacement and waves of this frame. */
  readonly basis: Float32Array;
  /** `[3, h * w]`: palette coordinate, height, glow. */
  readonly sampled: Float32Array;
  readonly fields: FieldMix;
  readonly #grid: Grid;
  readonly #controls: Float32Array;
  readonly #row: (y: number) => void;

  /** `noise` is `[257, 257, 2]`. */
  constructor(grid: Grid, noise: Float32Array, tables: FieldTable) {
    const { h, w } = grid;
    const plane = h * w * 4;
    const plan = new MemoryPlan();
    const still = makeBasis(grid);
    const at = {
      controls: plan.reserve((SINES_AT + WAVES) * 4),
      columns: plan.reserve((1 + 2 * WAVES) * w * 4),
      basis: plan.reserve(still.byteLength),
      sampled: plan.reserve(3 * plane),
      noise: plan.reserve(noise.byteLength),
      mixed: plan.reserve(FIELD_SIDE * FIELD_SIDE * 16),
      weights: plan.reserve(16),
      stretch: plan.reserve(STRETCH * 4),
    };
    const memory = plan.open();
    const view = (address: number, length: number): Float32Array =>
      new Float32Array(memory.buffer, address, length);
    const { sample, mix } = instantiate(module, memory);
    if (sample === undefined || mix === undefined) throw new TypeError('the module lacks a kernel');
    this.#grid = grid;
    this.#controls = view(at.controls, SINES_AT + WAVES);
    this.basis = view(at.basis, still.length);
    this.basis.set(still);
    this.sampled = view(at.sampled, 3 * h * w);
    view(at.noise, noise.length).set(noise);
    view(at.columns, (1 + 2 * WAVES) * w).set(columnsOf(grid));
    this.fields = new FieldMix(tables, {
      mixed: view(at.mixed, FIELD_SIDE * FIELD_SIDE * 4),
      weights: view(at.weights, 4),
      stretch: view(at.stretch, STRETCH),
      add: (texel, length) => mix(at.weights, at.stretch, at.mixed + texel * 16, length * 4),
    });
    const bent = at.basis + STILL_ROWS * plane;
    if (still.length !== (STILL_ROWS + BENT_ROWS) * h * w) throw new RangeError('the basis has other rows');
    this.#row = (y) =>
      sample(at.controls, at.columns, bent + y * w * 4, at.sampled + y * w * 4, plane, at.noise, at.mixed, w);
  }

  sample(at: Sampling): void {
    const { h } = this.#grid;
    const controls = this.#controls;
    controls[control('warp1')] = at.warp1;
    controls[control('warp2')] = at.warp2;
    controls[control('noiseZoom')] = at.zoomX * 0.55 * NOISE_SCALE;
    controls[control('noiseU')] = at.noiseU;
    controls[control('fieldZoom')] = at.zoomX * FIELD_SCALE;
    controls[control('fieldU')] = at.fieldU;
    const [noiseV, fieldV] = [control('noiseV'), control('fieldV')];
    for (let j = 0; j < h; j += 1) {
      const v = ((j + 0.5) / h) * 2 - 1;
      controls[noiseV] = v * at.zoomY * 0.55 * NOISE_SCALE + at.noiseV;
      controls[fieldV] = v * at.zoomY * FIELD_SCALE + at.fieldV;
      for (let k = 0; k < WAVES; k += 1) {
        const angle = waveY[k]! * v + at.waves[k]!;
        controls[COSINES_AT + k] = Math.cos(angle);
        controls[SINES_AT + k] = Math.sin(angle);
      }
      this.#row(j);
    }
  }
}

/** `[13, w]`: x, then sines and cosines of the waves along it. */
function columnsOf({ w, aspect }: Grid): Float32Array {
  const columns = new Float32Array((1 + 2 * WAVES) * w);
  for (let i = 0; i < w; i += 1) {
    const x = (((i + 0.5) / w) * 2 - 1) * aspect;
    columns[i] = x;
    for (let k = 0; k < WAVES; k += 1) {
      columns[(1 + k) * w + i] = Math.sin(waveX[k]! * x);
      columns[(1 + WAVES + k) * w + i] = Math.cos(waveX[k]! * x);
    }
  }
  return columns;
}
