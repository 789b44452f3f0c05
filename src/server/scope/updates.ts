import type { JsonObject, JsonValue } from '../../contract/json.ts';

/** Widgets that follow a moving value look smooth at this rate, and a fader sweep stays a trickle on the channel. */
const PERIOD_MS = 50;

type Send = (message: JsonObject) => void;

/**
 * Values on their way to one client: the newest of each key, a few messages a second. Nothing is sent before the channel is
 * open; the memory it takes is bounded by the number of parameters.
 */
export class Updates {
  readonly #send: Send;
  /** By the node a client knows, or null for the flat message. */
  readonly #waiting = new Map<string | null, Map<string, JsonValue>>();
  #open = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(send: Send) {
    this.#send = send;
  }

  open(isOpen: boolean): void {
    this.#open = isOpen;
    this.#arm();
  }

  put(node: string | null, key: string, value: JsonValue): void {
    const values = this.#waiting.get(node) ?? new Map<string, JsonValue>();
    this.#waiting.set(node, values.set(key, value));
    this.#arm();
  }

  /** The client has set it since: what waits would take its hand back. */
  drop(node: string | null, key: string): void {
    this.#waiting.get(node)?.delete(key);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting.clear();
  }

  #arm(): void {
    if (this.#timer !== null || !this.#open || this.#waiting.size === 0) return;
    this.#flush();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#arm();
    }, PERIOD_MS);
  }

  #flush(): void {
    for (const [node, values] of this.#waiting) {
      if (values.size === 0) continue;
      const parameters = Object.fromEntries(values);
      this.#send({
        type: 'parameters_updated',
        parameters: node === null ? parameters : { ...parameters, node_id: node },
      });
    }
    this.#waiting.clear();
  }
}
