import type { SetResult } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import { ClientError, clientError } from './client-error.ts';
import type { Later } from './timers.ts';

type Values = Readonly<Record<string, JsonValue>>;

interface Waiter {
  readonly addresses: readonly string[];
  readonly resolve: (result: SetResult) => void;
  readonly reject: (error: unknown) => void;
  readonly cancel: () => void;
}

interface Parts {
  /** Rejects with E_CLIENT_LOST where the line broke before the answer. */
  send(values: Values): Promise<SetResult>;
  readonly later: Later;
  readonly timeoutMs: number;
  onError(error: ClientError): void;
}

/**
 * Values on their way out, the newest of each address. One message is on its way at a time: while the daemon has not answered
 * it, or the line is away, newer values take the place of those that wait. So a slow line gets fewer and newer values instead
 * of a queue, and the last one always arrives, unless the line stays away for longer than a request may take.
 */
export class SetQueue {
  readonly #parts: Parts;
  #values = new Map<string, JsonValue>();
  #waiters = new Set<Waiter>();
  #flying = 0;
  #isUp = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves with what became of the message that carried the newest values of these addresses; it may have carried others. */
  put(values: Values): Promise<SetResult> {
    const result = new Promise<SetResult>((resolve, reject) => {
      const cancel = this.#parts.later(() => this.#giveUp(waiter), this.#parts.timeoutMs);
      const waiter: Waiter = { addresses: Object.keys(values), resolve, reject, cancel };
      for (const [address, value] of Object.entries(values)) this.#values.set(address, value);
      this.#waiters.add(waiter);
    });
    result.catch(() => undefined);
    if (this.#flying === 0) this.release();
    return result;
  }

  /** Sends what waits, though the last message is not answered: what follows must not overtake it. */
  release(): void {
    if (!this.#isUp || this.#values.size === 0) return;
    const [values, waiters] = [this.#values, this.#waiters];
    this.#values = new Map();
    this.#waiters = new Set();
    this.#flying += 1;
    this.#parts.send(Object.fromEntries(values)).then(
      (result) => {
        for (const waiter of waiters) settle(waiter).resolve(result);
        this.#landed();
      },
      (error: unknown) => {
        if (error instanceof ClientError && error.code === 'E_CLIENT_LOST') this.#putBack(values, waiters);
        else for (const waiter of waiters) settle(waiter).reject(error);
        this.#landed();
      },
    );
  }

  up(): void {
    this.#isUp = true;
    if (this.#flying === 0) this.release();
  }

  away(): void {
    this.#isUp = false;
  }

  close(): void {
    this.#isUp = false;
    this.#values.clear();
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) settle(waiter).reject(this.#failed('E_CLIENT_CLOSED'));
  }

  #landed(): void {
    this.#flying -= 1;
    if (this.#flying === 0) this.release();
  }

  /** Under what came meanwhile. */
  #putBack(values: ReadonlyMap<string, JsonValue>, waiters: ReadonlySet<Waiter>): void {
    this.#values = new Map([...values, ...this.#values]);
    for (const waiter of waiters) this.#waiters.add(waiter);
  }

  /** It waited too long for a line: what only it wanted is not sent any more, as the hand has left the fader long ago. */
  #giveUp(waiter: Waiter): void {
    if (!this.#waiters.delete(waiter)) return;
    const wanted = new Set([...this.#waiters].flatMap(({ addresses }) => addresses));
    for (const address of waiter.addresses) if (!wanted.has(address)) this.#values.delete(address);
    waiter.reject(this.#failed(this.#isUp ? 'E_CLIENT_TIMEOUT' : 'E_CLIENT_LOST'));
  }

  #failed(code: 'E_CLIENT_TIMEOUT' | 'E_CLIENT_LOST' | 'E_CLIENT_CLOSED'): ClientError {
    const error = clientError(code);
    this.#parts.onError(error);
    return error;
  }
}

function settle(waiter: Waiter): Waiter {
  waiter.cancel();
  return waiter;
}
