/** Up to this much lateness is made good by leaving pictures out; beyond it the play goes on from where it is. */
const PATIENCE_US = 500_000;

export type Verdict =
  /** Show it at this time, monotonic microseconds. */
  | { readonly show: true; readonly dueUs: number }
  /** Its time has passed; the next one is nearer. */
  | { readonly show: false };

/** Lays media time onto the clock, freshest first: never a burst, never a drift, and after a stall no catching up. */
export class MediaClock {
  #anchorUs: number | null = null;
  #dropped = 0;
  #stalls = 0;
  #lastDueUs = -Infinity;

  /** Pictures left out because they were late. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How often the play was so late that it was set back to the present. */
  get stalls(): number {
    return this.#stalls;
  }

  judge(mediaSeconds: number, durationSeconds: number, nowUs: number): Verdict {
    this.#anchorUs ??= nowUs - mediaSeconds * 1e6;
    const dueUs = this.#anchorUs + mediaSeconds * 1e6;
    const lateUs = nowUs - dueUs;
    if (lateUs <= Math.max(durationSeconds * 1e6, 1000)) return this.#show(dueUs);
    if (lateUs <= PATIENCE_US) {
      this.#dropped += 1;
      return { show: false };
    }
    this.#stalls += 1;
    this.#anchorUs = nowUs - mediaSeconds * 1e6;
    return this.#show(nowUs);
  }

  #show(dueUs: number): Verdict {
    this.#lastDueUs = Math.max(dueUs, this.#lastDueUs + 1);
    return { show: true, dueUs: this.#lastDueUs };
  }
}
