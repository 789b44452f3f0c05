import type { ClientMessage, Greeting, ServerMessage } from '../contract/socket.ts';
import type { Later } from './timers.ts';
import type { WebSocketLike } from './web-socket.ts';

/**
 * Why there is no line. `refused`: the daemon has a new token, and this one no longer holds. `unanswered`: there was no greeting;
 * the daemon may be away, or want another sign-in, which browsers do not tell.
 */
export type Loss = 'lost' | 'refused' | 'unanswered';

export interface ConnectionParts {
  open(): WebSocketLike;
  readonly later: Later;
  random(): number;
  readonly timeoutMs: number;
  /** Greeted: by the session that was, with `missed` messages forgotten, or by a new one that knows nothing. */
  onUp(greeting: Greeting): void;
  onMessage(message: Exclude<ServerMessage, { readonly type: 'hello' }>): void;
  onLost(loss: Loss): void;
}

/** What a socket is closed with that was opened with a token that no longer holds. */
const POLICY_VIOLATION = 1008;
const NORMAL = 1000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000;
/** A line that said nothing for so long is asked whether it still carries. */
const QUIET_MS = 10_000;

/**
 * The line to the daemon. Opens it again when it is lost, sooner at first and then every two seconds, and takes the session up
 * where it was.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  #line: WebSocketLike | null = null;
  #phase: 'opening' | 'resuming' | 'up' | 'away' | 'closed' = 'away';
  #session: Greeting | null = null;
  /** The last numbered message of the session. */
  #seq = 0;
  #waitMs = FIRST_WAIT_MS;
  #heard = false;
  #cancel: () => void = () => undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#phase = 'opening';
    const line = this.#parts.open();
    this.#line = line;
    line.addEventListener('message', ({ data }) => {
      if (line === this.#line) this.#receive(String(data));
    });
    line.addEventListener('close', ({ code }) => {
      if (line === this.#line) this.#lost(code);
    });
    // A close follows it; `ws` throws where nobody listens.
    line.addEventListener('error', () => undefined);
    this.#then(() => this.drop(), this.#parts.timeoutMs);
  }

  send(message: ClientMessage): void {
    this.#line?.send(JSON.stringify(message));
  }

  /** The line is not trusted any more: another is opened, and the session goes on there. */
  drop(): void {
    this.#line?.close();
    if (this.#line !== null) this.#lost(0);
  }

  close(): void {
    this.#cancel();
    this.#phase = 'closed';
    const line = this.#line;
    this.#line = null;
    line?.close(NORMAL);
  }

  #receive(text: string): void {
    this.#heard = true;
    const message = read(text);
    if (message === null) return this.drop();
    if (message.type === 'hello') return this.#greeted(message);
    if (message.type === 'values' || message.type === 'event') this.#seq = message.seq;
    this.#parts.onMessage(message);
  }

  #greeted(greeting: Greeting): void {
    if (this.#phase === 'opening' && this.#session !== null) {
      this.#phase = 'resuming';
      this.send({ type: 'hello', resume: this.#session.token, since: this.#seq });
      return;
    }
    if (this.#phase === 'up') return;
    if (!greeting.resumed) this.#seq = 0;
    this.#session = greeting;
    this.#phase = 'up';
    this.#waitMs = FIRST_WAIT_MS;
    this.#listen();
    this.#parts.onUp(greeting);
  }

  /** Nothing heard for a while, and no answer to a ping either: the other end is gone, whatever TCP thinks. */
  #listen(): void {
    this.#heard = false;
    this.#then(() => {
      if (this.#heard) return this.#listen();
      this.send({ type: 'ping' });
      this.#then(() => (this.#heard ? this.#listen() : this.drop()), this.#parts.timeoutMs);
    }, QUIET_MS);
  }

  #lost(code: number): void {
    const loss = code === POLICY_VIOLATION ? 'refused' : this.#phase === 'up' ? 'lost' : 'unanswered';
    this.#line = null;
    this.#phase = 'away';
    // A little chance spreads many pages that lost the same daemon.
    this.#then(() => this.start(), this.#waitMs * (0.75 + this.#parts.random() / 2));
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
    this.#parts.onLost(loss);
  }

  /** The one thing that this waits for. */
  #then(run: () => void, ms: number): void {
    this.#cancel();
    this.#cancel = this.#parts.later(run, ms);
  }
}

/** Null where it is not what a daemon says: something else listens there. */
function read(text: string): ServerMessage | null {
  try {
    const message: unknown = JSON.parse(text);
    return isMessage(message) ? message : null;
  } catch {
    return null;
  }
}

// A daemon keeps to its protocol; only that it is one is checked.
function isMessage(message: unknown): message is ServerMessage {
  return typeof message === 'object' && message !== null && 'type' in message;
}
