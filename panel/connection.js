/**
 * The one WebSocket to the daemon. Connects, and connects again when it is lost, sooner at first and then every few seconds.
 * Whoever listens hears `open` each time and starts afresh from what the daemon says: the page keeps no state of its own.
 */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000;

export class Connection extends EventTarget {
  #socket = /** @type {WebSocket | null} */ (null);
  #waitMs = FIRST_WAIT_MS;
  #nextId = 1;
  #answers = /** @type {Map<number, (message: any) => void>} */ (new Map());

  start() {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/ws`);
    this.#socket = socket;
    socket.addEventListener('message', (event) => this.#receive(JSON.parse(event.data)));
    socket.addEventListener('close', () => this.#lost());
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /**
   * Sends a message and resolves with its `ack` or `error`; where the line is lost meanwhile, with an error of our own.
   * @param {Record<string, unknown>} message
   * @returns {Promise<any>}
   */
  ask(message) {
    if (!this.open) return Promise.resolve(lostAnswer);
    const id = this.#nextId;
    this.#nextId += 1;
    this.#socket?.send(JSON.stringify({ ...message, id }));
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  /** @param {any} message */
  #receive(message) {
    if (message.type === 'hello') {
      this.#waitMs = FIRST_WAIT_MS;
      this.dispatchEvent(new CustomEvent('open', { detail: message }));
      return;
    }
    const answer = this.#answers.get(message.id);
    if (answer !== undefined) {
      this.#answers.delete(message.id);
      answer(message);
      return;
    }
    const name = message.type === 'event' ? message.name : message.type;
    this.dispatchEvent(new CustomEvent(name, { detail: message.type === 'event' ? message.data : message }));
  }

  #lost() {
    for (const answer of this.#answers.values()) answer(lostAnswer);
    this.#answers.clear();
    this.dispatchEvent(new CustomEvent('lost'));
    // A little chance spreads many pages that lost the same daemon.
    setTimeout(() => this.start(), this.#waitMs * (0.75 + Math.random() / 2));
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
  }
}

const lostAnswer = {
  type: 'error',
  error: { code: 'LOST', message: 'Not sent: the connection to Reverie is lost.' },
};

/**
 * The first reason why an answer says no, or null where it does not.
 * @param {any} answer
 * @returns {string | null}
 */
export function refusalOf(answer) {
  if (answer.type === 'error') return answer.error.message;
  return answer.rejected?.[0]?.error.message ?? null;
}
