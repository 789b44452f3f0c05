import type { Rejection } from '../contract/command.ts';
import type { Misfit } from './misfit.ts';

interface Tally {
  count: number;
  address: string;
  misfit: Misfit | (() => Misfit);
  at: number;
}

const sendersKept = 100;

/** What was refused, per sender: how often, and the last one. The senders that were silent longest are forgotten first. */
export class Rejections {
  readonly #tallies = new Map<string, Tally>();
  readonly #wallClock: () => number;

  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  /** `misfit` may come later: finding the nearest address for each message of a flood would cost more than the flood. */
  note(sender: string, address: string, misfit: Misfit | (() => Misfit), times = 1): void {
    const tally = this.#tallies.get(sender);
    const count = (tally?.count ?? 0) + times;
    this.#tallies.delete(sender);
    this.#tallies.set(sender, { count, address: address.slice(0, 200), misfit, at: this.#wallClock() });
    if (this.#tallies.size <= sendersKept) return;
    const oldest = this.#tallies.keys().next();
    if (oldest.done !== true) this.#tallies.delete(oldest.value);
  }

  list(): Rejection[] {
    return Array.from(this.#tallies, ([sender, tally]) => {
      if (typeof tally.misfit === 'function') tally.misfit = tally.misfit();
      const { count, address, misfit, at } = tally;
      return { sender, count, lastAddress: address, lastError: misfit.report, lastAt: at };
    });
  }
}
