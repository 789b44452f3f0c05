import type { SetResult, ValueChange } from '../../contract/command.ts';

/** Changes as one client is told them. */
export interface Told {
  readonly news: readonly ValueChange[];
  /** Addresses that it set itself and knows. */
  readonly own: readonly string[];
}

/** What a client set itself, at once: it was acknowledged, and is not told to it again. */
export class Echoes {
  readonly #session: string;
  readonly #own = new Set<string>();

  constructor(session: string) {
    this.#session = session;
  }

  /** The client is about to set these; the change may be told before the acknowledgement. */
  setting(addresses: readonly string[]): void {
    for (const address of addresses) this.#own.add(address);
  }

  /** What came of it: a bare key has its whole address now; what was refused or waits for its time goes on as before. */
  acknowledged({ applied, scheduled, rejected }: SetResult): void {
    for (const { address } of rejected) this.#own.delete(address);
    for (const { address } of applied) this.#own.add(address);
    this.gliding(scheduled.map(({ address }) => address));
  }

  /** Commands of the client may glide there or set off others: it wants to see the values on the way. */
  gliding(addresses: readonly string[]): void {
    for (const address of addresses) this.#own.delete(address);
  }

  told(changes: readonly ValueChange[]): Told {
    const news: ValueChange[] = [];
    const own: string[] = [];
    for (const change of changes) {
      if (change.setBy === this.#session && this.#own.has(change.address)) own.push(change.address);
      else {
        this.#own.delete(change.address);
        news.push(change);
      }
    }
    return { news, own };
  }
}
