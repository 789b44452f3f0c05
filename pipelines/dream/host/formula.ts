import { basis, shapedSines, type BasisRow } from '../graph/basis.ts';
import type { Controls } from '../graph/controls.ts';
import { fieldRoles, formulaFields, placeOf, start, type Scene } from '../scene/layout.ts';
import type { Phases } from '../sprites/phases.ts';
import { tableFields } from '../tables/fields.ts';

const TAU = 2 * Math.PI;
const column = new Map<BasisRow, number>(basis.map((row, i) => [row, i]));

/** What a phase is made of: a factor for each basis row it uses. */
type Sum = Readonly<Partial<Record<BasisRow, number>>>;

/** Writes the phases and arguments of the formula fields as sums over the basis rows. */
export function fillPhases(
  controls: Controls,
  scene: Scene,
  { flow, spin }: Phases,
  zoomX: number,
  zoomY: number,
): void {
  const folds = scene[placeOf('ffreq')] ?? 0;
  const fold: Sum = { x: folds * zoomX, dx: 2.4, wave3: 0.35, one: modulo(0.22 * flow, TAU * 100) };
  const shaped: Readonly<Record<(typeof shapedSines)[number], Sum>> = {
    foldA: fold,
    foldB: { ...scaled(fold, 1.73), dy: 1.5 },
    spiral: { arms: 1, dx: 1.1, one: -modulo(spin, TAU) },
    rosette: { rings: 1, dx: 1.2, one: -modulo(flow, TAU) },
    rays: { fan: 1, wave1: 0.9, one: modulo(0.3 * flow, TAU) },
    rippleA: { ringA: 1, dx: 1.6, one: -modulo(1.9 * flow, TAU) },
    rippleB: { ringB: 1, dy: 1.6, one: -modulo(1.5 * flow, TAU) },
    burst: { angle: 1, dx: 2.2, one: modulo(spin + 0.2 * flow, TAU) },
  };
  put(controls.matrix('shaped'), shapedSines.map((name) => shaped[name])); // prettier-ignore
  // Caustics: three waves over u (across) and v (down).
  const wave = (u: number, v: number, more: Sum): Sum => ({
    x: 8 * zoomX * u,
    dx: 1.5 * u,
    y: 10 * zoomY * v,
    dy: 1.8 * v,
    ...more,
  });
  put(controls.matrix('loose'), [
    { x: 17, dx: 9, one: modulo(0.5 * flow, TAU) },
    wave(1, 0.55, { one: modulo(flow, TAU) }),
    wave(-0.75, 0.9, { one: -modulo(0.8 * flow, TAU) }),
    wave(0.35, -1.25, { wave4: 1.2, one: modulo(0.6 * flow, TAU) }),
  ]);
  put(controls.matrix('plain'), [
    { y: 0.525, dy: 0.1, one: 0.5 },
    { depth: scene[placeOf('dfreq')] ?? 0, dx: 1.6, x: 0.55, one: -modulo(0.12 * flow, 1) },
    { y: 26, dx: 26 * 0.16, one: 26 * 0.27 },
    { y: -1, dx: 0.55, wave0: 0.16, one: 0.18 },
  ]);
}

/** Writes how much each formula field counts in palette, height and glow. */
export function fillWeights(controls: Controls, scene: Scene): void {
  const [shaped, still, plain] = [
    controls.matrix('fromShaped'),
    controls.matrix('fromStill'),
    controls.matrix('fromPlain'),
  ];
  fieldRoles.forEach((role, row) => {
    const from = start[role] + tableFields.length;
    const weight = (name: (typeof formulaFields)[number]): number =>
      scene[from + formulaFields.indexOf(name)] ?? 0;
    const [fold, spiral, rosette, rays] = [
      weight('fold'),
      weight('spiral'),
      weight('rosette'),
      weight('rays'),
    ];
    const [ripple, burst] = [weight('ripple'), weight('burst')];
    // A field of 0.5 + 0.5 sin, in an envelope, is half the sine and half the envelope.
    shaped.set(
      [0.31 * fold, 0.19 * fold, spiral / 2, rosette / 2, rays / 2, ripple, ripple, burst / 2],
      row * 8,
    );
    still.set(
      [spiral / 2, rays / 2, burst / 2, weight('core'), fold / 2 + rosette / 2 + 0.45 * ripple],
      row * 5,
    );
    plain.set([weight('horizon'), weight('dune'), weight('aurora'), weight('caustic')], row * 4);
  });
}

function put(matrix: Float32Array, sums: readonly Sum[]): void {
  matrix.fill(0);
  sums.forEach((sum, row) => {
    for (const name of basis) matrix[row * basis.length + (column.get(name) ?? 0)] = sum[name] ?? 0;
  });
}

function scaled(sum: Sum, factor: number): Sum {
  return Object.fromEntries(Object.entries(sum).map(([name, value]) => [name, value * factor]));
}

export function modulo(value: number, length: number): number {
  return value - Math.floor(value / length) * length;
}
