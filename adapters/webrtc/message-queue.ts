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
/** Batches that may go one right after another when it was quiet before: a hand on a slider never waits for the clock. */
const AT_ONCE = 4;
/** What the daemon takes at once without being held up: a handful of JSON messages, or one large one. */
const BATCH = 32;
const BATCH_CHARACTERS = 65_536;
const WAITING = 1_000;
const WAITING_CHARACTERS = 2_000_000;

/**
 * What came in on all data channels, on its way to the daemon: for long at most 125 batches a second, 4000 messages in them. The
 * first messages of a quiet time go at once. A flood loses its oldest messages, so that the last word always arrives.
 */
export class MessageQueue {
  readonly #options: MessageQueueOptions;
  readonly #waiting: ChannelMessage[] = [];
  #characters = 0;
  #credit = AT_ONCE;
  #ticking = false;

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
    if (this.#credit > 0) this.#flush();
  }

  #flush(): void {
    this.#credit -= 1;
    if (!this.#ticking) this.#tick();
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
  }

  #tick(): void {
    this.#ticking = true;
    this.#options.setTimer(() => {
      this.#ticking = false;
      this.#credit += 1;
      if (this.#waiting.length > 0) this.#flush();
      else if (this.#credit < AT_ONCE) this.#tick();
    }, EVERY_MS);
  }

  #take(): ChannelMessage | undefined {
    const oldest = this.#waiting.shift();
    this.#characters -= oldest?.text.length ?? 0;
    return oldest;
  }
}
