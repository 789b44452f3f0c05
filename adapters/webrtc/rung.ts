/** The two sizes in which a view is encoded: as it is, and at half the width and height for a third of the bitrate. */
export type Rung = 'full' | 'low';

/** What a receiver says of the last second or so. */
export interface Feedback {
  /** Of its packets, 0..1. */
  readonly lost: number;
  /** What it thinks the way can carry (REMB), bits a second; null where it does not say. */
  readonly estimateBps: number | null;
  /** What was really sent to it, bits a second. */
  readonly sentBps: number;
}

/** Loss in two reports running that asks for less, and loss up to which all is well. */
const BAD_LOSS = 0.1;
const GOOD_LOSS = 0.02;
/** An estimate below this share of what is sent says that the way is too narrow. */
const NARROW = 0.85;
/** A way that was too narrow is tried again after this long, each time it fails again after twice as long. */
const FIRST_TRY_US = 8_000_000;
const LAST_TRY_US = 60_000_000;
/** A try that holds this long has not failed. */
const PROVEN_US = 15_000_000;

/**
 * Chooses the rung of one viewer by what its receiver reports. Down after two bad reports running; up by trying, because a receiver
 * that gets little cannot know what the way could carry: its estimate follows what is sent.
 */
export class RungChooser {
  #rung: Rung = 'full';
  #bad = 0;
  #sinceUs: number;
  #waitUs = FIRST_TRY_US;

  constructor(nowUs: number) {
    this.#sinceUs = nowUs;
  }

  get rung(): Rung {
    return this.#rung;
  }

  report({ lost, estimateBps, sentBps }: Feedback, nowUs: number): Rung {
    const narrow = estimateBps !== null && estimateBps < NARROW * sentBps;
    this.#bad = lost >= BAD_LOSS || narrow ? this.#bad + 1 : 0;
    const heldUs = nowUs - this.#sinceUs;
    if (this.#rung === 'full') {
      if (heldUs >= PROVEN_US) this.#waitUs = FIRST_TRY_US;
      if (this.#bad >= 2) this.#change('low', nowUs);
    } else if (this.#bad > 0) {
      this.#sinceUs = nowUs;
    } else if (lost <= GOOD_LOSS && heldUs >= this.#waitUs) {
      this.#waitUs = Math.min(LAST_TRY_US, this.#waitUs * 2);
      this.#change('full', nowUs);
    }
    return this.#rung;
  }

  #change(rung: Rung, nowUs: number): void {
    this.#rung = rung;
    this.#sinceUs = nowUs;
    this.#bad = 0;
  }
}

/** Bits a second that suit a picture: 3 Mbit/s at 512 x 512, growing slower than its area, as detail does; a third for the low rung. */
export function bitrateOf(width: number, height: number, rung: Rung): number {
  const full = Math.min(12e6, Math.max(300_000, 3e6 * ((width * height) / 262_144) ** 0.75));
  return Math.round(rung === 'full' ? full : full / 3);
}
