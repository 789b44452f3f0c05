/**
 * The frames kept for a stage that takes several at once: as even a sample of what arrived since its last take as the slots
 * allow. When it is full, the entry whose neighbours are closest together goes, never the oldest or the newest.
 */
export class SampleWindow<T> {
  readonly #entries: { readonly value: T; readonly timeUs: number }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  push(value: T, timeUs: number): void {
    this.#entries.push({ value, timeUs });
  }

  /** Removes the most dispensable entry; of two, the older. */
  thin(): T | undefined {
    const entries = this.#entries;
    let victim = 0;
    let closest = Infinity;
    for (let i = 1; i < entries.length - 1; i++) {
      const gap = (entries[i + 1]?.timeUs ?? 0) - (entries[i - 1]?.timeUs ?? 0);
      if (gap < closest) {
        closest = gap;
        victim = i;
      }
    }
    return entries.splice(victim, 1)[0]?.value;
  }

  /** Takes `count` evenly spread entries, the newest among them, and hands back the rest; null while too few have come. */
  take(count: number): { readonly chosen: T[]; readonly rest: T[] } | null {
    const entries = this.#entries;
    if (entries.length < count) return null;
    const picked = this.#evenly(count);
    const chosen: T[] = [];
    const rest: T[] = [];
    entries.forEach((entry, index) => (picked.has(index) ? chosen : rest).push(entry.value));
    entries.length = 0;
    return { chosen, rest };
  }

  /** Indices nearest in time to `count` even steps, each used once, in order, ending at the newest. */
  #evenly(count: number): Set<number> {
    const entries = this.#entries;
    const last = entries.length - 1;
    const startUs = entries[0]?.timeUs ?? 0;
    const stepUs = ((entries[last]?.timeUs ?? 0) - startUs) / Math.max(1, count - 1);
    const picked = new Set<number>();
    let next = 0;
    for (let k = 0; k < count - 1; k++) {
      const wantedUs = startUs + k * stepUs;
      const latest = last - (count - 1 - k);
      let best = next;
      for (let i = next + 1; i <= latest; i++) {
        if (
          Math.abs((entries[i]?.timeUs ?? 0) - wantedUs) < Math.abs((entries[best]?.timeUs ?? 0) - wantedUs)
        )
          best = i;
      }
      picked.add(best);
      next = best + 1;
    }
    return picked.add(last);
  }

  clear(): T[] {
    return this.#entries.splice(0).map((entry) => entry.value);
  }
}
