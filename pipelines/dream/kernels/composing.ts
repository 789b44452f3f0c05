import type { Mode } from '../../../src/contract/call.ts';
import {
  Kernel,
  lanes,
  load,
  loadBytes,
  loadSpread,
  loadWhole,
  wholeLanes,
  type Lanes,
  type Whole,
} from './assembler.ts';
import { transposed } from './transpose.ts';

/** Floats that the host sets, once a frame or (`down`) once a row; their addresses are 4 bytes apart. */
export const composingControls = [
  'down',
  'grain',
  'gainLow',
  'gainSlope',
  'gainDetail',
  'gainMax',
  'share',
] as const;
type Control = (typeof composingControls)[number];
/** Behind them the colour matrix, `[3, 7]`: r, g, b from four palette ramps, palette base, accent A, accent B. */
export const COLOUR_AT = composingControls.length;
export const COLOUR_TERMS = 7;

/** Added to 0..255 it rounds, and leaves the byte in the lowest bits (2^23). */
const BYTE_BITS = 8_388_608;
const ALPHA = wholeLanes(0xff000000);

/**
 * One row of structure, drawn out to the width of the picture. `expand(lit, litPlane, scratch, columns, out, outPlane, gridWidth, end)`:
 * `lit` where the row begins in the first of four planes; `scratch [gridWidth, 4]`; `columns [2, width]`, the texel on the left as its
 * offset in bytes, and the share of the one on the right; `out`, four rows that lie `outPlane` apart; `end` their length in bytes.
 */
export function expandingKernel(): Kernel {
  const kernel = new Kernel(
    'lit', 'litPlane', 'scratch', 'columns', 'out', 'outPlane', 'gridWidth', 'end',
  ); // prettier-ignore
  const outPlane = kernel.argument('outPlane');
  const scratch = kernel.argument('scratch');
  kernel.each(kernel.keepWhole(kernel.argument('gridWidth').times(4)), 16, (at) => {
    const from = kernel.keepWhole(kernel.argument('lit').plus(at));
    const to = kernel.keepWhole(scratch.plus(at.times(4)));
    const rows = [0, 1, 2, 3].map((i) => kernel.keep(load(from.plus(kernel.argument('litPlane').times(i)))));
    transposed(kernel, rows).forEach((pixel, i) => kernel.store(to, pixel, i * 16));
  });
  kernel.each(kernel.argument('end'), 16, (at) => {
    const column = kernel.keepWhole(kernel.argument('columns').plus(at));
    const pixels = [0, 4, 8, 12].map((offset) => {
      const from = kernel.keepWhole(loadWhole(column, offset).plus(scratch));
      const left = kernel.keep(load(from));
      return kernel.keep(left.towards(load(from, 16), loadSpread(column.plus(outPlane), offset)));
    });
    const to = kernel.keepWhole(kernel.argument('out').plus(at));
    transposed(kernel, pixels).forEach((row, i) => kernel.store(to.plus(outPlane.times(i)), row));
  });
  return kernel;
}

/**
 * One row of the picture. `compose(controls, upper, lower, rowPlane, layers, layerPlane, grain, source, out, width)`: `upper` and `lower`
 * are expanded rows of palette coordinate, shade, glow and surround; `layers` where the row begins in A, of A, B, S, D that lie
 * `layerPlane` apart; `source` and `out` RGBA. In text mode the source is not read.
 */
