import { absent, GraphWriter, type TensorName } from '../../../src/inference/graph-writer.ts';
import type { Mode } from '../../../src/contract/call.ts';
import type { Size } from '../../../src/contract/frame.ts';
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

/** The structure's grid at so many pixels of the picture per pixel of structure. Kernels take four columns at a time. */
export function gridOf({ width, height }: Size, fieldStep: number): Grid {
  return {
    h: Math.ceil(height / fieldStep),
    w: Math.ceil(width / fieldStep / 4) * 4,
    aspect: width / height,
  };
}

type Scalar = (name: ScalarName) => TensorName;
type Matrix = (name: MatrixName) => TensorName;

/** Rows that the graph hands over: palette coordinate, shade, glow, surround. */
export const LIT_ROWS = 4;

/**
 * The structure of the picture, lit, at its own resolution; the host enlarges and colours it.
 * Inputs: `controls [1, n]`, `basis [16, h * w]`, `sampled [3, h * w]`, and in video mode `luma [1, h * w]`, the source's light, 0..1.
 * Output: `lit [4, h * w]`: palette coordinate, what the palette is multiplied with, glow 0..255 (in video mode less 255 where the layers
 * make room for the source), and the source's light in a wide neighbourhood, which is 0 in text mode.
 */
export function buildStructure(grid: Grid, mode: Mode): Uint8Array {
  const graph = new GraphWriter(`dream-${mode}`);
  const e = new Expressions(graph);
  const { matrix, scalar } = readControls(graph, e);
  const structure = e.split(structureRows(graph, e, grid, matrix), 3);
  const source = mode === 'video' ? sourceLight(graph, e, grid) : null;
  const { p, shade, glow } = light(graph, e, structure, source, grid, scalar);
  const pixels = grid.h * grid.w;
  const surround = source?.surround ?? graph.floats(new Float32Array(pixels), [1, pixels]);
  graph.output('lit', e.rows(p, shade, glow, surround), 'float32', [LIT_ROWS, pixels]);
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
  /** 0..255. Below 0 it dims what is drawn over the structure: where the source's subject is, nothing glows and little covers. */
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
  // Over a subject the structure steps back to the palette's middle, which the subject's own light then climbs.
  const hold = source === null ? null : e.mul(source.subject, scalar('hold'));
  const open = hold === null ? null : e.sub(1, hold);
  const held = (value: TensorName): TensorName => (open === null ? value : e.mul(value, open));
  if (source !== null && hold !== null)
    // Cut off first: a glare far above the palette's end would hardly give way.
    p = e.add(held(e.clip(p, -0.1, 1.1)), e.mul(e.line(source.tone, scalar('vidP'), 0.5), hold));
  p = e.line(e.add(p, -0.5), scalar('contrast'), 0.5);
  const corner = graph.floats(stacked(grid, [(x, y) => -((x * x) / aspect / aspect + y * y) / 2]), [
    1,
    h * w,
  ]);
  const shade = e.add(held(e.mul(lambert, scalar('relief'))), e.mul(corner, scalar('vign')), 1);
  const shine = e.mul(highlight, highlight, scalar('spec'));
  // Bloom is 0 at the default: the bright half of the palette shines, or is held back.
  const bright = e.relu(e.add(p, -0.45));
  const shining = (bloom: TensorName): TensorName =>
    e.line(e.add(e.relu(glow0), shine), scalar('glow'), e.mul(bright, bloom));
  if (hold === null) return { p, shade, glow: e.mul(shining(scalar('bloom')), 255) };
  // Below 0 the glow has another meaning here, so what is held back is taken from the shade.
  return {
    p,
    shade: e.add(shade, e.mul(bright, e.min(scalar('bloom'), 0))),
    glow: e.mul(e.sub(held(shining(e.relu(scalar('bloom')))), hold), 255),
  };
}

/** Slopes of the height along x and y, in units that do not depend on the resolution. */
function scharr(graph: GraphWriter, padded: TensorName, h: number): TensorName {
  const kernel = [-3, 0, 3, -10, 0, 10, -3, 0, 3, -3, -10, -3, 0, 0, 0, 3, 10, 3];
  const weights = graph.floats(kernel.map((weight) => ((weight / 16) * h) / 52), [2, 1, 3, 3]); // prettier-ignore
  return graph.node('Conv', [padded, weights], { kernel_shape: { ints: [3, 3] } });
}
