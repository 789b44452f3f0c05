/** Frames a second as NDI says it: exactly, as a fraction. */
export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

/** Rates that pictures are made at; a measured one that is as good as one of these is that one. */
const known: readonly FrameRate[] = [
  ...[10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 72, 75, 90, 100, 120, 144, 240].map((rate) => ({
    numerator: rate * 1000,
    denominator: 1000,
  })),
  ...[24, 30, 48, 60, 120].map((rate) => ({ numerator: rate * 1000, denominator: 1001 })),
];

/** 29.97 and 30 lie 1/1000 apart. */
const SAME = 0.0004;

export function rateHz({ numerator, denominator }: FrameRate): number {
  return numerator / denominator;
}

export function rateText({ numerator, denominator }: FrameRate): string {
  return `${numerator}/${denominator}`;
}

/** A rate as a fraction; `doubt` is by what share it may be wrong. */
export function fractionOf(hz: number, doubt = 0): FrameRate {
  const off = (rate: FrameRate): number => Math.abs(rateHz(rate) / hz - 1);
  const nearest = known.reduce((best, rate) => (off(rate) < off(best) ? rate : best));
  return off(nearest) <= Math.max(SAME, doubt)
    ? nearest
    : { numerator: Math.max(10, Math.round(hz * 100) * 10), denominator: 1000 };
}

/** `auto` is null; `59.94` and `60000/1001` are what they say. */
export function readFrameRate(text: string): FrameRate | null {
  const [first = '', second] = text.split('/');
  const numerator = Number(first);
  const denominator = Number(second ?? 1);
  if (!(numerator > 0 && denominator > 0)) return null;
  return second === undefined ? fractionOf(numerator) : { numerator, denominator };
}

/** Timers and processes let a frame come this much early or late. */
const JITTER_US = 2_000;
const SHORTEST_US = 400_000;
const LONGEST_US = 5_000_000;
const ENOUGH_GAPS = 12;
const LATEST_GAPS = 15;

/**
 * Measures at which rate frames are made, from when each should be seen. Frames that were left out on the way do not lower it:
 * a gap of two periods counts as two, and the usual gap is the middle one of the last few. Where that has become another, the
 * rate has changed, and it begins again.
 */
export class RateMeter {
  readonly #latest: number[] = [];
  #rate: FrameRate;
  #startUs: number | null = null;
  #lastUs = 0;
  #periodUs: number;
  #periods = 0;
  #gaps = 0;

  /** Until it is measured, the rate is `firstHz`. */
  constructor(firstHz: number) {
    this.#rate = fractionOf(firstHz);
    this.#periodUs = 1e6 / firstHz;
  }

  get rate(): FrameRate {
    return this.#rate;
  }

  arrived(atUs: number): void {
    if (this.#startUs === null || atUs <= this.#lastUs) return this.#begin(atUs, this.#periodUs);
    const gapUs = atUs - this.#lastUs;
    this.#lastUs = atUs;
    this.#latest.push(gapUs);
    if (this.#latest.length > LATEST_GAPS) this.#latest.shift();
    const usualUs = middleOf(this.#latest);
    if (Math.abs(usualUs / this.#periodUs - 1) > 0.1) return this.#begin(atUs, usualUs);
    this.#periods += Math.max(1, Math.round(gapUs / this.#periodUs));
    this.#gaps += 1;
    this.#judge(atUs, this.#startUs);
  }

  #judge(atUs: number, startUs: number): void {
    const tookUs = atUs - startUs;
    if (tookUs < SHORTEST_US || this.#gaps < ENOUGH_GAPS) return;
    const hz = (this.#periods * 1e6) / tookUs;
    const doubt = Math.min(0.01, JITTER_US / tookUs);
    if (Math.abs(rateHz(this.#rate) / hz - 1) > Math.max(SAME, doubt)) this.#rate = fractionOf(hz, doubt);
    if (tookUs < LONGEST_US) return;
    this.#rate = fractionOf(hz, SAME);
    this.#begin(atUs, tookUs / this.#periods);
  }

  #begin(atUs: number, periodUs: number): void {
    this.#startUs = this.#lastUs = atUs;
    this.#periodUs = Math.max(1, periodUs);
    this.#periods = this.#gaps = 0;
  }
}

function middleOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
