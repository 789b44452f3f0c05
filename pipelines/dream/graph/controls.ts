/**
 * The one vector with which the host plays the structure graph: `[1, CONTROLS]` float32. Phases come in already multiplied and
 * wrapped, so that 32 bits stay exact for ever. Whatever is linear in the basis rows (see graph/basis.ts) comes as a matrix, so
 * that one product does the work of fifty small nodes.
 */
export const matrices = {
  /** Phases of the formula fields that are a sine in an envelope, from the basis; in the order of `shapedSines`. */
  shaped: [8, 16],
  /** Phases of the aurora's curtain and of the three waves of the caustics, from the basis. */
  loose: [4, 16],
  /** Arguments of horizon, dune, its ground and the aurora's veil, from the basis. */
  plain: [4, 16],
  /** Palette, height and glow from the shaped sines. */
  fromShaped: [3, 8],
  /** Palette, height and glow from what stands still: spiral light, shafts, beams, core, one. */
  fromStill: [3, 5],
  /** Palette, height and glow from horizon, dune, aurora, caustic. */
  fromPlain: [3, 4],
} as const;
export type MatrixName = keyof typeof matrices;

export const scalars = [
  'pbias', 'contrast', 'relief', 'spec', 'metal', 'bandSlope', 'bandHeight', 'bandPhase', 'vign', 'glow', 'bloom', 'vidP',
  'vidH', 'hold',
] as const; // prettier-ignore
export type ScalarName = (typeof scalars)[number];

const matrixNames = Object.keys(matrices) as MatrixName[];

/** Lengths of the parts of the vector, matrices first. */
export const partLengths: readonly number[] = [
  ...matrixNames.map((name) => matrices[name][0] * matrices[name][1]),
  ...scalars.map(() => 1),
];

export const CONTROLS = partLengths.reduce((sum, length) => sum + length, 0);

const matrixStart = new Map<MatrixName, number>();
let offset = 0;
matrixNames.forEach((name, i) => {
  matrixStart.set(name, offset);
  offset += partLengths[i] ?? 0;
});
const scalarStart = offset;
const scalarPlace = new Map<ScalarName, number>(scalars.map((name, i) => [name, scalarStart + i]));

/** Writes into a control vector by name; keeps its memory. */
export class Controls {
  readonly vector = new Float32Array(CONTROLS);

  set(name: ScalarName, value: number): void {
    this.vector[scalarPlace.get(name) ?? 0] = value;
  }

  matrix(name: MatrixName): Float32Array {
    const from = matrixStart.get(name) ?? 0;
    return this.vector.subarray(from, from + matrices[name][0] * matrices[name][1]);
  }
}
