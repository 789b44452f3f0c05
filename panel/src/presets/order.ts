export type Side = 'before' | 'after';

/** What a tile is moved by. */
export interface Move {
  readonly drag: (x: number, y: number) => void;
  /** `put`: where it is; otherwise it stays where it was. */
  readonly letGo: (put: boolean) => void;
  readonly step: (by: 1 | -1) => void;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Which of the tiles a hand is nearest to, and on which side of its middle. */
export function tileAt(
  tiles: readonly Box[],
  x: number,
  y: number,
): { readonly index: number; readonly side: Side } {
  let nearest = { index: -1, side: 'after' as Side, way: Infinity };
  for (const [index, { left, top, width, height }] of tiles.entries()) {
    const dx = x - (left + width / 2);
    const dy = y - (top + height / 2);
    const way = Math.hypot(dx, dy);
    if (way < nearest.way) nearest = { index, side: dx < 0 ? 'before' : 'after', way };
  }
  return nearest;
}

/** The place in the list of what is taken from `from` and put beside `over`. */
export function placeOf(from: number, over: number, side: Side): number {
  const place = side === 'before' ? over : over + 1;
  return from < place ? place - 1 : place;
}
