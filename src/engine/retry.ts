const FIRST_MS = 250;
const LONGEST_MS = 30_000;
/** Somebody's `kill` or the kernel's memory killer, not the runner's own fault: it comes back soon, however often. */
const LONGEST_AFTER_SIGNAL_MS = 1_000;
const ABSENT_MS = 1_000;
/** A runner that was live this long has earned a restart at once. */
const PROVEN_MS = 1_000;

export type Ending =
  /** The process ended by itself, threw or hung. */
  | 'crash'
  /** A signal from outside ended the process. */
  | 'signal'
  /** The endpoint is not there: file, device, address. */
  | 'absent';

/** When a node that went down is started again. Two policies, DESIGN §4: crashes back off, absent endpoints never do. */
export class RetryPolicy {
  /** Early deaths in a row; what a stranger's signal ends has no part in the patience with a crash. */
  readonly #early = { crash: 0, signal: 0 };

  /** Milliseconds to wait; `livedMs` is how long it was live, 0 where it never was. */
  delayAfter(ending: Ending, livedMs: number): number {
    if (ending === 'absent') return ABSENT_MS;
    if (livedMs >= PROVEN_MS) {
      this.#early.crash = this.#early.signal = 0;
      return 0;
    }
    const early = this.#early[ending];
    this.#early[ending] = early + 1;
    const delay = early === 0 ? 0 : FIRST_MS * 2 ** (early - 1);
    return Math.min(delay, ending === 'signal' ? LONGEST_AFTER_SIGNAL_MS : LONGEST_MS);
  }
}
