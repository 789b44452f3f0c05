import { absent, elementCode, GraphWriter, type TensorName } from '../../../src/inference/graph-writer.ts';
import type { Size } from '../../../src/contract/frame.ts';
import { seeded } from '../random.ts';
import { planes } from '../scene/layout.ts';
import { bakeWarp, FIELD_SIDE, FIELD_TILE, tableFields, WARP_TILE } from '../tables/fields.ts';
import { CONTROLS, matrices, partLengths, scalars, type MatrixName, type ScalarName } from './controls.ts';
import { Expressions } from './expression.ts';
import { formulaRows, type Place } from './formula-fields.ts';
import { sourceLight, type SourceLight } from './source-light.ts';
import { waveX, waveY } from './waves.ts';

/** Texels of a table across half the height of the picture, at zoom 1. */
const FIELD_SCALE = 128;
const NOISE_SCALE = 64;
/** Extra grain beyond one picture, so that it can be read from another place in every frame. */
export const GRAIN_PLAY = 8192;

export interface PictureGraph extends Size {
  /** Pixels of the picture per pixel of the structure fields. */
  readonly fieldStep: number;
  readonly mode: 'text' | 'video';
}

/**
 * The premix: the tiled fields, summed by the scene's weights into palette coordinate, height and glow. It only runs when the
 * weights change. `weights [3, 16]`, `fields [16, side * side]` -> `mixed [1, 3, side, side]`. The tables come in as an
 * input, so that no copy of them lives inside the model.
 */
export function buildPremix(): Uint8Array {
  const graph = new GraphWriter('dream-premix');
  const e = new Expressions(graph);
  const weights = graph.input('weights', 'float32', [3, tableFields.length]);
  const tables = graph.input('fields', 'float32', [tableFields.length, FIELD_SIDE * FIELD_SIDE]);
  const mixed = e.reshape(e.matmul(weights, tables), 1, 3, FIELD_SIDE, FIELD_SIDE);
  graph.output('mixed', mixed, 'float32', [1, 3, FIELD_SIDE, FIELD_SIDE]);
  return graph.finish();
}

/**
 * The picture. Structure at reduced resolution, colour and the drawn layers at full resolution.
 * Inputs: `controls [1, n]`, `mixed [1, 3, side, side]`, `layers [4, height * width]` uint8 (planes A, B, S, D), `grainAt [1]`
 * int64, and in video mode `frame [height, width, 4]` uint8. Output: `out [height, width, 4]` uint8.
 */
export function buildPicture({ width, height, fieldStep, mode }: PictureGraph): Uint8Array {
  const graph = new GraphWriter(`dream-${mode}`);
  const e = new Expressions(graph);
  const { matrix, scalar } = readControls(graph, e);
  const h = Math.ceil(height / fieldStep);
  const w = Math.ceil(width / fieldStep);
  const at = placeFields(graph, e, { h, w, aspect: width / height }, matrix('waves'), scalar);
  const structure = e.split(sampleFields(graph, e, at, { h, w }, matrix('formula'), scalar), 3);
  const source = mode === 'video' ? sourceLight(graph, e, { width, height, h, w }, scalar) : null;
  const lit = light(graph, e, structure, source, at, { h, w, aspect: width / height }, scalar);
  const rows = compose(graph, e, lit, source, { width, height, h, w }, scalar);
  const bytes = graph.node('Cast', [e.clip(e.matmul(matrix('colour'), rows), 0, 255)], {
    to: { int: elementCode.uint8 },
  });
  const pixels = graph.node('Transpose', [bytes], { perm: { ints: [1, 0] } });
  graph.output('out', e.reshape(pixels, height, width, 4), 'uint8', [height, width, 4]);
  return graph.finish();
}

function readControls(graph: GraphWriter, e: Expressions) {
  const controls = graph.input('controls', 'float32', [1, CONTROLS]);
  const parts = graph.nodeWith(partLengths.length, 'Split', [controls, graph.integers(...partLengths)], {
    axis: { int: 1 },
  });
  const names = Object.keys(matrices);
  const part = (index: number): TensorName => parts[index] ?? absent;
  const matrix = (name: MatrixName): TensorName => e.reshape(part(names.indexOf(name)), ...matrices[name]);
  const scalar = (name: ScalarName): TensorName => part(names.length + scalars.indexOf(name));
  return { matrix, scalar };
}

interface Grid {
  readonly h: number;
  readonly w: number;
  readonly aspect: number;
}

type Scalar = (name: ScalarName) => TensorName;

