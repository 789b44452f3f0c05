import type { JsonValue } from '../../../src/contract/json.ts';

/** Sends that may wait for their answer; beyond them a slow line gets fewer and newer values instead of a queue. */
const MOST_UNANSWERED = 2;

/** Values on their way out: the newest per address, at most one message a picture of the browser. */
export class Outgoing {
  readonly #frame: (run: () => void) => void;
  readonly #send: (values: Readonly<Record<string, JsonValue>>) => Promise<void>;
  readonly #waiting = new Map<string, JsonValue>();
  #scheduled = false;
  #unanswered = 0;

  constructor(
    frame: (run: () => void) => void,
    send: (values: Readonly<Record<string, JsonValue>>) => Promise<void>,
  ) {
    this.#frame = frame;
    this.#send = send;
  }

  /** False where a value of this address was waiting and is replaced. */
  put(address: string, value: JsonValue): boolean {
    const first = !this.#waiting.has(address);
    this.#waiting.set(address, value);
    this.#schedule();
    return first;
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.size === 0 || this.#unanswered >= MOST_UNANSWERED) return;
    this.#scheduled = true;
    this.#frame(() => {
      this.#scheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const values = Object.fromEntries(this.#waiting);
    this.#waiting.clear();
    this.#unanswered += 1;
    try {
      await this.#send(values);
    } finally {
      this.#unanswered -= 1;
      this.#schedule();
    }
  }
}
