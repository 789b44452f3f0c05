import type { Mode } from '../../../src/contract/call.ts';
import type { Controls } from '../graph/controls.ts';
import { fillWaves } from '../graph/waves.ts';
import { hashPair } from '../random.ts';
import { luminance } from '../scene/colour.ts';
import { placeOf, type Look, type Scene } from '../scene/layout.ts';
import type { DreamSettings } from '../settings.ts';
import type { Phases } from '../sprites/phases.ts';
import { FIELD_TILE, WARP_TILE } from '../tables/fields.ts';
import { fillPhases, fillWeights, modulo } from './formula.ts';
import type { Sampling } from './sampler.ts';

export interface Playing {
  readonly scene: Scene;
  readonly phases: Phases;
  readonly settings: DreamSettings;
  /** Light of a lightning strike, 0..1. */
  readonly flash: number;
  /** What is left of the last pulse, 0..1. */
  readonly pulse: number;
  readonly mode: Mode;
}

/** Parameters run 0..1 with 0.5 as the prompt's own look; this is the factor at a value. */
const around = (value: number, octaves: number): number => 2 ** ((value - 0.5) * 2 * octaves);

const lookOf = (scene: Scene, name: Look): number => scene[placeOf(name)] ?? 0;

/** Turns the scene, the phases and the parameters into where the fields are read. Fills the `[6, 12]` matrix of the waves. */
export function samplingOf({ scene, phases, settings, pulse }: Playing, waves: Float32Array): Sampling {
  const { flow, driftX, driftY } = phases;
  const zoom = around(settings.detail, 0.8);
  const warp = settings.warp * 2 + 0.5 * pulse;
  const ox = lookOf(scene, 'ox') + hashPair(settings.seed, 11) - hashPair(1, 11);
  const oy = lookOf(scene, 'oy') + hashPair(settings.seed, 12) - hashPair(1, 12);
  fillWaves(waves, flow, ox, oy);
  return {
    zoomX: lookOf(scene, 'zx') * zoom,
    zoomY: lookOf(scene, 'zy') * zoom,
    warp1: lookOf(scene, 'warp1') * warp,
    warp2: lookOf(scene, 'warp2') * warp,
    noiseU: modulo(97 + 1.6 * flow, WARP_TILE),
    noiseV: modulo(31 - 1.1 * flow, WARP_TILE),
    fieldU: modulo(256 + driftX + ox * 128, FIELD_TILE),
    fieldV: modulo(256 + driftY + oy * 128, FIELD_TILE),
  };
}

/** Turns the same into what the picture graph reads. */
export function fillControls(controls: Controls, playing: Playing, { zoomX, zoomY }: Sampling): void {
  const { scene, phases, settings, flash, pulse, mode } = playing;
  for (const name of [
    'metal',
    'bandSlope',
    'bandHeight',
    'bandPhase',
    'grain',
    'vign',
    'spec',
    'vidP',
    'vidH',
  ] as const) {
    controls.set(name, lookOf(scene, name));
  }
  controls.set('pbias', lookOf(scene, 'pbias') + 0.2 * flash + 0.16 * pulse);
  controls.set('contrast', around(settings.contrast, 0.9) * (1 + 0.35 * pulse));
  controls.set('relief', lookOf(scene, 'relief') * around(settings.detail, 0.6));
  controls.set('glow', settings.glow * 2 + 0.8 * pulse);
  controls.set('bloom', (settings.glow - 0.5) * 0.9 + 0.2 * pulse);
  fillPhases(controls, scene, phases, zoomX, zoomY);
  fillWeights(controls, scene);
  fillColours(controls.matrix('colour'), scene, 0.45 + 1.1 * settings.glow);
  if (mode === 'video') fillGain(controls, scene);
}

/**
 * The palette as ramps: a line from anchor to anchor is a sum of slopes that each begin at a knot. The graph gives
 * max(p, knot), the ramp plus its knot, so the base is lower by as much.
 */
function fillColours(matrix: Float32Array, scene: Scene, accent: number): void {
  matrix.fill(0);
  for (let channel = 0; channel < 3; channel += 1) {
    const anchor = (i: number): number => scene[i * 3 + channel] ?? 0;
    const row = channel * 8;
    let slope = 0;
    let base = anchor(0);
    for (let k = 0; k < 4; k += 1) {
      const next = (anchor(k + 1) - anchor(k)) * 4;
      matrix[row + k] = (next - slope) * 255;
      base -= (next - slope) * k * 0.25;
      slope = next;
    }
    matrix[row + 4] = base * 255;
    matrix[row + 5] = anchor(5) * accent;
    matrix[row + 6] = anchor(6) * accent;
  }
  // Alpha: the row of ones, opaque.
  matrix[3 * 8 + 7] = 255;
}

/**
 * How strongly the source's light multiplies the picture. A dark palette has room above it, a pale one has not: there the
 * source may only darken, so that a face keeps its tones.
 */
function fillGain(controls: Controls, scene: Scene): void {
  let bright = 0;
  for (let i = 1; i < 5; i += 1)
    bright += luminance(scene[i * 3] ?? 0, scene[i * 3 + 1] ?? 0, scene[i * 3 + 2] ?? 0) / 4;
  const top = 1.02 + 0.75 * Math.max(0, 0.72 - bright);
  const low = 0.36 + 0.12 * bright;
  controls.set('gainLow', low);
  controls.set('gainSlope', top - low);
  controls.set('gainDetail', 0.9);
  controls.set('gainMax', top * 1.12);
}
