import type { RelativeEncoding } from '../../contract/binding.ts';

const fourteenBits = new Set(['cc14', 'nrpn', 'rpn', 'pitch']);

/** The highest raw value of a kind of event; the lowest is 0. */
export function highestRaw(kind: string): number {
  if (fourteenBits.has(kind)) return 16_383;
  if (kind === 'dmx16') return 65_535;
  return kind === 'dmx' ? 255 : 127;
}

const pitchCentre = 8192;

/** Where a control stands, 0..1. The centre of a pitch wheel is exactly the middle, though it has one step more below than above. */
export function positionOf(kind: string, raw: number): number {
  const highest = highestRaw(kind);
  const inside = Math.min(Math.max(raw, 0), highest);
  if (kind !== 'pitch') return inside / highest;
  return inside <= pitchCentre
    ? inside / (2 * pitchCentre)
    : 0.5 + (inside - pitchCentre) / (2 * (highest - pitchCentre));
}

/** The raw value that shows a position. */
export function rawAt(kind: string, position: number): number {
  const highest = highestRaw(kind);
  const inside = Math.min(Math.max(position, 0), 1);
  if (kind !== 'pitch') return Math.round(inside * highest);
  return Math.round(
    inside <= 0.5 ? inside * 2 * pitchCentre : pitchCentre + (inside - 0.5) * 2 * (highest - pitchCentre),
  );
}

/**
 * Clicks of an endless encoder, forward positive. The three ways in which controllers say it: two's complement of 7 bits (127 is
 * one back), an offset of 64 (63 is one back), or bit 6 as the sign (65 is one back).
 */
export function clicksOf(encoding: RelativeEncoding, raw: number): number {
  switch (encoding) {
    case 'twos-complement':
      return raw < 64 ? raw : raw - 128;
    case 'binary-offset':
      return raw - 64;
    case 'sign-magnitude':
      return (raw & 0x40) === 0 ? raw : -(raw & 0x3f);
  }
}
