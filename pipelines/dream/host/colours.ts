import type { Mode } from '../../../src/contract/call.ts';
import { COLOUR_TERMS } from '../kernels/composing.ts';
import { luminance } from '../scene/colour.ts';
import { placeOf, type Scene } from '../scene/layout.ts';
import type { DreamSettings } from '../settings.ts';
import type { Composer } from './composer.ts';

/** Sets what the picture is coloured by. */
export function setColours(composer: Composer, scene: Scene, settings: DreamSettings, mode: Mode): void {
  // The source covers some of it, and a still source leaves nothing else that moves where the subject is.
  composer.set('grain', (scene[placeOf('grain')] ?? 0) * (mode === 'video' ? 1.6 : 1));
  setPalette(composer.colour, scene, 0.45 + 1.1 * settings.glow);
  if (mode === 'text') return;
  setGain(composer, scene);
  composer.set('share', settings.strength >= 1 ? 1 : 1 - (1 - settings.strength) ** 1.6);
}

/**
 * The palette as ramps: a line from anchor to anchor is a sum of slopes that each begin at a knot. The kernel gives
 * max(p, knot), the ramp plus its knot, so the base is lower by as much.
 */
function setPalette(matrix: Float32Array, scene: Scene, accent: number): void {
  for (let channel = 0; channel < 3; channel += 1) {
    const anchor = (i: number): number => scene[i * 3 + channel] ?? 0;
    const row = channel * COLOUR_TERMS;
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
}

/**
 * How strongly the source's light multiplies the picture. A dark palette has room above it, a pale one has not: there the
 * source may only darken, so that a face keeps its tones.
 */
function setGain(composer: Composer, scene: Scene): void {
  let bright = 0;
  for (let i = 1; i < 5; i += 1)
    bright += luminance(scene[i * 3] ?? 0, scene[i * 3 + 1] ?? 0, scene[i * 3 + 2] ?? 0) / 4;
  const top = 1.02 + 0.75 * Math.max(0, 0.72 - bright) + 4 * Math.max(0, 0.35 - bright);
  const low = 0.36 + 0.12 * bright;
  composer.set('gainLow', low);
  composer.set('gainSlope', top - low);
  composer.set('gainDetail', 1);
  composer.set('gainMax', top * 1.12);
}
