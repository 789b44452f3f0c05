import type { Mode } from '../../../src/contract/call.ts';
import type { Controls } from '../graph/controls.ts';
import { fillWaves } from '../graph/waves.ts';
import { hashPair } from '../random.ts';
import { luminance } from '../scene/colour.ts';
import { fieldRoles, formulaFields, placeOf, start, type Look, type Scene } from '../scene/layout.ts';
import type { DreamSettings } from '../settings.ts';
import type { Phases } from '../sprites/phases.ts';
import { FIELD_TILE, tableFields, WARP_TILE } from '../tables/fields.ts';

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

const TAU = 2 * Math.PI;

/** Parameters run 0..1 with 0.5 as the prompt's own look; this is the factor at a value. */
const around = (value: number, octaves: number): number => 2 ** ((value - 0.5) * 2 * octaves);

/** Turns the scene, the phases and the parameters into what the graph reads. */
export function fillControls(controls: Controls, playing: Playing): void {
  const { scene, phases, settings, flash, pulse, mode } = playing;
  const look = (name: Look): number => scene[placeOf(name)] ?? 0;
  const seedX = hashPair(settings.seed, 11) - hashPair(1, 11);
  const seedY = hashPair(settings.seed, 12) - hashPair(1, 12);
  const zoom = around(settings.detail, 0.8);
  const warp = settings.warp * 2 + 0.5 * pulse;
  const contrast = around(settings.contrast, 0.9) * (1 + 0.35 * pulse);
  for (const name of [
    'dfreq',
    'ffreq',
    'metal',
    'bandSlope',
    'bandHeight',
    'bandPhase',
    'grain',
    'vign',
    'vidP',
    'vidH',
  ] as const) {
    controls.set(name, look(name));
  }
  controls.set('pbias', look('pbias') + 0.2 * flash + 0.16 * pulse);
  controls.set('contrast', contrast);
  controls.set('zx', look('zx') * zoom);
  controls.set('zy', look('zy') * zoom);
  controls.set('warp1', look('warp1') * warp);
  controls.set('warp2', look('warp2') * warp);
  controls.set('relief', look('relief') * around(settings.detail, 0.6));
  controls.set('spec', look('spec'));
  controls.set('glow', settings.glow * 2 + 0.8 * pulse);
  controls.set('bloom', (settings.glow - 0.5) * 0.9 + 0.2 * pulse);
  placeFields(controls, phases, look('ox') + seedX, look('oy') + seedY);
  fillPhases(controls, phases);
  fillWaves(controls.matrix('waves'), phases.flow, look('ox') + seedX, look('oy') + seedY);
  fillFormula(controls.matrix('formula'), scene);
  fillColours(controls.matrix('colour'), scene, 0.45 + 1.1 * settings.glow);
  if (mode === 'video') fillGain(controls, scene);
}

function placeFields(controls: Controls, { flow, driftX, driftY }: Phases, ox: number, oy: number): void {
  controls.set('noiseU', modulo(97 + 1.6 * flow, WARP_TILE));
  controls.set('noiseV', modulo(31 - 1.1 * flow, WARP_TILE));
  controls.set('fieldU', modulo(256 + driftX + ox * 128, FIELD_TILE));
  controls.set('fieldV', modulo(256 + driftY + oy * 128, FIELD_TILE));
}

function fillPhases(controls: Controls, { flow, spin }: Phases): void {
  controls.set('dunePhase', -modulo(0.12 * flow, 1));
  controls.set('foldPhase', modulo(0.22 * flow, TAU * 100));
  controls.set('auroraPhase', modulo(0.5 * flow, TAU));
  controls.set('spin', modulo(spin, TAU));
  controls.set('rosettePhase', modulo(flow, TAU));
  controls.set('causticA', modulo(flow, TAU));
  controls.set('causticB', modulo(0.8 * flow, TAU));
  controls.set('causticC', modulo(0.6 * flow, TAU));
  controls.set('raysPhase', modulo(0.3 * flow, TAU));
  controls.set('rippleA', modulo(1.9 * flow, TAU));
  controls.set('rippleB', modulo(1.5 * flow, TAU));
  controls.set('burstPhase', modulo(spin + 0.2 * flow, TAU));
}

function fillFormula(matrix: Float32Array, scene: Scene): void {
  fieldRoles.forEach((role, row) => {
    const from = start[role] + tableFields.length;
    for (let i = 0; i < formulaFields.length; i += 1)
      matrix[row * formulaFields.length + i] = scene[from + i] ?? 0;
  });
}

/** The palette as ramps: a line from anchor to anchor is a sum of slopes that each begin at a knot. */
function fillColours(matrix: Float32Array, scene: Scene, accent: number): void {
  matrix.fill(0);
  for (let channel = 0; channel < 3; channel += 1) {
    const anchor = (i: number): number => scene[i * 3 + channel] ?? 0;
    const row = channel * 8;
    let slope = 0;
    for (let k = 0; k < 4; k += 1) {
      const next = (anchor(k + 1) - anchor(k)) * 4;
      matrix[row + k] = (next - slope) * 255;
      slope = next;
    }
    matrix[row + 4] = anchor(0) * 255;
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

function modulo(value: number, length: number): number {
  return value - Math.floor(value / length) * length;
}
