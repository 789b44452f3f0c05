import type { Size } from '../contract/frame.ts';

/** Fills a buffer with what looks like somebody's old picture, the same each time: frames come with undefined content. */
export function fillResidue(pixels: Uint8Array): void {
  let seed = 99;
  for (let at = 0; at < pixels.length; at += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[at] = seed >>> 24;
  }
}

/** How many rows of a frame still hold what `fillResidue` left there, whole or for the most part. */
export function rowsUnwritten(pixels: Uint8Array, size: Size): number {
  const residue = new Uint8Array(pixels.length);
  fillResidue(residue);
  const row = size.width * 4;
  let rows = 0;
  for (let y = 0; y < size.height; y += 1) {
    let same = 0;
    for (let at = y * row; at < (y + 1) * row; at += 1) if (pixels[at] === residue[at]) same += 1;
    if (same > row / 4) rows += 1;
  }
  return rows;
}
