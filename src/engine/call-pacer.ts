/**
 * Calls a stage that needs no input at its rate, and never faster than its consumers take: a tick that finds the last frame
 * untaken, or the stage still at work, is skipped. The timer runs only while the stage asks for calls without input.
 */
export class CallPacer {
  readonly #due: () => boolean;
  readonly #call: () => void;
  #periodMs: number;
  #nextMs = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `due` says whether the stage may be called now, `call` calls it. */
  constructor(rateHz: number, due: () => boolean, call: () => void) {
    this.#periodMs = 1000 / rateHz;
    this.#due = due;
    this.#call = call;
  }

  set rateHz(rateHz: number) {
    this.#periodMs = 1000 / rateHz;
  }

  /** The stage waits for a call. */
  request(): void {
    if (this.#timer !== null) return;
    const now = performance.now();
    // Late by more than a period: start a new beat instead of catching up in a rush.
    if (this.#nextMs < now - this.#periodMs) this.#nextMs = now;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#nextMs - now));
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #tick(): void {
    this.#timer = null;
    this.#nextMs += this.#periodMs;
    if (this.#due()) this.#call();
    else this.request();
  }
}
