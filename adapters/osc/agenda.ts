/** What may wait for its time, in messages of one sender: ten seconds of a busy sequencer. */
export const MAX_WAITING = 4096;
/** And of all senders, of whom there may be as many as there are ports. */
const MAX_WAITING_OF_ALL = 4 * MAX_WAITING;

export interface AgendaOptions<T> {
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** Answers how to cancel. */
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
  readonly play: (messages: readonly T[]) => void;
}

interface Waiting<T> {
  readonly dueMs: number;
  readonly sender: string;
  readonly messages: readonly T[];
}

/** Bundles whose time lies ahead. They are played in the order of their times, those of one time in the order they came. */
export class Agenda<T> {
  readonly #options: AgendaOptions<T>;
  readonly #line: Waiting<T>[] = [];
  #waiting = 0;
  readonly #waitingOf = new Map<string, number>();
  #cancel: () => void = () => undefined;

  constructor(options: AgendaOptions<T>) {
    this.#options = options;
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** False where too many of this sender, or of all, wait already: then none of these do. */
  add(delayMs: number, messages: readonly T[], sender: string): boolean {
    const own = (this.#waitingOf.get(sender) ?? 0) + messages.length;
    if (own > MAX_WAITING || this.#waiting + messages.length > MAX_WAITING_OF_ALL) return false;
    const dueMs = this.#options.now() + delayMs;
    const at = this.#placeOf(dueMs);
    this.#line.splice(at, 0, { dueMs, sender, messages });
    this.#count(sender, messages.length);
    if (at === 0) this.#arm();
    return true;
  }

  /** Whatever waits is never played. */
  close(): void {
    this.#cancel();
    this.#line.length = 0;
    this.#waiting = 0;
    this.#waitingOf.clear();
  }

  /** Behind all that is due by then. By halves: one packet may hold thousands of bundles, in any order. */
  #placeOf(dueMs: number): number {
    let from = 0;
    let until = this.#line.length;
    while (from < until) {
      const middle = (from + until) >> 1;
      if ((this.#line[middle]?.dueMs ?? Infinity) <= dueMs) from = middle + 1;
      else until = middle;
    }
    return from;
  }

  #count(sender: string, change: number): void {
    this.#waiting += change;
    const own = (this.#waitingOf.get(sender) ?? 0) + change;
    if (own > 0) this.#waitingOf.set(sender, own);
    else this.#waitingOf.delete(sender);
  }

  #arm(): void {
    this.#cancel();
    const next = this.#line[0];
    if (next === undefined) return;
    this.#cancel = this.#options.setTimer(
      () => this.#playDue(),
      Math.max(0, next.dueMs - this.#options.now()),
    );
  }

  #playDue(): void {
    // Timers fire up to a millisecond early as well as late.
    const untilMs = this.#options.now() + 0.5;
    const due = this.#placeOf(untilMs);
    for (const { sender, messages } of this.#line.splice(0, due)) {
      this.#count(sender, -messages.length);
      this.#options.play(messages);
    }
    this.#arm();
  }
}
