/** Where a file says nothing of its rate, a picture is shown this long. */
const DEFAULT_DURATION_SECONDS = 1 / 25;
/** A picture that comes this long after the end of the one before is taken for an error of the file. */
const LONGEST_GAP_SECONDS = 10;

interface Stamp {
  readonly seconds: number | null;
  readonly durationSeconds: number | null;
}

/**
 * Media time across loops: starts at 0 and only goes forward. Pictures without a timestamp, or with one that goes back, as the
 * first of a new round does, follow their predecessor by its duration.
 */
export class MediaTimeline {
  readonly #fallbackSeconds: number;
  /** Added to the file's clock; null until its first timestamp. */
  #offset: number | null = null;
  #last: number | null = null;
  #end = 0;

  constructor(rateHz: number | null) {
    this.#fallbackSeconds = rateHz === null ? DEFAULT_DURATION_SECONDS : 1 / rateHz;
  }

  /** Place of the next picture, seconds. Strictly greater than the one before. */
  place({ seconds, durationSeconds }: Stamp): number {
    const duration = durationSeconds ?? this.#fallbackSeconds;
    let at = this.#end;
    if (seconds !== null) {
      this.#offset ??= this.#end - seconds;
      at = seconds + this.#offset;
      const plausible = this.#last === null || (at > this.#last && at - this.#end <= LONGEST_GAP_SECONDS);
      if (!plausible) {
        at = this.#end;
        this.#offset = at - seconds;
      }
    }
    this.#last = at;
    this.#end = at + duration;
    return at;
  }
}
