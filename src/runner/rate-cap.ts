/** How early a frame may come against the cap, as a share of its period: room for a source's jitter. */
const EARLY = 0.2;

/** Which frames of a source pass a rate cap. A phase-locked schedule, so that a source at just that rate passes whole. Pure. */
export class RateCap {
  readonly #periodUs: number;
  #dueUs: number | null = null;

  constructor(maxRateHz: number) {
    this.#periodUs = 1e6 / maxRateHz;
  }

  passes(atUs: number): boolean {
    const due = this.#dueUs;
    if (due !== null && atUs < due - EARLY * this.#periodUs) return false;
    this.#dueUs = due === null || atUs > due + this.#periodUs ? atUs + this.#periodUs : due + this.#periodUs;
    return true;
  }
}
