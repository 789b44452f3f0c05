/** Between two readings of one OBS, so that a flood of its events costs neither side much. */
const PAUSE_MS = 40;
/** After the last event it is read again so much later each: OBS 29 says nothing of a cut into a fade that is under way. */
const AFTERTHOUGHTS_MS = [300, 1_000, 3_000] as const;

interface Deps {
  readonly read: (withCollection: boolean) => Promise<void>;
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
  readonly failed: (error: unknown) => void;
}

type What = 'nothing' | 'live' | 'collection';

/**
 * Reads state again after events, one reading at a time: however many come while one is under way, one more follows. Events of OBS
 * come late, are left out for transitions that another overtakes, and are not sent at all for some changes.
 */
export class Rereading {
  readonly #deps: Deps;
  #due: What = 'nothing';
  #busy = false;
  #closed = false;
  /** Afterthoughts had since the last event. */
  #afterthoughts = 0;
  #cancel: () => void = () => undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  ask(what: 'live' | 'collection'): void {
    this.#afterthoughts = 0;
    if (this.#due !== 'collection') this.#due = what;
    if (!this.#busy) this.#read();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #read(): void {
    if (this.#closed) return;
    const due = this.#due;
    this.#due = 'nothing';
    this.#busy = true;
    this.#cancel();
    this.#deps.read(due === 'collection').then(
      () => this.#in(PAUSE_MS, () => this.#rest()),
      (error: unknown) => this.#deps.failed(error),
    );
  }

  /** What came meanwhile is read now, or what may have been left out somewhat later. */
  #rest(): void {
    this.#busy = false;
    if (this.#due !== 'nothing') return this.#read();
    const waitMs = AFTERTHOUGHTS_MS[this.#afterthoughts];
    if (waitMs === undefined) return;
    this.#in(waitMs, () => {
      this.#afterthoughts += 1;
      this.#read();
    });
  }

  #in(delayMs: number, then: () => void): void {
    if (!this.#closed) this.#cancel = this.#deps.setTimer(then, delayMs);
  }
}
