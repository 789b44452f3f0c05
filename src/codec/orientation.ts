import type { Rotation } from '../contract/frame.ts';

/** A rotation by quarter turns as FFmpeg filters, in order, and whether they swap width and height. */
export interface Turn {
  readonly filters: readonly string[];
  readonly swaps: boolean;
  /** Clockwise degrees, for people; mirroring is not in it. */
  readonly degrees: Rotation;
  readonly mirrored: boolean;
}

export const upright: Turn = { filters: [], swaps: false, degrees: 0, mirrored: false };

/** Clockwise. */
export function quarterTurns(degrees: Rotation): Turn {
  switch (degrees) {
    case 0:
      return upright;
    case 90:
      return { filters: ['transpose=clock'], swaps: true, degrees, mirrored: false };
    case 180:
      return { filters: ['hflip', 'vflip'], swaps: false, degrees, mirrored: false };
    case 270:
      return { filters: ['transpose=cclock'], swaps: true, degrees, mirrored: false };
  }
}

/**
 * Reads a display matrix (ISO 14496-12 §8.2.2.3, as FFmpeg stores it: nine native-endian int32, row-major, the upper left
 * 2 x 2 in 16.16) that says how a decoded picture is to be shown: pixel (x, y) goes to (a x + c y, b x + d y). Angles
 * between the quarter turns are taken for the nearest one.
 */
export function turnOf(matrix: Uint8Array | null): Turn {
  if (matrix === null || matrix.byteLength < 36) return upright;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const at = (index: number): number => view.getInt32(index * 4, littleEndian);
  const [a, b, c, d] = [at(0), at(1), at(3), at(4)];
  if (a * d - b * c === 0) return upright;
  if (Math.abs(a) + Math.abs(d) >= Math.abs(b) + Math.abs(c)) {
    const filters = [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])];
    const mirrored = a < 0 !== d < 0;
    return { filters, swaps: false, degrees: d < 0 ? 180 : 0, mirrored };
  }
  // x becomes down (b > 0) or up; y becomes right (c > 0) or left. FFmpeg's transpose names are these four.
  const name = b > 0 ? (c > 0 ? 'cclock_flip' : 'clock') : c > 0 ? 'cclock' : 'clock_flip';
  return {
    filters: [`transpose=${name}`],
    swaps: true,
    degrees: b > 0 ? 90 : 270,
    mirrored: b > 0 === c > 0,
  };
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** One turn after the other. */
export function combined(first: Turn, second: Turn): Turn {
  const sum = first.degrees + (first.mirrored ? -second.degrees : second.degrees);
  return {
    filters: [...first.filters, ...second.filters],
    swaps: first.swaps !== second.swaps,
    degrees: rotationOf(sum),
    mirrored: first.mirrored !== second.mirrored,
  };
}

function rotationOf(degrees: number): Rotation {
  const quarter = (((degrees / 90) % 4) + 4) % 4;
  return quarter === 1 ? 90 : quarter === 2 ? 180 : quarter === 3 ? 270 : 0;
}
