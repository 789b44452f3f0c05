/** A finger that has gone less than this may still be about to scroll the page. */
const INTENT_PX = 8;
const FINE = 0.1;

export interface Press {
  readonly x: number;
  readonly kind: 'touch' | 'mouse';
  /** Where the fader stands, 0..1. */
  readonly share: number;
  readonly left: number;
  readonly width: number;
}

/**
 * One press on a fader, as shares of its range. A mouse takes the fader to where it points. A finger moves it from where it
 * stands, so that touching it by accident, or to scroll, changes nothing; a tap takes it there.
 */
export class Drag {
  readonly #press: Press;
  #meant: boolean;
  #x: number;
  #share: number;

  constructor(press: Press) {
    this.#press = press;
    this.#meant = press.kind === 'mouse';
    this.#x = press.x;
    this.#share = this.#meant ? this.#at(press.x) : press.share;
  }

  /** Where a press alone takes it, or null where it does not move it yet. */
  start(): number | null {
    return this.#meant ? this.#share : null;
  }

  /** `fine` moves at a tenth of the hand's way. */
  move(x: number, fine: boolean): number | null {
    if (!this.#meant) {
      if (Math.abs(x - this.#press.x) < INTENT_PX) return null;
      this.#meant = true;
      this.#x = x;
      return null;
    }
    const way = (x - this.#x) / this.#press.width;
    this.#x = x;
    const follows = this.#press.kind === 'mouse' && !fine;
    this.#share = follows ? this.#at(x) : Math.max(0, Math.min(1, this.#share + way * (fine ? FINE : 1)));
    return this.#share;
  }

  /** Where a tap takes it; null where it was a drag. */
  end(): number | null {
    return this.#meant ? null : this.#at(this.#press.x);
  }

  #at(x: number): number {
    return Math.max(0, Math.min(1, (x - this.#press.left) / this.#press.width));
  }
}
