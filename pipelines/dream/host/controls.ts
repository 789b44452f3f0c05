import type { Mode } from '../../../src/contract/call.ts';
import type { Controls } from '../graph/controls.ts';
import { hashPair } from '../random.ts';
import { luminance } from '../scene/colour.ts';
import { placeOf, type Look, type Scene } from '../scene/layout.ts';
import { waveAngle, WAVES } from '../scene/waves.ts';
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

/** How much of the structure gives way to a subject of the source, at strengths up to 0.75. */
const HOLD = 0.8;

/** Which way a source climbs the palette, -1..1: on one that runs from light to dark, as marble's, its bright parts go down. */
function climb(scene: Scene): number {
  const anchor = (i: number): number =>
    luminance(scene[i * 3] ?? 0, scene[i * 3 + 1] ?? 0, scene[i * 3 + 2] ?? 0);
  return Math.min(1, Math.max(-1, (anchor(3) - anchor(1)) * 6));
}

/** Turns the scene, the phases and the parameters into where the fields are read. */
export function samplingOf({ scene, phases, settings, pulse }: Playing): Sampling {
  const { flow, driftX, driftY } = phases;
  const zoom = around(settings.detail, 0.8);
  const warp = settings.warp * 2 + 0.5 * pulse;
  const ox = lookOf(scene, 'ox') + hashPair(settings.seed, 11) - hashPair(1, 11);
  const oy = lookOf(scene, 'oy') + hashPair(settings.seed, 12) - hashPair(1, 12);
  return {
    waves: Float64Array.from({ length: WAVES }, (_, k) => waveAngle(k, flow, ox, oy)),
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

/** Turns the same into what the structure graph reads. */
export function fillControls(controls: Controls, playing: Playing, { zoomX, zoomY }: Sampling): void {
  const { scene, phases, settings, flash, pulse } = playing;
  for (const name of ['metal', 'bandSlope', 'bandHeight', 'bandPhase', 'vign', 'spec', 'vidH'] as const) {
    controls.set(name, lookOf(scene, name));
  }
  controls.set('vidP', lookOf(scene, 'vidP') * climb(scene));
  // Strength 1 is the dream alone; on the way there the subject is given up.
  controls.set('hold', HOLD * Math.min(1, (1 - settings.strength) * 4));
  controls.set('pbias', lookOf(scene, 'pbias') + 0.2 * flash + 0.16 * pulse);
  controls.set('contrast', around(settings.contrast, 0.9) * (1 + 0.35 * pulse));
  controls.set('relief', lookOf(scene, 'relief') * around(settings.detail, 0.6));
  controls.set('glow', settings.glow * 2 + 0.8 * pulse);
  controls.set('bloom', (settings.glow - 0.5) * 0.9 + 0.2 * pulse);
  fillPhases(controls, scene, phases, zoomX, zoomY);
  fillWeights(controls, scene);
}
