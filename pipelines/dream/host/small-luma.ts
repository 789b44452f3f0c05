import type { Size } from '../../../src/contract/frame.ts';
import type { Grid } from '../graph/basis.ts';

/** Reads a frame's light at the structure's resolution: for each structure pixel the mean of the four pixels in its middle. */
export class SmallLuma {
  /** `[h * w]`, 0..1; Rec. 601 of what is already gamma-coded, alpha ignored. */
  readonly values: Float32Array;
  readonly #columns: Int32Array;
  readonly #rows: Int32Array;
  readonly #width: number;

  constructor({ width, height }: Size, { h, w }: Grid) {
    this.values = new Float32Array(h * w);
    this.#columns = middles(w, width);
    this.#rows = middles(h, height);
    this.#width = width;
  }

  /** `frame [height, width, 4]`. */
  read(frame: Uint8Array): void {
    const words = new Int32Array(frame.buffer, frame.byteOffset, frame.length >> 2);
    const { values } = this;
    const columns = this.#columns;
    const width = this.#width;
    let at = 0;
    for (const row of this.#rows) {
      const from = row * width;
      for (let i = 0; i < columns.length; i += 1, at += 1) {
        const place = from + columns[i]!;
        const a = words[place]!;
        const b = words[place + 1]!;
        const c = words[place + width]!;
        const d = words[place + width + 1]!;
        // Red and blue of four pixels add up in one word without running into each other.
        const even = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
        const green = (a & 0xff00) + (b & 0xff00) + (c & 0xff00) + (d & 0xff00);
        values[at] = ((even & 0xffff) * 0.299 + (green >> 8) * 0.587 + (even >> 16) * 0.114) * (1 / 1020);
      }
    }
  }
}

/** The pixel before the middle of each of `count` parts. */
function middles(count: number, length: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) =>
    Math.max(0, Math.min(length - 2, Math.round(((i + 0.5) * length) / count) - 1)),
  );
}
