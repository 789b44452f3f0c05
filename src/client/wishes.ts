import type { ValueChange } from '../contract/command.ts';
import type {
  ClientMessage,
  EventMessage,
  EventName,
  EventOf,
  EventWishes,
  SocketEvents,
  ValuesMessage,
} from '../contract/socket.ts';

export type ValuesListener = (
  changes: readonly ValueChange[],
  /** `complete`: these are all that match, as at the start and after a change of the graph. */
  how: { readonly complete: boolean },
) => void;
export type EventListener<Name extends EventName> = (data: SocketEvents[Name]) => void;

interface Subscribed {
  readonly patterns: readonly string[];
  rateHz: number;
  readonly listener: ValuesListener;
}

type Hear = (message: EventMessage) => void;
type SubscribeMessage = Extract<ClientMessage, { readonly type: 'subscribe' }>;

/** What this client wants to hear, and who hears it; told to each new session, as that knows nothing of it. */
export class Wishes {
  readonly #subscriptions = new Map<string, Subscribed>();
  readonly #hearers = new Map<EventName, Map<unknown, Hear>>();
  #events: EventWishes = {};
  #count = 0;

  subscribe(patterns: readonly string[], rateHz: number, listener: ValuesListener): string {
    const name = `s${(this.#count += 1)}`;
    this.#subscriptions.set(name, { patterns, rateHz, listener });
    return name;
  }

  changeRate(name: string, rateHz: number): void {
    const subscribed = this.#subscriptions.get(name);
    if (subscribed !== undefined) subscribed.rateHz = rateHz;
  }

  unsubscribe(name: string): void {
    this.#subscriptions.delete(name);
  }

  listen<Name extends EventName>(name: Name, listener: EventListener<Name>, events: EventWishes): void {
    const hearers = this.#hearers.get(name) ?? new Map<unknown, Hear>();
    hearers.set(listener, (message) => {
      if (isNamed(message, name)) listener(message.data);
    });
    this.#hearers.set(name, hearers);
    this.#events = { ...this.#events, ...events };
  }

  /** True where nobody listens to it any more. */
  leave<Name extends EventName>(name: Name, listener: EventListener<Name>): boolean {
    const hearers = this.#hearers.get(name);
    hearers?.delete(listener);
    if (hearers === undefined || hearers.size > 0) return false;
    const { [name]: _left, ...others } = this.#events;
    this.#events = others;
    return true;
  }

  /** One subscription as a message, or null where it was ended. */
  subscription(name: string): SubscribeMessage | null {
    const subscribed = this.#subscriptions.get(name);
    if (subscribed === undefined) return null;
    const { patterns, rateHz } = subscribed;
    return { type: 'subscribe', subscription: name, patterns, rateHz };
  }

  /** Everything that a new session must be told. */
  all(): ClientMessage[] {
    const subscriptions = [...this.#subscriptions.keys()].flatMap((name) => this.subscription(name) ?? []);
    const follows = Object.keys(this.#events).length > 0;
    return follows ? [...subscriptions, { type: 'follow', events: this.#events }] : subscriptions;
  }

  /** Feeds that go on from a place that this client knows: told again where messages are missing. */
  fromPlaces(): ClientMessage[] {
    const { log, activity } = this.#events;
    const events = { ...(log === undefined ? {} : { log }), ...(activity === undefined ? {} : { activity }) };
    return Object.keys(events).length > 0 ? [{ type: 'follow', events }] : [];
  }

  hearValues({ subscription, complete, changes }: ValuesMessage): void {
    this.#subscriptions.get(subscription)?.listener(changes, { complete });
  }

  hearEvent(message: EventMessage): void {
    // Where it is taken up again it goes on after the last line.
    if (message.name === 'log' && typeof this.#events.log === 'object')
      this.#events = { ...this.#events, log: { ...this.#events.log, after: message.data.next } };
    for (const hear of this.#hearers.get(message.name)?.values() ?? []) hear(message);
  }
}

function isNamed<Name extends EventName>(
  message: EventMessage,
  name: Name,
): message is EventMessage & EventOf<Name> {
  return message.name === name;
}
