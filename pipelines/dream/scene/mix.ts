import type { Interpolation, PromptMix, WeightedText } from '../../../src/contract/prompt.ts';
import { placeOf, SCENE_LENGTH, start, type Scene } from './layout.ts';

export interface Part {
  readonly scene: Scene;
  readonly weight: number;
}

/** Field weights: what slerp keeps strong in the middle of a blend. */
const FIELDS_FROM = start.p;
const FIELDS_TO = start.A;

const METAL = placeOf('metal');
const LEAD = placeOf('p.lead');

/**
 * What places and bends the structure. These move slowly while a metal is bright or lead lines are drawn: their edges are steep,
 * and a zoom under them would race over the picture.
 */
const shape = new Set<number>([
  ...(
    [
      'zx',
      'zy',
      'warp1',
      'warp2',
      'dfreq',
      'ffreq',
      'ox',
      'oy',
      'bandSlope',
      'bandHeight',
      'bandPhase',
    ] as const
  ).map(placeOf),
  ...Array.from({ length: start.g - start.h }, (_, i) => start.h + i),
]);

/** Texels a second at which the tables slide. A fast slide under another scene's hard edges is a blur of flicker. */
const slides = [placeOf('m.driftX'), placeOf('m.driftY')];

/**
 * Weighted mean of scenes into `out`, with exceptions that make blends glide. Metal is the mean less the variance, so it
 * leaves early and comes late where it meets a matt scene, and does not dip between two metals; fast slides likewise.
 * Shape follows the parts with steep edges longer, until those have gone. All is a function of the weights alone, so a blend and
 * the flat list it amounts to are the same picture, and retargeting never pops.
 */
export function mixLinear(parts: readonly Part[], out: Scene): void {
  let total = 0;
  let shapeTotal = 0;
  for (const { scene, weight } of parts) {
    total += weight;
    shapeTotal += weight * shapeHold(scene);
  }
  out.fill(0);
  for (const { scene, weight } of parts) {
    const share = weight / total;
    const shapeShare = (weight * shapeHold(scene)) / shapeTotal;
    for (let i = 0; i < SCENE_LENGTH; i += 1) {
      out[i] = (out[i] ?? 0) + (scene[i] ?? 0) * (shape.has(i) ? shapeShare : share);
    }
  }
  out[METAL] = Math.max(0, (out[METAL] ?? 0) - variance(parts, total, METAL));
  for (const place of slides) {
    const mean = out[place] ?? 0;
    const calmed = Math.abs(mean) - 0.85 * Math.sqrt(variance(parts, total, place));
    out[place] = Math.sign(mean) * Math.max(0, calmed);
  }
}

function variance(parts: readonly Part[], total: number, place: number): number {
  let mean = 0;
  let square = 0;
  for (const { scene, weight } of parts) {
    const value = scene[place] ?? 0;
    mean += (weight / total) * value;
    square += (weight / total) * value * value;
  }
  return Math.max(0, square - mean * mean);
}

function shapeHold(scene: Scene): number {
  return 1 + 3 * Math.max(0, scene[METAL] ?? 0) + 2 * Math.min(1, Math.abs(scene[LEAD] ?? 0));
}

/**
 * Like the linear mix, but the field weights turn from one scene to the other on the sphere (Shoemake 1985), so that structure
 * stays strong half way where the linear mix goes faint.
 */
export function mixSpherical(from: Scene, to: Scene, t: number, out: Scene): void {
  mixLinear([{ scene: from, weight: 1 - t }, { scene: to, weight: t }], out); // prettier-ignore
  let [dot, lengthFrom, lengthTo] = [0, 0, 0];
  for (let i = FIELDS_FROM; i < FIELDS_TO; i += 1) {
    dot += (from[i] ?? 0) * (to[i] ?? 0);
    lengthFrom += (from[i] ?? 0) ** 2;
    lengthTo += (to[i] ?? 0) ** 2;
  }
  const angle = Math.acos(Math.min(1, Math.max(-1, dot / (Math.sqrt(lengthFrom * lengthTo) || 1))));
  if (angle < 1e-3) return;
  const a = Math.sin((1 - t) * angle) / Math.sin(angle);
  const b = Math.sin(t * angle) / Math.sin(angle);
  for (let i = FIELDS_FROM; i < FIELDS_TO; i += 1) {
    const turned = a * (from[i] ?? 0) + b * (to[i] ?? 0);
    out[i] = shape.has(i) ? (out[i] ?? 0) : turned;
  }
}

/** Scenes of texts, encoded once and kept while in use. */
export class SceneMixer {
  readonly #encode: (text: string) => Scene;
  readonly #known = new Map<string, Scene>();
  readonly #from: Scene = new Float32Array(SCENE_LENGTH);
  readonly #to: Scene = new Float32Array(SCENE_LENGTH);
  /** How many texts are kept; a list holds at most 32, a blend two lists. */
  readonly #keep = 96;

  constructor(encode: (text: string) => Scene) {
    this.#encode = encode;
  }

  /** The scene of a prompt mix, into `out`. */
  mix(prompt: PromptMix, out: Scene): void {
    const { blend } = prompt;
    if (blend !== null && blend.interpolation === 'slerp') {
      this.#list(blend.from, prompt.interpolation, this.#from);
      this.#list(blend.to, prompt.interpolation, this.#to);
      mixSpherical(this.#from, this.#to, Math.min(1, Math.max(0, blend.t)), out);
      return;
    }
    this.#list(prompt.texts, prompt.interpolation, out);
  }

  #list(texts: readonly WeightedText[], interpolation: Interpolation, out: Scene): void {
    const parts = texts
      .filter(({ weight }) => weight > 0)
      .map(({ text, weight }) => ({ scene: this.#scene(text), weight }));
    const [first] = parts;
    if (first === undefined) out.set(this.#scene(''));
    else if (interpolation === 'slerp') this.#turn(parts, first, out);
    else mixLinear(parts, out);
  }

  /** Folds a list on the sphere, each text turning the mix of those before it by its share. */
  #turn(parts: readonly Part[], first: Part, out: Scene): void {
    const before: Scene = Float32Array.from(first.scene);
    let weight = first.weight;
    out.set(first.scene);
    for (const part of parts.slice(1)) {
      weight += part.weight;
      mixSpherical(before, part.scene, part.weight / weight, out);
      before.set(out);
    }
  }

  #scene(text: string): Scene {
    const known = this.#known.get(text);
    const scene = known ?? this.#encode(text);
    // Moved to the end: the first key is the one unused for longest.
    this.#known.delete(text);
    this.#known.set(text, scene);
    if (this.#known.size > this.#keep) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    return scene;
  }
}
