/** How early a frame may be shown against the rate cap, as a share of its period: room for a source's jitter. */
const EARLY = 0.2;
/** Slowest tick of an output whose source is slow or gone. */
const SLOWEST_US = 100_000;

/**
 * When a sink may show the next frame, and when it shows the last one again. Pure; microseconds.
 *
 * The cap is a phase-locked schedule, so that a source at just the cap's rate passes whole and a faster one is thinned evenly.
 * The repeat follows the rate at which frames really came, not the cap: else a 30/s source would repeat between its own frames.
 */
export class SinkPacer {
  readonly #periodUs: number;
  #intervalUs: number;
  #dueUs: number | null = null;
  #lastArrivalUs: number | null = null;
  #lastTickUs = 0;
  #repeating = false;

  constructor(periodUs: number) {
    this.#periodUs = periodUs;
    this.#intervalUs = Math.max(periodUs, 1e6 / 30);
  }

  arrived(atUs: number): void {
    if (this.#lastArrivalUs !== null && !this.#repeating) {
      const interval = Math.min(SLOWEST_US, Math.max(this.#periodUs, atUs - this.#lastArrivalUs));
      this.#intervalUs += 0.1 * (interval - this.#intervalUs);
    }
    this.#lastArrivalUs = atUs;
    this.#repeating = false;
    this.#lastTickUs = atUs;
    const due = this.#dueUs;
    this.#dueUs = due === null || atUs > due + this.#periodUs ? atUs + this.#periodUs : due + this.#periodUs;
  }

  repeated(atUs: number): void {
    this.#repeating = true;
    this.#lastTickUs = atUs;
  }

  /** How long to wait before asking for the next frame; 0 unless the source is faster than the cap. */
  takeInUs(atUs: number): number {
    return this.#dueUs === null ? 0 : Math.max(0, this.#dueUs - EARLY * this.#periodUs - atUs);
  }

  /** After one and a half periods of silence, then every period. */
  repeatDueUs(): number {
    return this.#lastTickUs + this.#intervalUs * (this.#repeating ? 1 : 1.5);
  }
}