export function composingKernel(mode: Mode): Kernel {
  const kernel = new Kernel(
    'controls', 'upper', 'lower', 'rowPlane', 'layers', 'layerPlane', 'grain', 'source', 'out', 'width',
  ); // prettier-ignore
  const control = (name: Control): Lanes =>
    loadSpread(kernel.argument('controls'), composingControls.indexOf(name) * 4);
  const colourOf = (channel: number, term: number): Lanes =>
    loadSpread(kernel.argument('controls'), (COLOUR_AT + channel * COLOUR_TERMS + term) * 4);
  const keep = (value: Lanes): Lanes => kernel.keep(value);
  const down = keep(control('down'));
  kernel.each(kernel.argument('width'), 4, (x) => {
    const at = kernel.keepWhole(x.times(4));
    const structure = (index: number): Lanes => {
      const offset = kernel.keepWhole(at.plus(kernel.argument('rowPlane').times(index)));
      const above = keep(load(kernel.argument('upper').plus(offset)));
      return keep(above.towards(load(kernel.argument('lower').plus(offset)), down));
    };
    const layer = (index: number): Lanes =>
      loadBytes(kernel.argument('layers').plus(x).plus(kernel.argument('layerPlane').times(index))).widen().asFloat(); // prettier-ignore
    const tone = keep(
      structure(0).plus(load(kernel.argument('grain').plus(at)).times(control('grain'))).atLeast(0).atMost(1), // prettier-ignore
    );
    const glow = keep(structure(2));
    // Below 0 the glow says how far the layers make room for the source; see graph/build.ts.
    const room =
      mode === 'video'
        ? keep(
            glow
              .atMost(0)
              .times(1.3 / 255)
              .plus(1)
              .atLeast(0),
          )
        : null;
    const over = (index: number): Lanes => (room === null ? layer(index) : layer(index).times(room));
    const open = keep(lanes(1).minus(over(3).times(1 / 255)));
    let shown = keep(structure(1).times(open));
    let accentA = keep(over(2).times(open).plus(over(0)));
    let accentB = keep((room === null ? glow : glow.atLeast(0)).times(open).plus(over(1)));
    const seen = mode === 'video' ? readSource(kernel, kernel.argument('source').plus(at)) : null;
    if (seen !== null) {
      const local = seen.luma.minus(structure(3)).times(control('gainDetail'));
      const light = seen.luma.times(control('gainSlope')).plus(local).plus(control('gainLow'));
      const gain = keep(light.atLeast(0).atMost(control('gainMax')));
      [shown, accentA, accentB] = [
        keep(shown.times(gain)),
        keep(accentA.times(gain)),
        keep(accentB.times(gain)),
      ];
    }
    // max(tone, knot) is the ramp that begins at the knot, plus the knot; the host takes that off the base.
    const ramps = [tone, keep(tone.atLeast(0.25)), keep(tone.atLeast(0.5)), keep(tone.atLeast(0.75))];
    const bytes = [0, 1, 2].map((channel) => {
      const palette = ramps.reduce(
        (sum, ramp, k) => sum.plus(ramp.times(colourOf(channel, k))),
        colourOf(channel, 4),
      );
      const accents = accentA.times(colourOf(channel, 5)).plus(accentB.times(colourOf(channel, 6)));
      const colour = keep(palette.times(shown).plus(accents).atLeast(0).atMost(255));
      const from = seen?.colour[channel];
      const mixed = from === undefined ? colour : from.towards(colour, control('share'));
      return mixed.plus(BYTE_BITS).and(0xff);
    });
    const [red = tone, green = tone, blue = tone] = bytes;
    const opaque = red.or(green.shiftLeft(8)).or(blue.shiftLeft(16)).or(ALPHA);
    kernel.store(kernel.argument('out').plus(at), opaque);
  });
  return kernel;
}

/** Four pixels of the source: their channels, 0..255, and Rec. 601 luma of what is already gamma-coded, 0..1. */
function readSource(kernel: Kernel, at: Whole): { readonly colour: readonly Lanes[]; readonly luma: Lanes } {
  const pixels = kernel.keep(load(at));
  const channel = (shift: number): Lanes => kernel.keep(pixels.shiftRight(shift).and(0xff).asFloat());
  const [red, green, blue] = [channel(0), channel(8), channel(16)];
  const luma = red.times(0.299 / 255).plus(green.times(0.587 / 255)).plus(blue.times(0.114 / 255)); // prettier-ignore
  return { colour: [red, green, blue], luma: kernel.keep(luma) };
}
