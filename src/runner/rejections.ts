import type { Clock } from '../contract/clock.ts';

const INTERVAL_US = 250_000;
const MAX_SENDERS = 64;

/** What one sender sent in vain since the last report, and why the last of it was refused. */
export interface SenderRejections {
  readonly sender: string;
  readonly count: number;
  readonly code: string;
  readonly message: string;
}

export interface RejectionTallyOptions {
  readonly now: Clock;
  readonly setTimer: (callback: () => void, delayMs: number) => void;
  readonly send: (rejections: readonly SenderRejections[]) => void;
}

/**
 * Counts refused control input by sender and reports it at most four times a second: the first at once, so that a person who
 * tries a new sender sees why nothing moves. Every refusal is counted. Between two reports 64 senders are told apart; whoever
 * comes then is counted under `others`, since a sender's port costs an attacker nothing.
 */
export class RejectionTally {
  readonly #options: RejectionTallyOptions;
  readonly #bySender = new Map<string, SenderRejections>();
  #sentAtUs = -Infinity;
  #timerSet = false;

  constructor(options: RejectionTallyOptions) {
    this.#options = options;
  }

  add(sender: string, code: string, message: string): void {
    const known = this.#bySender.has(sender) || this.#bySender.size < MAX_SENDERS;
    const name = known ? sender : 'others';
    const count = (this.#bySender.get(name)?.count ?? 0) + 1;
    this.#bySender.set(name, { sender: name, count, code, message });
    this.#reportWhenDue();
  }

  #reportWhenDue(): void {
    if (this.#bySender.size === 0 || this.#timerSet) return;
    const now = this.#options.now();
    const waitUs = this.#sentAtUs + INTERVAL_US - now;
    if (waitUs > 0) {
      this.#timerSet = true;
      this.#options.setTimer(() => {
        this.#timerSet = false;
        this.#reportWhenDue();
      }, waitUs / 1000);
      return;
    }
    this.#sentAtUs = now;
    const report = [...this.#bySender.values()];
    this.#bySender.clear();
    this.#options.send(report);
  }
}
