// Stands for the runner around a control adapter. It shows what the adapter hands over; not coalescing, nor the way to the daemon.
import { EventEmitter, once } from 'node:events';
import type { ControlContext, ControlMessage } from '../../../src/contract/adapter.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import { control } from '../../../adapters/osc/run.ts';

export interface Rejected {
  readonly sender: string;
  readonly code: string;
  readonly message: string;
}

export class ListeningAdapter {
  /** What each packet gave, one entry a packet. */
  readonly packets: (readonly ControlMessage[])[] = [];
  readonly rejected: Rejected[] = [];
  info: JsonObject = {};
  /** What it asked of the daemon. */
  readonly events: (readonly [name: string, data: JsonObject])[] = [];
  readonly #handlers = new Map<string, (params: JsonObject) => Promise<JsonValue>>();
  /** Resolves when `run` has ended. */
  readonly ended: Promise<void>;
  readonly #changes = new EventEmitter();
  readonly #abort = new AbortController();
  #live = false;

  constructor(config: JsonObject) {
    this.ended = control.run(this.#context(config));
  }

  /** Resolves once bound; rejects with the reason where that fails. */
  async live(): Promise<this> {
    await Promise.race([this.until(() => this.#live), this.ended]);
    return this;
  }

  /** Waits for something to have happened; the test's own time limit is the bound. */
  async until(happened: () => boolean): Promise<void> {
    while (!happened()) await once(this.#changes, 'change');
  }

  get ports(): number[] {
    const listening = this.info['listening'];
    return Array.isArray(listening)
      ? listening.map((endpoint) => Number(String(endpoint).replace(/^.*:/, '')))
      : [];
  }

  get port(): number {
    return this.ports[0] ?? 0;
  }

  /** Address and arguments of all messages so far. */
  get messages(): unknown[][] {
    return this.packets.flat().map(({ address, args }) => [address, ...args]);
  }

  /** Says something to it, as the daemon does. */
  async tell(method: string, params: JsonObject): Promise<void> {
    await this.#handlers.get(method)?.(params);
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  #context(config: JsonObject): ControlContext {
    const changed = (): void => void this.#changes.emit('change');
    return {
      node: 'osc',
      config,
      signal: this.#abort.signal,
      log: () => {},
      busy: () => {},
      onRequest: (method, handler) => void this.#handlers.set(method, handler),
      event: (name, data) => {
        this.events.push([name, data]);
        changed();
      },
      bulk: () => {},
      describe: (info) => {
        this.info = info;
        changed();
      },
      send: (messages) => {
        this.packets.push(messages);
        changed();
      },
      reject: (sender, code, message) => {
        this.rejected.push({ sender, code, message });
        changed();
      },
      live: () => {
        this.#live = true;
        changed();
      },
    };
  }
}
