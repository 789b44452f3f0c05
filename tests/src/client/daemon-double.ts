// Stands for the daemon's end of the line and for time. It says what a test has it say; it cannot show that a real daemon says
// the same: tests/src/client/connect.test.ts and tests/integration/websocket.test.ts do.
import type { ClientMessage } from '../../../src/contract/socket.ts';
import { Client, type Options, type StateChange } from '../../../src/client/client.ts';
import type { WebSocketLike } from '../../../src/client/web-socket.ts';

type Said = ClientMessage & { readonly id?: string | number };

/** One socket, both ends. */
export class Wire implements WebSocketLike {
  readonly said: Said[] = [];
  closedWith: number | null = null;
  #message: (event: { readonly data: unknown }) => void = () => undefined;
  #close: (event: { readonly code: number }) => void = () => undefined;

  send(text: string): void {
    this.said.push(JSON.parse(text) as Said);
  }
  close(code = 1005): void {
    this.closedWith = code;
  }
  addEventListener(
    type: 'message' | 'close' | 'error',
    listen: (event: { readonly data: unknown; readonly code: number }) => void,
  ): void {
    if (type === 'message') this.#message = ({ data }) => listen({ data, code: 0 });
    if (type === 'close') this.#close = ({ code }) => listen({ data: null, code });
  }

  hear(message: object | string): void {
    this.#message({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }
  break(code = 1006): void {
    this.#close({ code });
  }
  last(type: ClientMessage['type']): Said {
    const found = this.said.findLast((message) => message.type === type);
    if (found === undefined) throw new Error(`Nothing of type ${type} was said`);
    return found;
  }
}

export const greeting = (more: object = {}) => ({
  type: 'hello',
  protocol: 1,
  version: '9',
  session: 'ws:1',
  token: 'secret',
  keepSeconds: 60,
  resumed: false,
  missed: 0,
  ...more,
});

/** Timers that run when the test says. */
export class Clock {
  readonly waiting: { readonly run: () => void; readonly ms: number; readonly atMs: number }[] = [];
  nowMs = 0;

  later = (run: () => void, ms: number): (() => void) => {
    const timer = { run, ms, atMs: this.nowMs + ms };
    this.waiting.push(timer);
    return () => {
      const at = this.waiting.indexOf(timer);
      if (at >= 0) this.waiting.splice(at, 1);
    };
  };

  /** Lets time pass, running what is due in its order. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const next = this.waiting.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = untilMs;
  }
}

export interface Stage {
  readonly client: Client;
  readonly clock: Clock;
  readonly wires: readonly Wire[];
  readonly states: readonly StateChange[];
  readonly errors: readonly string[];
  /** The newest line. */
  readonly wire: () => Wire;
}

export function stage(options: Options = {}): Stage {
  const clock = new Clock();
  const wires: Wire[] = [];
  const states: StateChange[] = [];
  const errors: string[] = [];
  const open = (): Wire => {
    const wire = new Wire();
    wires.push(wire);
    return wire;
  };
  const client = new Client(
    { open, later: clock.later, random: () => 0.5 },
    {
      onState: (change) => states.push(change),
      onError: ({ code }) => errors.push(code),
      ...options,
    },
  );
  const wire = (): Wire => wires.at(-1) ?? new Wire();
  return { client, clock, wires, states, errors, wire };
}

/** One that is greeted already. */
export function greeted(): Stage {
  const made = stage();
  made.wire().hear(greeting());
  return made;
}

/** Answers the newest message of a type, as the daemon does where all is well. */
export function answer(wire: Wire, type: ClientMessage['type'], more: object = {}): void {
  const { id } = wire.last(type);
  const result = type === 'set' ? { applied: [], scheduled: [], rejected: [] } : {};
  wire.hear({ type: 'ack', of: type, id, ...result, ...more });
}

/** Lets promises that were settled run on. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
