import type { Kernel, Lanes } from './assembler.ts';

/** Four pixels of four values as four values of four pixels, or back. All are kept. */
export function transposed(kernel: Kernel, rows: readonly Lanes[]): Lanes[] {
  const [a, b, c, d] = rows;
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new RangeError('four rows make a square');
  const [ab, cd] = [kernel.keep(a.pick(b, 0, 4, 1, 5)), kernel.keep(c.pick(d, 0, 4, 1, 5))];
  const [ab2, cd2] = [kernel.keep(a.pick(b, 2, 6, 3, 7)), kernel.keep(c.pick(d, 2, 6, 3, 7))];
  return [
    ab.pick(cd, 0, 1, 4, 5),
    ab.pick(cd, 2, 3, 6, 7),
    ab2.pick(cd2, 0, 1, 4, 5),
    ab2.pick(cd2, 2, 3, 6, 7),
  ].map((row) => kernel.keep(row));
}
