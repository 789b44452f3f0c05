/** A frame this far from where the stream's clock is says nothing of when it is to be seen. */
const JUMP_US = 1_000_000;
/** As fine as RTMP counts. */
const STEP_US = 1_000;

/**
 * Presentation times of a stream, microseconds from 0 on: those of the frames, and for repeats, real time since the last picture.
 * They grow by a step at least; where the frames' clock jumps, the stream goes on in real time.
 */
export class StreamClock {
  /** What the frames' clock shows where the stream's shows 0. */
  #zeroUs: number | null = null;
  #last: { readonly atUs: number; readonly nowUs: number } | null = null;

  at(ptsUs: number, repeat: boolean, nowUs: number): number {
    const last = this.#last;
    const expectedUs = last === null ? 0 : last.atUs + nowUs - last.nowUs;
    this.#zeroUs ??= ptsUs;
    if (!repeat && Math.abs(ptsUs - this.#zeroUs - expectedUs) > JUMP_US) this.#zeroUs = ptsUs - expectedUs;
    const placeUs = repeat ? expectedUs : ptsUs - this.#zeroUs;
    const atUs = last === null ? 0 : Math.max(last.atUs + STEP_US, placeUs);
    this.#last = { atUs, nowUs };
    return atUs;
  }
}
