import type { Mode } from '../../../src/contract/call.ts';
import { frameBytes, type Size } from '../../../src/contract/frame.ts';
import type { Grid } from '../graph/basis.ts';
import { LIT_ROWS } from '../graph/build.ts';
import { COLOUR_AT, COLOUR_TERMS, composingControls, composingKernel, expandingKernel } from '../kernels/composing.ts'; // prettier-ignore
import { compile, instantiate, MemoryPlan } from '../kernels/memory.ts';
import { seeded } from '../random.ts';
import { sliceLayers, type Layers } from '../sprites/blit.ts';

const module = compile({
  expand: expandingKernel(),
  text: composingKernel('text'),
  video: composingKernel('video'),
});

/** Values of film grain; each row of each frame begins at another of them. */
const GRAIN = 1 << 14;

/** Draws the picture: structure is enlarged, coloured by the palette, lit, overlaid with the layers and mixed with the source. */
export class Composer {
  /** `[4, h * w]`: palette coordinate, shade, glow and surround, written by the graph. */
  readonly lit: Float32Array;
  /** The drawn layers that lie over the palette. */
  readonly layers: Layers;
  /** The source frame, `[height, width, 4]`. */
  readonly source: Uint8Array;
  /** The colour matrix, `[3, 7]`; see kernels/composing.ts. */
  readonly colour: Float32Array;
  readonly #out: Uint8Array;
  readonly #grid: Grid;
  readonly #size: Size;
  readonly #controls: Float32Array;
  readonly #expand: (row: number) => void;
  readonly #row: (mode: Mode, y: number, upper: number, grainFrom: number) => void;

  constructor(size: Size, grid: Grid) {
    const { width, height } = size;
    const { h, w } = grid;
    const rowBytes = Math.ceil(width / 4) * 16;
    const grain = grainOf(width);
    const plan = new MemoryPlan();
    const at = {
      controls: plan.reserve((COLOUR_AT + 3 * COLOUR_TERMS) * 4),
      columns: plan.reserve(2 * rowBytes),
      scratch: plan.reserve(w * 16),
      // Two neighbouring rows of structure; a row's place is its number's last bit.
      rows: plan.reserve(2 * LIT_ROWS * rowBytes),
      lit: plan.reserve(LIT_ROWS * h * w * 4),
      layers: plan.reserve(4 * width * height),
      grain: plan.reserve(grain.byteLength),
      source: plan.reserve(frameBytes(size)),
      out: plan.reserve(frameBytes(size)),
    };
    const memory = plan.open();
    const { buffer } = memory;
    const { expand, text, video } = instantiate(module, memory);
    if (expand === undefined || text === undefined || video === undefined)
      throw new TypeError('the module lacks a kernel');
    this.#size = size;
    this.#grid = grid;
    this.#controls = new Float32Array(buffer, at.controls, COLOUR_AT + 3 * COLOUR_TERMS);
    this.colour = this.#controls.subarray(COLOUR_AT);
    this.lit = new Float32Array(buffer, at.lit, LIT_ROWS * h * w);
    this.layers = sliceLayers(size, new Uint8Array(buffer, at.layers, 4 * width * height));
    this.source = new Uint8Array(buffer, at.source, frameBytes(size));
    this.#out = new Uint8Array(buffer, at.out, frameBytes(size));
    new Float32Array(buffer, at.grain, grain.length).set(grain);
    placeColumns(
      new Int32Array(buffer, at.columns, width),
      new Float32Array(buffer, at.columns + rowBytes, width),
      w,
    );
    const slot = (row: number): number => at.rows + (row & 1) * LIT_ROWS * rowBytes;
    this.#expand = (row) =>
      expand(at.lit + row * w * 4, h * w * 4, at.scratch, at.columns, slot(row), rowBytes, w, rowBytes);
    const compose = { text, video };
    this.#row = (mode, y, upper, from) =>
      compose[mode](
        at.controls, slot(upper), slot(upper + 1), rowBytes, at.layers + y * width, width * height,
        at.grain + from * 4, at.source + y * width * 4, at.out + y * width * 4, width,
      ); // prettier-ignore
  }

  set(name: (typeof composingControls)[number], value: number): void {
    this.#controls[composingControls.indexOf(name)] = value;
  }

  /** Writes a frame. `seed` 0..1 chooses where the grain begins. In text mode the source counts for nothing. */
  compose(mode: Mode, seed: number, out: Uint8Array): void {
    const { height } = this.#size;
    const { h } = this.#grid;
    let expanded = -1;
    let grain = Math.floor(seed * 0x7fffffff) | 1;
    for (let y = 0; y < height; y += 1) {
      const place = Math.min(h - 1, Math.max(0, ((y + 0.5) * h) / height - 0.5));
      const upper = Math.min(h - 2, Math.floor(place));
      for (; expanded < upper + 1; expanded += 1) this.#expand(expanded + 1);
      this.set('down', place - upper);
      grain = Math.imul(grain, 48271) & 0x7fffffff;
      this.#row(mode, y, upper, (grain >> 8) % GRAIN);
    }
    out.set(this.#out);
  }
}

/** Where each pixel of a row finds its two texels, in bytes, and how much the right one counts; pixel centres at halves. */
function placeColumns(left: Int32Array, share: Float32Array, w: number): void {
  for (let x = 0; x < left.length; x += 1) {
    const place = Math.min(w - 1, Math.max(0, ((x + 0.5) * w) / left.length - 0.5));
    const column = Math.min(w - 2, Math.floor(place));
    left[x] = column * 16;
    share[x] = place - column;
  }
}

function grainOf(width: number): Float32Array {
  const random = seeded(4711);
  return Float32Array.from({ length: GRAIN + width + 4 }, () => random() - 0.5);
}
