import type { TimelineMiss } from '../../contract/timeline.ts';
import type { Misfit } from '../misfit.ts';

const kept = 100;

/** What the timeline could not play, by address and reason; those that failed longest ago are forgotten first. */
export class Misses {
  readonly #misses = new Map<string, TimelineMiss>();

  note(address: string, { report }: Misfit): void {
    const key = `${report.code} ${address}`;
    const count = (this.#misses.get(key)?.count ?? 0) + 1;
    this.#misses.delete(key);
    this.#misses.set(key, { address, count, code: report.code, message: report.message });
    const oldest = this.#misses.keys().next();
    if (this.#misses.size > kept && oldest.done !== true) this.#misses.delete(oldest.value);
  }

  list(): TimelineMiss[] {
    return [...this.#misses.values()];
  }
}
