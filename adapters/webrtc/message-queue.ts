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
  /** A waiting message was left out for a newer one of the same session. */
  readonly dropped: (message: ChannelMessage) => void;
}

const EVERY_MS = 8;
/** Batches that may go one right after another when it was quiet before: a hand on a slider never waits for the clock. */
const AT_ONCE = 4;
/** What the daemon takes at once without being held up: a handful of JSON messages, or one large one. */
const BATCH = 32;
const BATCH_CHARACTERS = 65_536;
/** What may wait of one session. */
const WAITING = 1_000;
const WAITING_CHARACTERS = 1_000_000;

/** What waits of one session, oldest first. */
interface Line {
  readonly messages: ChannelMessage[];
  characters: number;
}

/**
 * What came in on all data channels, on its way to the daemon: for long at most 125 batches a second, 4000 messages in them. The
 * first messages of a quiet time go at once. Sessions take turns, a message each, so that one that floods delays nobody by more than
 * its own turn. It loses its own oldest messages, so that everybody's last word arrives.
 */
export class MessageQueue {
  readonly #options: MessageQueueOptions;
  /** Only those with something to say, whoever waited longest for a turn first. */
  readonly #lines = new Map<string, Line>();
  #credit = AT_ONCE;
  #ticking = false;

  constructor(options: MessageQueueOptions) {
    this.#options = options;
  }

  add(message: ChannelMessage): void {
    let line = this.#lines.get(message.id);
    if (line === undefined) this.#lines.set(message.id, (line = { messages: [], characters: 0 }));
    line.messages.push(message);
    line.characters += message.text.length;
    while (line.messages.length > WAITING || line.characters > WAITING_CHARACTERS) {
      const oldest = take(line);
      if (oldest !== undefined) this.#options.dropped(oldest);
    }
    if (this.#credit > 0) this.#flush();
  }

  /** The session ends: what still waits of it goes now, because nobody listens to a session that is gone. */
  finish(id: string): void {
    const line = this.#lines.get(id);
    if (line === undefined) return;
    this.#lines.delete(id);
    this.#options.send(line.messages.map((message) => ({ ...message })));
  }

  #flush(): void {
    this.#credit -= 1;
    if (!this.#ticking) this.#tick();
    const batch: JsonObject[] = [];
    let room = Infinity;
    while (batch.length < BATCH) {
      const next = this.#turn(room);
      if (next === undefined) break;
      if (batch.length === 0) room = BATCH_CHARACTERS;
      room -= next.text.length;
      batch.push({ ...next });
    }
    this.#options.send(batch);
  }

  /** The next message that fits. Who is passed over, having a large one, is the first of the next batch. */
  #turn(room: number): ChannelMessage | undefined {
    for (const [id, line] of this.#lines) {
      if ((line.messages[0]?.text.length ?? 0) > room) continue;
      const next = take(line);
      this.#lines.delete(id);
      if (line.messages.length > 0) this.#lines.set(id, line);
      return next;
    }
    return undefined;
  }

  #tick(): void {
    this.#ticking = true;
    this.#options.setTimer(() => {
      this.#ticking = false;
      this.#credit += 1;
      if (this.#lines.size > 0) this.#flush();
      else if (this.#credit < AT_ONCE) this.#tick();
    }, EVERY_MS);
  }
}

function take(line: Line): ChannelMessage | undefined {
  const oldest = line.messages.shift();
  line.characters -= oldest?.text.length ?? 0;
  return oldest;
}
