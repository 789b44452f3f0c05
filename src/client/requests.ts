import type { ClientMessage, ServerMessage } from '../contract/socket.ts';
import { clientError, ClientError } from './client-error.ts';
import type { Later } from './timers.ts';

export type Answer = Extract<ServerMessage, { readonly type: 'ack' | 'snapshot' }>;

interface Request {
  readonly message: ClientMessage;
  readonly settle: (answer: Answer | ClientError) => void;
  readonly cancel: () => void;
  sent: boolean;
}

interface Parts {
  send(message: ClientMessage): void;
  readonly later: Later;
  readonly timeoutMs: number;
  /** An answer did not come: the line may be dead. */
  onTimeout(): void;
  onError(error: ClientError): void;
}

/** Questions to the daemon that have no answer yet. Each ends: with its answer, when the line is lost, or in time. */
export class Requests {
  readonly #parts: Parts;
  readonly #open = new Map<number, Request>();
  #line: 'coming' | 'up' | 'away' = 'coming';
  #nextId = 1;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Sends it now, or, before the first connection, as soon as there is one. Nobody is forced to look at the outcome: a request
   * that fails is told to `onError`, too.
   */
  ask(message: ClientMessage): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      if (this.#line === 'away') return reject(this.#failed('E_CLIENT_LOST'));
      const id = this.#nextId++;
      const cancel = this.#parts.later(() => this.#timedOut(id), this.#parts.timeoutMs);
      const settle = (outcome: Answer | ClientError): void => {
        cancel();
        this.#open.delete(id);
        if (outcome instanceof ClientError) reject(this.#told(outcome));
        else resolve(outcome);
      };
      const request = { message: { ...message, id }, settle, cancel, sent: false };
      this.#open.set(id, request);
      if (this.#line === 'up') this.#send(request);
    });
    answer.catch(() => undefined);
    return answer;
  }

  answered(message: Extract<ServerMessage, { readonly type: 'ack' | 'snapshot' | 'error' }>): void {
    const request = typeof message.id === 'number' ? this.#open.get(message.id) : undefined;
    request?.settle(message.type === 'error' ? new ClientError(message.error) : message);
  }

  /** There is a line: what waited for it goes out. */
  up(): void {
    this.#line = 'up';
    for (const request of this.#open.values()) if (!request.sent) this.#send(request);
  }

  away(): void {
    if (this.#line === 'up') this.#line = 'away';
    for (const request of this.#open.values()) if (request.sent) request.settle(clientError('E_CLIENT_LOST'));
  }

  close(): void {
    this.#line = 'away';
    for (const request of this.#open.values()) request.settle(clientError('E_CLIENT_CLOSED'));
  }

  #send(request: Request): void {
    request.sent = true;
    this.#parts.send(request.message);
  }

  #timedOut(id: number): void {
    const request = this.#open.get(id);
    if (request === undefined) return;
    request.settle(clientError('E_CLIENT_TIMEOUT'));
    if (request.sent) this.#parts.onTimeout();
  }

  #failed(code: 'E_CLIENT_LOST'): ClientError {
    return this.#told(clientError(code));
  }

  #told(error: ClientError): ClientError {
    this.#parts.onError(error);
    return error;
  }
}
