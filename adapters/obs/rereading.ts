/** Between two readings of one OBS, so that a flood of its events costs neither side much. */
const PAUSE_MS = 40;

interface Deps {
  readonly read: (withCollection: boolean) => Promise<void>;
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Reads state again after events, one reading at a time: however many come while one is under way, one more follows. Events of OBS
 * come late, are left out for transitions that another overtakes, and are not sent at all for some changes.
 */
export class Rereading {
  readonly #deps: Deps;
  #due: 'nothing' | 'live' | 'collection' = 'nothing';
  #busy = false;
  #cancel: () => void = () => undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  ask(what: 'live' | 'collection'): void {
    if (this.#due !== 'collection') this.#due = what;
    if (!this.#busy) this.#read();
  }

  close(): void {
    this.#busy = true;
    this.#cancel();
  }

  #read(): void {
    const due = this.#due;
    this.#due = 'nothing';
    this.#busy = true;
    this.#deps.read(due === 'collection').then(
      () => {
        this.#cancel = this.#deps.setTimer(() => {
          this.#busy = false;
          if (this.#due !== 'nothing') this.#read();
        }, PAUSE_MS);
      },
      (error: unknown) => this.#deps.failed(error),
    );
  }
}
