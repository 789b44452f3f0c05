import { looseWaves, toX, toY, WAVES } from '../scene/waves.ts';
import { FIELD_SIDE, FIELD_TILE, WARP_SIDE, WARP_TILE } from '../tables/fields.ts';
import { transposed } from './transpose.ts';
import { Kernel, lanes, load, loadSpread, type Lanes, type Whole } from './assembler.ts';

/** Floats that the host sets, once a frame or once a row; their addresses are 4 bytes apart. */
export const samplingControls = [
  'warp1', 'warp2', 'noiseZoom', 'noiseU', 'noiseV', 'fieldZoom', 'fieldU', 'fieldV',
] as const; // prettier-ignore
/** Behind them what the row makes of the waves: cosines, then sines, of their angles along y. */
export const COSINES_AT = samplingControls.length;
export const SINES_AT = COSINES_AT + WAVES;

/** Texels of a table across half the height of the picture, at zoom 1. */
export const FIELD_SCALE = 128;
export const NOISE_SCALE = 64;

/** Added to a whole float, its low bits are the number's, as two's complement (1.5 * 2^23). */
const WHOLE_BITS = 12_582_912;

/**
 * One row of structure pixels: the waves, the noise read at the place they bend to, the mixed fields read at the place both bend
 * to. `sample(controls, columns, bent, sampled, plane, noise, mixed, width)`, addresses in bytes. `columns [13, width]`: x, sines and
 * cosines of the waves along x. `bent` and `sampled`: where the row begins in the first of 6 and of 3 planes that lie `plane` apart.
 * `noise [257, 257, 2]`, `mixed [513, 513, 4]`.
 */
export function samplingKernel(): Kernel {
  const kernel = new Kernel(
    'controls', 'columns', 'bent', 'sampled', 'plane', 'noise', 'mixed', 'width',
  ); // prettier-ignore
  const plane = kernel.argument('plane');
  const control = (name: (typeof samplingControls)[number]): Lanes =>
    loadSpread(kernel.argument('controls'), samplingControls.indexOf(name) * 4);
  const turn = (place: number): Lanes => loadSpread(kernel.argument('controls'), place * 4);
  const stride = kernel.keepWhole(kernel.argument('width').times(4));
  const keep = (value: Lanes): Lanes => kernel.keep(value);
  const [warp1, warp2] = [keep(control('warp1')), keep(control('warp2'))];
  kernel.each(stride, 16, (at) => {
    const column = kernel.keepWhole(kernel.argument('columns').plus(at));
    const row = (index: number): Lanes => load(column.plus(stride.times(index)));
    // sin(a + b) = sin a cos b + cos a sin b.
    const waves = [0, 1, 2, 3, 4, 5].map((k) =>
      keep(
        row(1 + k)
          .times(turn(COSINES_AT + k))
          .plus(row(1 + WAVES + k).times(turn(SINES_AT + k))),
      ),
    );
    const out = kernel.keepWhole(kernel.argument('bent').plus(at));
    const sum = (by: readonly number[]): Lanes =>
      waves.reduce((all, wave, k) => all.plus(wave.times(by[k] ?? 0)), lanes(0));
    const bentX = keep(sum(toX).times(warp1));
    const bentY = keep(sum(toY).times(warp1));
    looseWaves.forEach((k, i) => kernel.store(out.plus(plane.times(2 + i)), waves[k] ?? bentX));
    const x = keep(row(0));
    const noiseAt = texels(kernel, x.times(control('noiseZoom')).plus(bentX.times(NOISE_SCALE)).plus(control('noiseU')),
      bentY.times(NOISE_SCALE).plus(control('noiseV')), WARP_TILE, 8); // prettier-ignore
    const [noiseX, noiseY] = readNoise(kernel, kernel.argument('noise'), noiseAt);
    const dx = keep(bentX.plus(noiseX.times(warp2)));
    const dy = keep(bentY.plus(noiseY.times(warp2)));
    kernel.store(out, dx);
    kernel.store(out.plus(plane), dy);
    const fieldAt = texels(kernel, x.times(control('fieldZoom')).plus(dx.times(FIELD_SCALE / 2)).plus(control('fieldU')),
      dy.times(FIELD_SCALE / 2).plus(control('fieldV')), FIELD_TILE, 16); // prettier-ignore
    const to = kernel.keepWhole(kernel.argument('sampled').plus(at));
    readFields(kernel, kernel.argument('mixed'), fieldAt).forEach((field, i) => {
      if (i < 3) kernel.store(to.plus(plane.times(i)), field);
    });
  });
  return kernel;
}

interface Texels {
  /** Bytes from the start of the table to the upper left of the four texels, of each pixel. */
  readonly at: Lanes;
  /** How far between them. */
  readonly right: Lanes;
  readonly down: Lanes;
}

/** Splits places into texels and the rest. A table has one more row and column than its tile, a power of 2. */
function texels(kernel: Kernel, u: Lanes, v: Lanes, tile: number, bytes: number): Texels {
  const [placeU, placeV] = [kernel.keep(u), kernel.keep(v)];
  const [floorU, floorV] = [kernel.keep(placeU.floor()), kernel.keep(placeV.floor())];
  const column = floorU.plus(WHOLE_BITS).and(tile - 1);
  const row = kernel.keep(floorV.plus(WHOLE_BITS).and(tile - 1));
  const index = row.shiftLeft(Math.log2(tile)).plusWhole(row).plusWhole(column);
  return {
    at: kernel.keep(index.shiftLeft(Math.log2(bytes))),
    right: kernel.keep(placeU.minus(floorU)),
    down: kernel.keep(placeV.minus(floorV)),
  };
}

/** Bilinear; a load takes two neighbours of two values each. */
function readNoise(kernel: Kernel, noise: Whole, { at, right, down }: Texels): [Lanes, Lanes] {
  const pairs = [0, 1, 2, 3].map((lane) => {
    const from = kernel.keepWhole(at.lane(lane).plus(noise));
    const upper = kernel.keep(load(from));
    return kernel.keep(upper.towards(load(from, WARP_SIDE * 8), down.spread(lane)));
  });
  const halves = [0, 2].map((lane) => {
    const [a, b] = [pairs[lane] ?? at, pairs[lane + 1] ?? at];
    const left = kernel.keep(a.pick(b, 0, 1, 4, 5));
    return kernel.keep(
      left.towards(a.pick(b, 2, 3, 6, 7), right.pick(right, lane, lane, lane + 1, lane + 1)),
    );
  });
  const [first = at, second = at] = halves;
  return [first.pick(second, 0, 2, 4, 6), first.pick(second, 1, 3, 5, 7)];
}

/** Bilinear; a load takes all fields of one texel. */
function readFields(kernel: Kernel, mixed: Whole, { at, right, down }: Texels): Lanes[] {
  const pixels = [0, 1, 2, 3].map((lane) => {
    const from = kernel.keepWhole(at.lane(lane).plus(mixed));
    const share = kernel.keep(right.spread(lane));
    const [upper, lower] = [0, FIELD_SIDE * 16].map((offset) => {
      const left = kernel.keep(load(from, offset));
      return kernel.keep(left.towards(load(from, offset + 16), share));
    });
    return kernel.keep((upper ?? share).towards(lower ?? share, down.spread(lane)));
  });
  return transposed(kernel, pixels);
}
