import { correlation, luma } from './pictures.ts';

/** A part of the subject (scripts/subject.ts), in shares of the picture: left, top, right, bottom. */
export type Box = readonly [number, number, number, number];

/** What is read in the subject: the features of its face, and its lettering, large and small. */
export const boxes = {
  face: [0.36, 0.36, 0.64, 0.62],
  large: [0.035, 0.04, 0.62, 0.15],
  small: [0.56, 0.905, 1, 0.965],
} as const satisfies Readonly<Record<string, Box>>;

/**
 * How much of what one reads in a box is left in a picture, -1..1: the correlation of both pictures' local light. That is the light
 * over `fine` pixels less the light of a neighbourhood of `wide` pixels, so that neither another brightness nor another colour counts, nor
 * grain.
 */
export function readable(picture: Uint8Array, source: Uint8Array, side: number, box: Box): number {
  const [fine, wide] = [Math.max(1, Math.round(side / 256)), Math.round(side / 20)];
  return correlation(
    cut(local(luma(picture), side, fine, wide), side, box),
    cut(local(luma(source), side, fine, wide), side, box),
  );
}

function local(light: Float32Array, side: number, fine: number, wide: number): Float32Array {
  const around = blurred(light, side, wide);
  return blurred(light, side, fine).map((value, i) => value - (around[i] ?? 0));
}

/** Mean over `2 * radius + 1` pixels across and down; the picture goes on as its edge. */
function blurred(light: Float32Array, side: number, radius: number): Float32Array {
  const along = (from: Float32Array, step: number, next: number): Float32Array => {
    const out = new Float32Array(from.length);
    for (let line = 0; line < side; line += 1) {
      const at = (i: number): number => from[line * next + Math.min(side - 1, Math.max(0, i)) * step] ?? 0;
      let sum = 0;
      for (let i = -radius; i <= radius; i += 1) sum += at(i);
      for (let i = 0; i < side; i += 1) {
        out[line * next + i * step] = sum / (2 * radius + 1);
        sum += at(i + radius + 1) - at(i - radius);
      }
    }
    return out;
  };
  return along(along(light, 1, side), side, 1);
}

function cut(light: Float32Array, side: number, [left, top, right, bottom]: Box): Float32Array {
  const rows: number[] = [];
  for (let y = Math.floor(top * side); y < Math.floor(bottom * side); y += 1)
    rows.push(...light.subarray(y * side + Math.floor(left * side), y * side + Math.floor(right * side)));
  return Float32Array.from(rows);
}
