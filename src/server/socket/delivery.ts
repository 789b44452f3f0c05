import type {
  EventMessage,
  EventName,
  ServerMessage,
  SocketEvents,
  ValuesMessage,
} from '../../contract/socket.ts';
import type { Outbox } from './outbox.ts';

/** Messages of a session that can be told again. */
const KEPT_MESSAGES = 512;
/** Characters of events that can be told again: a lost session holds no more than this and its values. */
const KEPT_CHARACTERS = 131_072;

/** An event before it is numbered. */
export interface News {
  readonly type: 'event';
  readonly name: EventName;
  readonly data: SocketEvents[EventName];
}
export type ValueNews = Omit<ValuesMessage, 'seq'>;
/** What answers a message of the client. */
export type Answer = Exclude<ServerMessage, EventMessage | ValuesMessage>;

/** Where feeds send what a client follows. */
export interface Outlet {
  /** Latest-value messages should wait: they coalesce while they do. */
  readonly congested: boolean;
  /** Keeps it until it is known to have arrived, within bounds. Answers its number. */
  tell(news: News): number;
}

/**
 * Everything that goes out on one session. What comes unasked is numbered, and the last of it is kept, so that a client whose
 * line broke can be told again what it did not hear. Values and `status` and `stats` are numbered but not kept: their newest
 * state is told anew.
 */
export class Delivery implements Outlet {
  #outbox: Outbox | null;
  #seq = 0;
  /** The newest messages in order, null where one is not told again. */
  readonly #kept: (string | null)[] = [];
  #characters = 0;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  get seq(): number {
    return this.#seq;
  }

  get congested(): boolean {
    return this.#outbox?.congested ?? true;
  }

  /** The line broke: from now on events are kept only. */
  detach(): void {
    this.#outbox = null;
  }

  /** How many of the messages after `since` are forgotten; `since` is at most the number of the last one. */
  missedAfter(since: number): number {
    return Math.max(0, this.#seq - this.#kept.length - since);
  }

  /** Another line carries it from now on. */
  attach(outbox: Outbox): void {
    this.#outbox = outbox;
  }

  /** What the client did not hear of events, once more. */
  repeatAfter(since: number): void {
    const first = this.#seq - this.#kept.length + 1;
    for (const text of this.#kept.slice(Math.max(0, since + 1 - first)))
      if (text !== null) this.#outbox?.send(text);
  }

  answer(message: Answer): void {
    this.#outbox?.send(JSON.stringify(message));
  }

  tell(news: News): number {
    const seq = (this.#seq += 1);
    const text = JSON.stringify({ ...news, seq });
    this.#keep(text);
    this.#outbox?.send(text);
    return seq;
  }

  /** A state that stands for all before it. While the line is away it is not told: it will be another by then. */
  tellState(news: News | ValueNews): number {
    if (this.#outbox === null) return this.#seq;
    const seq = (this.#seq += 1);
    this.#keep(null);
    this.#outbox.send(JSON.stringify({ ...news, seq }));
    return seq;
  }

  #keep(text: string | null): void {
    this.#kept.push(text);
    this.#characters += text?.length ?? 0;
    while (this.#kept.length > KEPT_MESSAGES || this.#characters > KEPT_CHARACTERS)
      this.#characters -= this.#kept.shift()?.length ?? 0;
  }
}
