import { absent, elementCode, GraphWriter, type TensorName } from '../../../src/inference/graph-writer.ts';
import type { Size } from '../../../src/contract/frame.ts';
import { seeded } from '../random.ts';
import { FIELD_SIDE, tableFields } from '../tables/fields.ts';
import {
  basis,
  coreLight,
  beamLight,
  envelopes,
  shaftLight,
  spiralLight,
  stacked,
  type Grid,
} from './basis.ts';
import { CONTROLS, matrices, partLengths, scalars, type MatrixName, type ScalarName } from './controls.ts';
import { Expressions } from './expression.ts';
import { sourceLight, type SourceLight } from './source-light.ts';
import { waveX, waveY } from './waves.ts';

/** Extra grain beyond one picture, so that it can be read from another place in every frame. */
export const GRAIN_PLAY = 8192;

export interface PictureGraph extends Size {
  /** Pixels of the picture per pixel of the structure fields. */
  readonly fieldStep: number;
  readonly mode: 'text' | 'video';
}

export function gridOf({ width, height, fieldStep }: Omit<PictureGraph, 'mode'>): Grid {
  return { h: Math.ceil(height / fieldStep), w: Math.ceil(width / fieldStep), aspect: width / height };
}

/**
 * The premix: the tiled fields, summed by the scene's weights into palette coordinate, height and glow. It only runs when the
 * weights change. `weights [3, 16]`, `fields [16, side * side]` -> `mixed [3, side * side]`. The tables come in as an
 * input, so that no copy of them lives inside the model.
 */
export function buildPremix(): Uint8Array {
  const graph = new GraphWriter('dream-premix');
  const weights = graph.input('weights', 'float32', [3, tableFields.length]);
  const tables = graph.input('fields', 'float32', [tableFields.length, FIELD_SIDE * FIELD_SIDE]);
  graph.output('mixed', graph.node('MatMul', [weights, tables]), 'float32', [3, FIELD_SIDE * FIELD_SIDE]);
  return graph.finish();
}

/** Displacement x, y and four loose waves for every structure pixel. `waves [6, 12]` -> `rows [6, h * w]`. */
export function buildWaves(grid: Grid): Uint8Array {
  const graph = new GraphWriter('dream-waves');
  const turns = [Math.sin, Math.cos].flatMap((turn) =>
    waveX.map((kx, k) => (x: number, y: number) => turn(kx * x + (waveY[k] ?? 0) * y)),
  );
  const pixels = grid.h * grid.w;
  const tables = graph.floats(stacked(grid, turns), [turns.length, pixels]);
  const rows = graph.node('MatMul', [graph.input('waves', 'float32', [6, turns.length]), tables]);
  graph.output('rows', rows, 'float32', [6, pixels]);
  return graph.finish();
}

type Scalar = (name: ScalarName) => TensorName;
type Matrix = (name: MatrixName) => TensorName;

/**
 * The picture. Structure at reduced resolution, colour and the drawn layers at full resolution.
 * Inputs: `controls [1, n]`, `basis [16, h * w]`, `sampled [3, h * w]`, planes `A` `B` `S` `D` `[1, height * width]` uint8, `grainAt
 * [1]` int64, and in video mode `luma [1, height * width]` uint8. Output: `out [height, width, 4]` uint8.
 */
export function buildPicture(picture: PictureGraph): Uint8Array {
  const { width, height, mode } = picture;
  const grid = gridOf(picture);
  const graph = new GraphWriter(`dream-${mode}`);
  const e = new Expressions(graph);
  const { matrix, scalar } = readControls(graph, e);
  const structure = e.split(structureRows(graph, e, grid, matrix), 3);
  const source = mode === 'video' ? sourceLight(graph, e, { width, height, ...grid }, scalar) : null;
  const lit = light(graph, e, structure, source, grid, scalar);
  const rows = compose(graph, e, lit, source, { width, height, ...grid }, scalar);
  // Rounds and clamps to a byte in one pass.
  const bytes = graph.node('QuantizeLinear', [e.matmul(matrix('colour'), rows), graph.scalar(1)]);
  const pixels = graph.node('Transpose', [bytes], { perm: { ints: [1, 0] } });
  graph.output('out', e.reshape(pixels, height, width, 4), 'uint8', [height, width, 4]);
  return graph.finish();
}