/** Where each pixel reads its fields: zoomed, then displaced by waves, then by noise that is itself read at the displaced place. */
function placeFields(
  graph: GraphWriter,
  e: Expressions,
  grid: Grid,
  waves: TensorName,
  scalar: Scalar,
): Place {
  const constant = (value: (x: number, y: number) => number): TensorName =>
    graph.floats(perPixel(grid, value), [1, grid.h * grid.w]);
  const x = constant((px) => px);
  const y = constant((_, py) => py);
  const tables = [Math.sin, Math.cos].flatMap((turn) =>
    waveX.map((kx, k) => perPixel(grid, (px, py) => turn(kx * px + (waveY[k] ?? 0) * py))),
  );
  const [waveDx, waveDy, ...loose] = e.split(
    e.matmul(waves, graph.floats(joined(tables), [12, grid.h * grid.w])),
    6,
  );
  const zoomedX = e.mul(x, scalar('zx'));
  const zoomedY = e.mul(y, scalar('zy'));
  const bentX = e.mul(waveDx ?? x, scalar('warp1'));
  const bentY = e.mul(waveDy ?? y, scalar('warp1'));
  const u = e.add(e.mul(e.line(zoomedX, 0.55, bentX), NOISE_SCALE), scalar('noiseU'));
  const v = e.add(e.mul(e.line(zoomedY, 0.55, bentY), NOISE_SCALE), scalar('noiseV'));
  const [noiseX, noiseY] = sampleWarp(graph, e, u, v, grid.h * grid.w);
  const dx = e.line(noiseX, scalar('warp2'), bentX);
  const dy = e.line(noiseY, scalar('warp2'), bentY);
  const [a = x, b = x, c = x, d = x] = loose;
  return { x, y, zoomedX, zoomedY, dx, dy, loose: [a, b, c, d], scalar, constant };
}

