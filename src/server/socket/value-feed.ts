import type { SetResult, ValueChange } from '../../contract/command.ts';
import type { Outbox } from './outbox.ts';

/**
 * Value changes on their way to one client: coalesced per address, at most `rateHz` messages a second, and waiting while the
 * client is behind. The memory it takes is bounded by the number of addresses; the last value always arrives.
 */
export class ValueFeed {
  readonly #outbox: Outbox;
  readonly #session: string;
  readonly #waiting = new Map<string, ValueChange>();
  /** What this client set last, at once, and is not to hear back. */
  readonly #own = new Set<string>();
  #periodMs: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(outbox: Outbox, session: string) {
    this.#outbox = outbox;
    this.#session = session;
  }

  /** Starts with all values, or with 0 ends the feed. */
  start(rateHz: number, all: readonly ValueChange[]): void {
    this.stop();
    if (rateHz === 0) return;
    this.#periodMs = 1000 / rateHz;
    this.#outbox.send({ type: 'values', complete: true, changes: all });
    this.#rest();
  }

  /** All values anew, as after a change of the graph. */
  restart(all: readonly ValueChange[]): void {
    if (this.#periodMs === null) return;
    this.#waiting.clear();
    this.#outbox.send({ type: 'values', complete: true, changes: all });
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#periodMs = null;
    this.#waiting.clear();
  }

  /** The client is about to set these: it gets an acknowledgement and needs no echo, which may come before it. */
  setting(addresses: readonly string[]): void {
    for (const address of addresses) this.#own.add(address);
  }

  /** What came of it: a bare key has its whole address now, and what was refused goes on as before. */
  acknowledged({ applied, rejected }: SetResult): void {
    for (const { address } of rejected) this.#own.delete(address);
    for (const { address } of applied) this.#own.add(address);
  }

  /** Commands of the client may glide there or set off others: it wants to see the values on the way. */
  gliding(addresses: readonly string[]): void {
    for (const address of addresses) this.#own.delete(address);
  }

  push(changes: readonly ValueChange[]): void {
    if (this.#periodMs === null) return;
    for (const change of changes) {
      if (this.#isEcho(change)) this.#waiting.delete(change.address);
      else this.#waiting.set(change.address, change);
    }
    if (this.#timer === null) this.#flush();
  }

  #isEcho(change: ValueChange): boolean {
    if (change.setBy !== this.#session) {
      this.#own.delete(change.address);
      return false;
    }
    return this.#own.has(change.address);
  }

  #flush(): void {
    if (this.#waiting.size === 0) return;
    if (!this.#outbox.congested) {
      this.#outbox.send({ type: 'values', complete: false, changes: [...this.#waiting.values()] });
      this.#waiting.clear();
    }
    this.#rest();
  }

  #rest(): void {
    if (this.#periodMs === null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#flush();
    }, this.#periodMs);
  }
}