function readControls(graph: GraphWriter, e: Expressions): { matrix: Matrix; scalar: Scalar } {
  const controls = graph.input('controls', 'float32', [1, CONTROLS]);
  const axis = { axis: { int: 1 } };
  const parts = graph.nodeWith(partLengths.length, 'Split', [controls, graph.integers(...partLengths)], axis);
  const names = Object.keys(matrices);
  const part = (index: number): TensorName => parts[index] ?? absent;
  return {
    matrix: (name) => e.reshape(part(names.indexOf(name)), ...matrices[name]),
    scalar: (name) => part(names.length + scalars.indexOf(name)),
  };
}

/** `[3, pixels]`: palette coordinate, height and glow, from the sampled tables and the formula fields. */
function structureRows(graph: GraphWriter, e: Expressions, grid: Grid, matrix: Matrix): TensorName {
  const pixels = grid.h * grid.w;
  const rows = graph.input('basis', 'float32', [basis.length, pixels]);
  const constant = (values: readonly ((x: number, y: number) => number)[]): TensorName =>
    graph.floats(stacked(grid, values), [values.length, pixels]);
  const shaped = e.mul(e.sin(e.matmul(matrix('shaped'), rows)), constant(envelopes));
  const still = constant([spiralLight, shaftLight, beamLight, coreLight, () => 1]);
  const plain = plainFields(graph, e, rows, matrix);
  return e.add(
    graph.input('sampled', 'float32', [3, pixels]),
    e.matmul(matrix('fromShaped'), shaped),
    e.matmul(matrix('fromStill'), still),
    e.matmul(matrix('fromPlain'), plain),
  );
}

/** `[4, pixels]`: horizon, dune, aurora, caustic: what is more than a sine in an envelope. */
function plainFields(graph: GraphWriter, e: Expressions, rows: TensorName, matrix: Matrix): TensorName {
  const sines = e.sin(e.matmul(matrix('loose'), rows));
  const [curtain = sines, crossing = sines] = graph.nodeWith(2, 'Split', [sines, graph.integers(1, 3)], {
    axis: { int: 0 },
  });
  const [sky = rows, distance = rows, edge = rows, above = rows] = e.split(
    e.matmul(matrix('plain'), rows),
    4,
  );
  const horizon = e.clip(sky, 0, 1);
  // Crest lines in perspective: a slow rise and a sharp drop, closer together towards the horizon.
  const rise = e.sub(distance, e.floor(distance));
  const crest = e.min(rise, e.mul(e.sub(1, rise), 9));
  const dune = e.mul(e.sigmoid(edge), e.sub(e.line(crest, 0.85, 0.1), e.mul(horizon, 0.9)));
  // A sharp lower hem, a soft top, and rays inside.
  const veil = e.mul(e.exp(e.mul(e.relu(above), -1.7)), e.sigmoid(e.mul(above, 15)));
  const aurora = e.mul(veil, e.line(curtain, 0.42, 0.5));
  // Light on the bed of water: bright where three crossing waves cancel.
  const sum = graph.node('ReduceSum', [crossing, graph.integers(0)], { keepdims: { int: 1 } });
  return e.rows(horizon, dune, aurora, e.exp(e.mul(e.abs(sum), -2.1)));
}

interface Lit {
  /** Palette coordinate, 0..1 once clipped. */
  readonly p: TensorName;
  /** What the palette is multiplied with. */
  readonly shade: TensorName;
  /** 0..255. */
  readonly glow: TensorName;
}

