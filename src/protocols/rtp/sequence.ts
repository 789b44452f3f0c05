/** How far `to` lies after `from` on a circle of 2^16; negative where it lies before. */
export function sequenceDistance(from: number, to: number): number {
  return (((to - from) & 0xffff) << 16) >> 16;
}

/** Gives 16-bit sequence numbers their cycle, so that they can be compared and counted: each is taken to be near the last. */
export class SequenceUnwrapper {
  #last: number | null = null;

  unwrap(sequence: number): number {
    this.#last =
      this.#last === null ? sequence : this.#last + sequenceDistance(this.#last & 0xffff, sequence);
    return this.#last;
  }
}

/** Microseconds on the clock of a stream, from a random start (RFC 3550 §5.1). */
export function rtpTimestamp(us: number, clockHz: number, start: number): number {
  return (Math.round(us * (clockHz / 1_000_000)) + start) % 2 ** 32;
}
