/** A finger that has gone less than this has only touched. */
const INTENT_PX = 5;
const FINE = 0.1;

/** Something on a lane that a hand can take. */
export interface Point {
  readonly at: number;
  /** From the top of the lane, 0..1; null where it has a time alone. */
  readonly y: number | null;
  /** What it is, as a screen reader says it. */
  readonly words: string;
}

export interface Place {
  readonly at: number;
  readonly y: number | null;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is taken where targets lie over each other: the nearest. -1 where there is none. */
export function nearest(points: readonly Place[], span: number, box: Box, x: number, y: number): number {
  let found = { index: -1, way: Infinity };
  for (const [index, point] of points.entries()) {
    const dx = box.left + (point.at / span) * box.width - x;
    const dy = point.y === null ? 0 : box.top + point.y * box.height - y;
    const way = Math.hypot(dx, dy);
    if (way < found.way) found = { index, way };
  }
  return found.index;
}

/** Between its neighbours, on the grid where there is one. */
export function timeAt(
  points: readonly Place[],
  index: number,
  wanted: number,
  span: number,
  grid: number,
): number {
  const low = points[index - 1]?.at ?? 0;
  const high = points[index + 1]?.at ?? span;
  const snapped = grid > 0 ? Math.round(wanted / grid) * grid : wanted;
  return Number(Math.min(high, Math.max(low, snapped)).toFixed(3));
}

/** One point in a hand. It goes as far as the hand does, wherever it was taken. */
export class PointDrag {
  readonly index: number;
  readonly #box: Box;
  readonly #span: number;
  #at: number;
  #y: number | null;
  #x: number;
  #pointerY: number;
  #meant = false;

  constructor(index: number, { at, y }: Place, span: number, box: Box, pointer: { x: number; y: number }) {
    this.index = index;
    this.#box = box;
    this.#span = span;
    this.#at = at;
    this.#y = y;
    this.#x = pointer.x;
    this.#pointerY = pointer.y;
  }

  /** Whether it was moved, not only touched. */
  get isMeant(): boolean {
    return this.#meant;
  }

  /** Where it is now, or null while it may have been touched by accident. `fine`: at a tenth of the hand's way. */
  move(x: number, y: number, fine: boolean): Place | null {
    const [dx, dy] = [x - this.#x, y - this.#pointerY];
    if (!this.#meant && Math.hypot(dx, dy) < INTENT_PX) return null;
    this.#meant = true;
    this.#x = x;
    this.#pointerY = y;
    const share = fine ? FINE : 1;
    this.#at += (dx / this.#box.width) * this.#span * share;
    if (this.#y !== null) this.#y += (dy / this.#box.height) * share;
    return { at: this.#at, y: this.#y };
  }
}
