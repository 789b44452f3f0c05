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

/** Loss that asks for less, and loss up to which all is well. */
const BAD_LOSS = 0.1;
const GOOD_LOSS = 0.02;
/** A receiver that sees its way fill up cuts its estimate to 85 % of what comes in, and raises it by some percent a second after. */
const NARROW = 0.95;
const FALLING = 0.95;
/** Bad reports count one each, good ones take a quarter off; at two there is too much. */
const TOO_MUCH = 2;
const RELIEF = 0.25;
/** A way that was too narrow is tried again after this long, each time it fails again after twice as long. */
const FIRST_TRY_US = 8_000_000;
const LAST_TRY_US = 60_000_000;
/** A try that holds this long has not failed. */
const PROVEN_US = 15_000_000;

/**
 * Chooses the rung of one viewer by what its receiver reports. Down on loss, or on an estimate that falls below what is sent: one
 * that is low and rises only lags behind a picture that grew livelier. Up by trying, because a receiver that gets little cannot
 * know what the way could carry.
 */
export class RungChooser {
  #rung: Rung = 'full';
  #trouble = 0;
  #estimateBps: number | null = null;
  #sinceUs: number;
  #waitUs = FIRST_TRY_US;

  constructor(nowUs: number) {
    this.#sinceUs = nowUs;
  }

  get rung(): Rung {
    return this.#rung;
  }

  report({ lost, estimateBps, sentBps }: Feedback, nowUs: number): Rung {
    const bad = lost >= BAD_LOSS || this.#narrow(estimateBps, sentBps);
    this.#trouble = bad ? this.#trouble + 1 : Math.max(0, this.#trouble - RELIEF);
    const heldUs = nowUs - this.#sinceUs;
    if (this.#rung === 'full') {
      if (heldUs >= PROVEN_US) this.#waitUs = FIRST_TRY_US;
      if (this.#trouble >= TOO_MUCH) this.#change('low', nowUs);
    } else if (bad) {
      this.#sinceUs = nowUs;
    } else if (lost <= GOOD_LOSS && heldUs >= this.#waitUs) {
      this.#waitUs = Math.min(LAST_TRY_US, this.#waitUs * 2);
      this.#change('full', nowUs);
    }
    return this.#rung;
  }

  #narrow(estimateBps: number | null, sentBps: number): boolean {
    const before = this.#estimateBps;
    this.#estimateBps = estimateBps;
    if (estimateBps === null || before === null) return false;
    return estimateBps < FALLING * before && estimateBps < NARROW * sentBps;
  }

  #change(rung: Rung, nowUs: number): void {
    this.#rung = rung;
    this.#sinceUs = nowUs;
    this.#trouble = 0;
  }
}

/** Bits a second that suit a picture: 3 Mbit/s at 512 x 512, growing slower than its area, as detail does; a third for the low rung. */
export function bitrateOf(width: number, height: number, rung: Rung): number {
  const full = Math.min(12e6, Math.max(300_000, 3e6 * ((width * height) / 262_144) ** 0.75));
  return Math.round(rung === 'full' ? full : full / 3);
}
