import type { JsonValue } from '../../../src/contract/json.ts';

/** Moves of a hand on their way to the client: the newest per address, handed over once a picture of the browser. */
export class Outgoing {
  readonly #frame: (run: () => void) => void;
  readonly #send: (values: Readonly<Record<string, JsonValue>>) => void;
  readonly #waiting = new Map<string, JsonValue>();
  #scheduled = false;

  constructor(frame: (run: () => void) => void, send: (values: Readonly<Record<string, JsonValue>>) => void) {
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
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#frame(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const values = Object.fromEntries(this.#waiting);
    this.#waiting.clear();
    this.#send(values);
  }
}
