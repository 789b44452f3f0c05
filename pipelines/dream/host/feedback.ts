import type { Size } from '../../../src/contract/frame.ts';

/** Mixes a finished frame with the last one (feedback), on bytes, two channels at a time; does nothing where none is asked for. */
export class Feedback {
  readonly #size: Size;
  #last: Int32Array | null = null;
  /** Set once `#last` holds a picture. */
  #seen = false;
  readonly #columns: Int32Array;
  readonly #rows: Int32Array;

  constructor(size: Size) {
    this.#size = size;
    this.#columns = zoomed(size.width, 1);
    this.#rows = zoomed(size.height, size.width);
  }

  /** Lets the last picture, drawn a little larger, shine through; `share` 0..1 is how much of it stays. */
  apply(out: Uint8Array, share: number): void {
    const amount = Math.round(share * 256);
    if (amount <= 0) {
      this.#seen = false;
      return;
    }
    const now = words(out);
    const last = (this.#last ??= new Int32Array(this.#size.width * this.#size.height));
    if (this.#seen) mixZoomed(now, last, this.#columns, this.#rows, amount);
    last.set(now);
    this.#seen = true;
  }
}

function words(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

function mixZoomed(
  out: Int32Array,
  last: Int32Array,
  columns: Int32Array,
  rows: Int32Array,
  amount: number,
): void {
  const rest = 256 - amount;
  const width = columns.length;
  for (let y = 0; y < rows.length; y += 1) {
    const from = rows[y]!;
    for (let x = 0, to = y * width; x < width; x += 1, to += 1)
      out[to] = blend(out[to]!, rest, last[from + columns[x]!]!, amount);
  }
}

/** Two pixels by weights that sum to 256; alpha stays 255. */
function blend(a: number, weightA: number, b: number, weightB: number): number {
  const even = (Math.imul(a & 0xff00ff, weightA) + Math.imul(b & 0xff00ff, weightB)) >>> 8;
  const green = (Math.imul((a >>> 8) & 0xff, weightA) + Math.imul((b >>> 8) & 0xff, weightB)) & 0xff00;
  return (even & 0xff00ff) | green | 0xff000000;
}

/** Which pixel of the last picture is seen at each place when it is drawn 1.2 % larger about the middle. */
function zoomed(length: number, step: number): Int32Array {
  const middle = (length - 1) / 2;
  return Int32Array.from({ length }, (_, i) => Math.round(middle + (i - middle) / 1.012) * step);
}