/** Relief light, highlights and metal bands from the gradient of the height. */
function light(
  graph: GraphWriter,
  e: Expressions,
  [p0 = absent, height0 = absent, glow0 = absent]: TensorName[],
  source: SourceLight | null,
  grid: Grid,
  scalar: Scalar,
): Lit {
  const { h, w, aspect } = grid;
  let p = e.add(p0, scalar('pbias'));
  let height = height0;
  if (source !== null) {
    p = e.add(p, e.mul(source.tone, scalar('vidP')));
    height = e.add(height, e.mul(source.form, scalar('vidH')));
  }
  // Padded by its own edge: zeros would draw a frame around the picture.
  const padding = graph.integers(0, 0, 1, 1, 0, 0, 1, 1);
  const padded = graph.node('Pad', [e.reshape(height, 1, 1, h, w), padding], { mode: { text: 'edge' } });
  const [gx = p, gy = p] = e.split(e.reshape(scharr(graph, padded, h), 2, h * w), 2);
  const lambert = e.tanh(e.add(e.mul(gx, -0.55), e.mul(gy, -0.8)));
  const highlight = e.relu(e.add(lambert, -0.28));
  const slope = e.tanh(e.mul(e.line(gx, 0.35, gy), 0.75));
  const bands = e.add(
    e.mul(slope, scalar('bandSlope')),
    e.mul(height, scalar('bandHeight')),
    scalar('bandPhase'),
  );
  p = e.add(p, e.mul(e.sub(e.wave(bands), p), scalar('metal')));
  p = e.line(e.add(p, -0.5), scalar('contrast'), 0.5);
  const corner = graph.floats(stacked(grid, [(x, y) => -((x * x) / aspect / aspect + y * y) / 2]), [
    1,
    h * w,
  ]);
  const shade = e.add(e.mul(lambert, scalar('relief')), e.mul(corner, scalar('vign')), 1);
  const shine = e.mul(highlight, highlight, scalar('spec'));
  // Bloom is 0 at the default: the bright half of the palette shines, or is held back.
  const bloom = e.mul(e.relu(e.add(p, -0.45)), scalar('bloom'));
  return { p, shade, glow: e.mul(e.line(e.add(e.relu(glow0), shine), scalar('glow'), bloom), 255) };
}

/** Slopes of the height along x and y, in units that do not depend on the resolution. */
function scharr(graph: GraphWriter, padded: TensorName, h: number): TensorName {
  const kernel = [-3, 0, 3, -10, 0, 10, -3, 0, 3, -3, -10, -3, 0, 0, 0, 3, 10, 3];
  const weights = graph.floats(kernel.map((weight) => ((weight / 16) * h) / 52), [2, 1, 3, 3]); // prettier-ignore
  return graph.node('Conv', [padded, weights], { kernel_shape: { ints: [3, 3] } });
}

/** `[8, pixels]` at full resolution, what the colour matrix multiplies: four palette ramps, base, accent A, accent B, one. */
function compose(
  graph: GraphWriter,
  e: Expressions,
  { p, shade, glow }: Lit,
  source: SourceLight | null,
  { width, height, h, w }: Size & Grid,
  scalar: Scalar,
): TensorName {
  const pixels = width * height;
  const enlarged = (row: TensorName): TensorName =>
    e.reshape(e.resize(e.reshape(row, 1, 1, h, w), 1, height, width), 1, pixels);
  const plane = (name: string): TensorName =>
    graph.node('Cast', [graph.input(name, 'uint8', [1, pixels])], { to: { int: elementCode.float32 } });
  const tone = e.clip(e.add(enlarged(p), e.mul(grain(graph, pixels), scalar('grain'))), 0, 1);
  const open = e.line(plane('D'), -1 / 255, 1);
  let shown = e.mul(enlarged(shade), open);
  let accentA = e.add(e.mul(plane('S'), open), plane('A'));
  let accentB = e.add(e.mul(enlarged(glow), open), plane('B'));
  if (source !== null) {
    const gain = source.gain(enlarged(source.surround));
    [shown, accentA, accentB] = [e.mul(shown, gain), e.mul(accentA, gain), e.mul(accentB, gain)];
  }
  // max(tone, knot) is the ramp that begins at the knot, plus the knot; the colour matrix takes that off the base.
  const ramps = e.mul(graph.node('Max', [tone, graph.floats([0, 0.25, 0.5, 0.75], [4, 1])]), shown);
  const one = graph.floats(new Float32Array(pixels).fill(1), [1, pixels]);
  return e.rows(ramps, shown, accentA, accentB, one);
}

/** Film grain, read from another place in every frame. It is added to the palette coordinate, so it stays in the palette's colours. */
function grain(graph: GraphWriter, pixels: number): TensorName {
  const random = seeded(4711);
  const values = new Float32Array(pixels + GRAIN_PLAY);
  for (let i = 0; i < values.length; i += 1) values[i] = random() - 0.5;
  const from = graph.input('grainAt', 'int64', [1]);
  const to = graph.node('Add', [from, graph.integers(pixels)]);
  return graph.node('Slice', [graph.floats(values, [1, values.length]), from, to, graph.integers(1)]);
}
