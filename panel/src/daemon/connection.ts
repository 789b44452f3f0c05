import type { Answer, FromDaemon, News, ToDaemon } from './messages.ts';

/** The part of a WebSocket that is used here. */
export interface Line {
  send(text: string): void;
  addEventListener(type: 'message', listen: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listen: (event: { readonly code: number }) => void): void;
}

/** `refused`: the daemon wants this page to sign in. `unanswered`: it may, or it is not there: a request can tell. */
export type Loss = 'lost' | 'refused' | 'unanswered';

export interface ConnectionParts {
  open(): Line;
  later(run: () => void, ms: number): void;
  random(): number;
  onOpen(): void;
  onNews(news: News): void;
  onLost(loss: Loss): void;
}

/** What a socket is closed with that was opened with a token that no longer holds. */
const POLICY_VIOLATION = 1008;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000;

/**
 * The one WebSocket to the daemon. Opens it again when it is lost, sooner at first and then every two seconds. Who listens hears
 * `onOpen` each time and starts afresh from what the daemon says: the page keeps no state of the show.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #line: Line | null = null;
  #greeted = false;
  #waitMs = FIRST_WAIT_MS;
  #nextId = 1;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  start(): void {
    const line = this.#parts.open();
    this.#line = line;
    line.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as FromDaemon));
    line.addEventListener('close', ({ code }) => this.#lost(code));
  }

  /** Resolves with the answer; where the line is lost before it came, with an error that says so. */
  ask(message: ToDaemon): Promise<Answer> {
    const line = this.#line;
    if (line === null || !this.#greeted) return Promise.resolve(lostAnswer);
    const id = this.#nextId;
    this.#nextId += 1;
    line.send(JSON.stringify({ ...message, id }));
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  #receive(message: FromDaemon): void {
    switch (message.type) {
      case 'hello':
        this.#greeted = true;
        this.#waitMs = FIRST_WAIT_MS;
        return this.#parts.onOpen();
      case 'values':
      case 'event':
        return this.#parts.onNews(message);
      case 'ack':
      case 'error': {
        const answer = message.id === undefined ? undefined : this.#answers.get(message.id);
        if (message.id !== undefined) this.#answers.delete(message.id);
        return answer?.(message);
      }
    }
  }

  #lost(code: number): void {
    const loss = code === POLICY_VIOLATION ? 'refused' : this.#greeted ? 'lost' : 'unanswered';
    this.#line = null;
    this.#greeted = false;
    const answers = [...this.#answers.values()];
    this.#answers.clear();
    for (const answer of answers) answer(lostAnswer);
    this.#parts.onLost(loss);
    // A little chance spreads many pages that lost the same daemon.
    this.#parts.later(() => this.start(), this.#waitMs * (0.75 + this.#parts.random() / 2));
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
  }
}

const lostAnswer: Answer = {
  type: 'error',
  error: { code: 'LOST', message: 'Not sent: the connection to Reverie is lost.' },
};
