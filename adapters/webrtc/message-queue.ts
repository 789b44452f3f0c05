import type { JsonObject } from '../../src/contract/json.ts';

export interface ChannelMessage {
  /** Of the session. */
  readonly id: string;
  readonly channel: string;
  readonly text: string;
}

export interface MessageQueueOptions {
  readonly setTimer: (callback: () => void, delayMs: number) => void;
  readonly send: (messages: JsonObject[]) => void;
  /** A waiting message was left out for a newer one. */
  readonly dropped: (message: ChannelMessage) => void;
}

const EVERY_MS = 8;
/** What the daemon takes at once without being held up: a handful of JSON messages, or one large one. */
const BATCH = 32;
const BATCH_CHARACTERS = 65_536;
const WAITING = 1_000;
const WAITING_CHARACTERS = 2_000_000;

/**
 * What came in on all data channels, on its way to the daemon: at most 125 batches a second, 4000 messages in them. The first
 * message of a quiet time goes at once. A flood loses its oldest messages, so that the last word always arrives.
 */
export class MessageQueue {
  readonly #options: MessageQueueOptions;
  readonly #waiting: ChannelMessage[] = [];
  #characters = 0;
  #resting = false;

  constructor(options: MessageQueueOptions) {
    this.#options = options;
  }

  add(message: ChannelMessage): void {
    this.#waiting.push(message);
    this.#characters += message.text.length;
    while (this.#waiting.length > WAITING || this.#characters > WAITING_CHARACTERS) {
      const oldest = this.#take();
      if (oldest !== undefined) this.#options.dropped(oldest);
    }
    if (!this.#resting) this.#flush();
  }

  #flush(): void {
    this.#resting = this.#waiting.length > 0;
    if (!this.#resting) return;
    const batch: JsonObject[] = [];
    let characters = 0;
    while (batch.length < BATCH) {
      const next = this.#waiting[0];
      if (next === undefined || (batch.length > 0 && characters + next.text.length > BATCH_CHARACTERS)) break;
      characters += next.text.length;
      batch.push({ ...next });
      this.#take();
    }
    this.#options.send(batch);
    this.#options.setTimer(() => this.#flush(), EVERY_MS);
  }

  #take(): ChannelMessage | undefined {
    const oldest = this.#waiting.shift();
    this.#characters -= oldest?.text.length ?? 0;
    return oldest;
  }
}
