import type { Curve } from '../contract/command.ts';

/**
 * The shape of a glide: `t` 0..1 to 0..1, both ends exact. Quadratic ease-in and ease-out (t², 1 − (1 − t)²), and the cubic
 * Hermite step t²(3 − 2t) for ease-in-out, whose speed is zero at both ends.
 */
export function shape(curve: Curve, t: number): number {
  if (!(t > 0)) return 0;
  if (t >= 1) return 1;
  switch (curve) {
    case 'linear':
      return t;
    case 'ease-in':
      return t * t;
    case 'ease-out':
      return 1 - (1 - t) * (1 - t);
    case 'ease-in-out':
      return t * t * (3 - 2 * t);
  }
}

/** Where on its way a glide has this shape: the inverse of `shape`. That of the Hermite step is trigonometric. */
export function unshaped(curve: Curve, value: number): number {
  if (!(value > 0)) return 0;
  if (value >= 1) return 1;
  switch (curve) {
    case 'linear':
      return value;
    case 'ease-in':
      return Math.sqrt(value);
    case 'ease-out':
      return 1 - Math.sqrt(1 - value);
    case 'ease-in-out':
      return 0.5 - Math.sin(Math.asin(1 - 2 * value) / 3);
  }
}
