import type { LfoShape } from '../../contract/modulation.ts';

/** Steepness of the exponential fall: a time constant of 0.15 cycles, as Daydream Scope has it. What is left is taken off. */
const fall = 1 / 0.15;
const rest = Math.exp(-fall);

/**
 * The height of a wave at a time counted in cycles: −1 to 1, or of `random` the height held in that cycle. Begins in the middle
 * going up (sine, triangle), at the bottom (saw) or at the top (square, exponential).
 *
 * `smooth` 0..1 softens edges: the wave is averaged over the time before, up to half a cycle, for `random` a whole one, so that
 * heights glide into each other. The averages are exact integrals, so a wave is a function of its time alone: the same beat
 * plays the same value, however it was come to. A sine has no edges.
 */
export function wave(shape: LfoShape, cycles: number, smooth: number, seed: number): number {
  if (shape === 'random') return randomWave(cycles, smooth, seed);
  const width = smooth / 2;
  const p = cycles - Math.floor(cycles);
  if (shape === 'sine' || width === 0) return plain(shape, p);
  // A triangle is softened where its corners are, everything else once its edge has come.
  const end = shape === 'triangle' ? p + width / 2 : p;
  return (integral(shape, end) - integral(shape, end - width)) / width;
}

function plain(shape: Exclude<LfoShape, 'random'>, p: number): number {
  switch (shape) {
    case 'sine':
      return Math.sin(2 * Math.PI * p);
    case 'triangle':
      return p < 0.25 ? 4 * p : p < 0.75 ? 2 - 4 * p : 4 * p - 4;
    case 'saw':
      return 2 * p - 1;
    case 'square':
      return p < 0.5 ? 1 : -1;
    case 'exponential':
      return (2 * (Math.exp(-fall * p) - rest)) / (1 - rest) - 1;
  }
}

/** From 0 to a time; over whole cycles all but `exponential` come to nothing. */
function integral(shape: Exclude<LfoShape, 'random' | 'sine'>, cycles: number): number {
  const whole = Math.floor(cycles);
  const p = cycles - whole;
  switch (shape) {
    case 'triangle':
      if (p < 0.25) return 2 * p * p;
      return p < 0.75 ? 2 * p - 2 * p * p - 0.25 : 2 * p * p - 4 * p + 2;
    case 'saw':
      return p * p - p;
    case 'square':
      return p < 0.5 ? p : 1 - p;
    case 'exponential':
      return whole * fallen(1) + fallen(p);
  }
}

function fallen(p: number): number {
  return (2 * ((1 - Math.exp(-fall * p)) / fall - rest * p)) / (1 - rest) - p;
}

function randomWave(cycles: number, smooth: number, seed: number): number {
  const cycle = Math.floor(cycles);
  const present = held(cycle, seed);
  const passed = cycles - cycle;
  if (smooth === 0 || passed >= smooth) return present;
  const before = held(cycle - 1, seed);
  return before + ((present - before) * passed) / smooth;
}

/** A height for a cycle: the 32-bit finaliser of MurmurHash3 (Austin Appleby, public domain) over seed and cycle. */
function held(cycle: number, seed: number): number {
  let hash = Math.imul(cycle | 0, 0x9e3779b1) ^ seed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x7fffffff - 1;
}

/** Of an address: every parameter has random values of its own, the same each time. FNV-1a, 32 bits. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
