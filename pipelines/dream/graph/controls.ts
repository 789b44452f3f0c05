/**
 * The one vector with which the host plays the graph: `[1, CONTROLS]` float32. Phases come in already multiplied and wrapped, so
 * that 32 bits stay exact for ever.
 */
export const matrices = {
  /** `[4, 8]`: r, g, b, a from (four palette ramps, palette base, accent A, accent B, one). In 0..255. */
  colour: [4, 8],
  /** `[6, 12]`: displacement x, y and four loose waves from the sines and cosines of six plane waves. */
  waves: [6, 12],
  /** `[3, 11]`: palette, height and glow from the formula fields. */
  formula: [3, 11],
} as const;
export type MatrixName = keyof typeof matrices;

export const scalars = [
  'pbias', 'contrast', 'zx', 'zy', 'warp1', 'warp2', 'dfreq', 'ffreq', 'relief', 'spec', 'metal', 'bandSlope', 'bandHeight',
  'bandPhase', 'grain', 'vign', 'glow', 'bloom', 'noiseU', 'noiseV', 'fieldU', 'fieldV', 'dunePhase', 'foldPhase', 'auroraPhase',
  'spin', 'rosettePhase', 'causticA', 'causticB', 'causticC', 'raysPhase', 'rippleA', 'rippleB', 'burstPhase',
  'vidP', 'vidH', 'gainLow', 'gainSlope', 'gainDetail', 'gainMax',
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
