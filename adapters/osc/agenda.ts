/** What may wait for its time, in messages: ten seconds of a busy sequencer. */
export const MAX_WAITING = 4096;

export interface AgendaOptions<T> {
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** Answers how to cancel. */
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
  readonly play: (messages: readonly T[]) => void;
}

interface Waiting<T> {
  readonly dueMs: number;
  readonly messages: readonly T[];
}

/** Bundles whose time lies ahead. They are played in the order of their times, those of one time in the order they came. */
export class Agenda<T> {
  readonly #options: AgendaOptions<T>;
  readonly #line: Waiting<T>[] = [];
  #waiting = 0;
  #cancel: () => void = () => undefined;

  constructor(options: AgendaOptions<T>) {
    this.#options = options;
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** False where too many wait already: then none of these do. */
  add(delayMs: number, messages: readonly T[]): boolean {
    if (this.#waiting + messages.length > MAX_WAITING) return false;
    const dueMs = this.#options.now() + delayMs;
    let at = this.#line.length;
    while (at > 0 && (this.#line[at - 1]?.dueMs ?? -Infinity) > dueMs) at -= 1;
    this.#line.splice(at, 0, { dueMs, messages });
    this.#waiting += messages.length;
    if (at === 0) this.#arm();
    return true;
  }

  /** Whatever waits is never played. */
  close(): void {
    this.#cancel();
    this.#line.length = 0;
    this.#waiting = 0;
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
    for (let next = this.#line[0]; next !== undefined && next.dueMs <= untilMs; next = this.#line[0]) {
      this.#line.shift();
      this.#waiting -= next.messages.length;
      this.#options.play(next.messages);
    }
    this.#arm();
  }
}
