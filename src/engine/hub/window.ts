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
    const picked = new Set<number>();
    const last = entries.length - 1;
    for (let k = 0; k < count; k++) picked.add(count === 1 ? last : Math.round((k * last) / (count - 1)));
    const chosen: T[] = [];
    const rest: T[] = [];
    entries.forEach((entry, index) => (picked.has(index) ? chosen : rest).push(entry.value));
    entries.length = 0;
    return { chosen, rest };
  }

  clear(): T[] {
    return this.#entries.splice(0).map((entry) => entry.value);
  }
}