/** Bilinear read of both displacement noises at texels (u, v). The four corners of both lie in one row, so one Gather fetches all. */
function sampleWarp(
  graph: GraphWriter,
  e: Expressions,
  u: TensorName,
  v: TensorName,
  count: number,
): [TensorName, TensorName] {
  const fu = e.floor(u);
  const fv = e.floor(v);
  const a = e.sub(u, fu);
  const b = e.sub(v, fv);
  const ab = e.mul(a, b);
  const corners = e.rows(e.add(e.sub(e.sub(1, a), b), ab), e.sub(a, ab), e.sub(b, ab), ab);
  const index = e.line(e.wrap(fv, WARP_TILE), WARP_TILE, e.wrap(fu, WARP_TILE));
  const whole = e.reshape(graph.node('Cast', [index], { to: { int: elementCode.int32 } }), count);
  const rows = graph.node('Gather', [graph.floats(bakeWarp(), [WARP_TILE ** 2, 8]), whole], {
    axis: { int: 0 },
  });
  // Corner weights spread to both noises, [pixels, 8]; then the products summed back to two rows, [2, pixels].
  const spread = graph.floats(
    [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
    [4, 8],
  );
  const weights = graph.node('Gemm', [corners, spread], { transA: { int: 1 } });
  const gather = graph.floats([1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1], [2, 8]);
  const [x = u, y = v] = e.split(
    graph.node('Gemm', [gather, e.mul(rows, weights)], { transB: { int: 1 } }),
    2,
  );
  return [x, y];
}

/** `[3, pixels]`: palette coordinate, height and glow. One GridSample reads all three from the premixed table. */
function sampleFields(
  graph: GraphWriter,
  e: Expressions,
  at: Place,
  { h, w }: { h: number; w: number },
  formula: TensorName,
  scalar: Scalar,
): TensorName {
  const mixed = graph.input('mixed', 'float32', [1, 3, FIELD_SIDE, FIELD_SIDE]);
  const u = e.wrap(e.line(e.line(at.dx, 0.5, at.zoomedX), FIELD_SCALE, scalar('fieldU')), FIELD_TILE);
  const v = e.wrap(e.line(e.line(at.dy, 0.5, at.zoomedY), FIELD_SCALE, scalar('fieldV')), FIELD_TILE);
  const unit = e.line(e.rows(u, v), 2 / FIELD_TILE, -1);
  const grid = e.reshape(graph.node('Transpose', [unit], { perm: { ints: [1, 0] } }), 1, h, w, 2);
  const sampled = graph.node('GridSample', [mixed, grid], {
    mode: { text: 'bilinear' },
    padding_mode: { text: 'border' },
    align_corners: { int: 1 },
  });
  return e.add(e.reshape(sampled, 3, h * w), e.matmul(formula, formulaRows(e, at)));
}

interface Lit {
  /** Palette coordinate, 0..1 once clipped. */
  readonly p: TensorName;
  /** What the palette is multiplied with. */
  readonly shade: TensorName;
  readonly glow: TensorName;
}

/** Relief light, highlights and metal bands from the gradient of the height. */
function light(
  graph: GraphWriter,
  e: Expressions,
  [p0 = absent, height0 = absent, glow0 = absent]: TensorName[],
  source: SourceLight | null,
  at: Place,
  { h, w, aspect }: Grid,
  scalar: Scalar,
): Lit {
  let p = e.add(p0, scalar('pbias'));
  let height = height0;
  if (source !== null) {
    p = e.add(p, e.mul(source.tone, scalar('vidP')));
    height = e.add(height, e.mul(source.form, scalar('vidH')));
  }
  // Padded by its own edge: zeros would draw a frame around the picture.
  const padded = graph.node('Pad', [e.reshape(height, 1, 1, h, w), graph.integers(0, 0, 1, 1, 0, 0, 1, 1)], {
    mode: { text: 'edge' },
  });
  const scharr = [-3, 0, 3, -10, 0, 10, -3, 0, 3, -3, -10, -3, 0, 0, 0, 3, 10, 3].map(
    (weight) => ((weight / 16) * h) / 52,
  );
  const slopes = graph.node('Conv', [padded, graph.floats(scharr, [2, 1, 3, 3])], {
    kernel_shape: { ints: [3, 3] },
  });
  const [gx = p, gy = p] = e.split(e.reshape(slopes, 2, h * w), 2);
  const lambert = e.tanh(e.add(e.mul(gx, -0.55), e.mul(gy, -0.8)));
  const highlight = e.relu(e.add(lambert, -0.28));
  const slope = e.tanh(e.mul(e.line(gx, 0.35, gy), 0.75));
  const band = e.wave(
    e.add(e.mul(slope, scalar('bandSlope')), e.mul(height, scalar('bandHeight')), scalar('bandPhase')),
  );
  p = e.add(p, e.mul(e.sub(band, p), scalar('metal')));
  p = e.line(e.add(p, -0.5), scalar('contrast'), 0.5);
  const corner = at.constant((x, y) => -((x * x) / aspect / aspect + y * y) / 2);
  const shade = e.add(e.mul(lambert, scalar('relief')), e.mul(corner, scalar('vign')), 1);
  const shine = e.mul(highlight, highlight, scalar('spec'));
  // Bloom is 0 at the default: the bright half of the palette shines, or is held back.
  const bloom = e.mul(e.relu(e.add(p, -0.45)), scalar('bloom'));
  return { p, shade, glow: e.line(e.add(e.relu(glow0), shine), scalar('glow'), bloom) };
}

/** `[8, pixels]` at full resolution, what the colour matrix multiplies: four palette ramps, base, accent A, accent B, one. */
function compose(
  graph: GraphWriter,
  e: Expressions,
  { p, shade, glow }: Lit,
  source: SourceLight | null,
  { width, height, h, w }: { width: number; height: number; h: number; w: number },
  scalar: Scalar,
): TensorName {
  const pixels = width * height;
  const low = [p, shade, glow, ...(source === null ? [] : [source.surround])];
  const up = e.reshape(
    e.resize(e.reshape(e.rows(...low), 1, low.length, h, w), low.length, height, width),
    low.length,
    pixels,
  );
  const [fullP = p, fullShade = p, fullGlow = p, surround] = e.split(up, low.length);
  const tone = e.clip(e.add(fullP, e.mul(grain(graph, pixels), scalar('grain'))), 0, 1);
  const layers = graph.node('Cast', [graph.input('layers', 'uint8', [planes.length, pixels])], {
    to: { int: elementCode.float32 },
  });
  const [a = p, b = p, behind = p, dark = p] = e.split(layers, planes.length);
  const open = e.line(dark, -1 / 255, 1);
  const shown = e.mul(fullShade, open);
  const ramps = e.mul(e.relu(e.sub(tone, graph.floats([0, 0.25, 0.5, 0.75], [4, 1]))), shown);
  const accentA = e.line(behind, open, a);
  const accentB = e.line(e.mul(fullGlow, 255), open, b);
  const colours = e.rows(ramps, shown, accentA, accentB);
  const one = graph.floats(new Float32Array(pixels).fill(1), [1, pixels]);
  if (source === null || surround === undefined) return e.rows(colours, one);
  return e.rows(e.mul(colours, source.gain(surround)), one);
}

/** Film grain, read from another place in every frame. It is added to the palette coordinate, so it stays in the palette's colours. */
function grain(graph: GraphWriter, pixels: number): TensorName {
  const random = seeded(4711);
  const film = graph.floats(
    Float32Array.from({ length: pixels + GRAIN_PLAY }, () => random() - 0.5),
    [1, pixels + GRAIN_PLAY],
  );
  const from = graph.input('grainAt', 'int64', [1]);
  const to = graph.node('Add', [from, graph.integers(pixels)]);
  return graph.node('Slice', [film, from, to, graph.integers(1)]);
}

function perPixel({ h, w, aspect }: Grid, value: (x: number, y: number) => number): Float32Array {
  const out = new Float32Array(h * w);
  for (let j = 0; j < h; j += 1) {
    for (let i = 0; i < w; i += 1)
      out[j * w + i] = value((((i + 0.5) / w) * 2 - 1) * aspect, ((j + 0.5) / h) * 2 - 1);
  }
  return out;
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const length = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * length);
  rows.forEach((row, i) => all.set(row, i * length));
  return all;
}
