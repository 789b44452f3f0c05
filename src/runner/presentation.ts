/**
 * Spaces the frames of a call that makes several: over the time one call takes, measured and smoothed, so that a pipeline that
 * makes four frames every 200 ms is seen at an even 20 a second. Pure: times come in, due times go out. Microseconds.
 */
export class PresentationClock {
  #lastCallUs: number | null = null;
  #periodUs: number | null = null;
  #lastDueUs = 0;

  /** Due times for `count` frames finished at `atUs`. */
  schedule(count: number, atUs: number): number[] {
    const sinceLast = this.#lastCallUs === null ? null : atUs - this.#lastCallUs;
    this.#lastCallUs = atUs;
    if (sinceLast !== null)
      this.#periodUs =
        this.#periodUs === null ? sinceLast : this.#periodUs + 0.2 * (sinceLast - this.#periodUs);
    if (count === 1 || this.#periodUs === null) {
      this.#lastDueUs = atUs;
      return new Array<number>(count).fill(atUs);
    }
    const gapUs = this.#periodUs / count;
    // Follow on from the last frame while on time; a call that came late starts anew rather than catching up in a rush.
    const late = atUs > this.#lastDueUs + 2 * gapUs;
    const ahead = this.#lastDueUs > atUs + this.#periodUs;
    const startUs = late || ahead ? atUs : Math.max(atUs, this.#lastDueUs + gapUs);
    const due = Array.from({ length: count }, (_, index) => startUs + index * gapUs);
    this.#lastDueUs = startUs + (count - 1) * gapUs;
    return due;
  }
}
