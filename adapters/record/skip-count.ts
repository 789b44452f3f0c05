/** A gap longer than this is no gap: another producer counts anew. */
const CREDIBLE_GAP = 600;

/** Frames of a node that were replaced by newer ones before they could be taken: holes in their numbers. */
export class SkipCount {
  #last: number | null = null;
  count = 0;

  see(sequence: number, repeat: boolean): void {
    const last = this.#last;
    this.#last = sequence;
    if (last === null || repeat) return;
    const gap = sequence - last - 1;
    if (gap > 0 && gap < CREDIBLE_GAP) this.count += gap;
  }
}
