import {
  readNumbers,
  type FeedbackNumbers,
  type FeedbackValues,
  type FeedbackWish,
  type ToldValue,
} from '../../src/contract/feedback.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { OSC_ROOT } from '../../src/contract/osc-form.ts';
import { KeptMessage } from './kept-message.ts';
import { endpointOf } from './listen.ts';
import { type Endpoint, type SendPacket, Subscriber } from './subscriber.ts';

export const MAX_SUBSCRIBERS = 32;
/** Who subscribes by a message is forgotten unless it says so again: a controller that is gone says nothing. */
export const LEASE_MS = 60_000;
const RATE_HZ = 60;
/** Changes come from the daemon sixty times a second, give or take; a packet need not wait another turn for less than this. */
const EARLY_MS = 2;
/** How often the daemon is asked for something at most: whoever asks in a flood is answered now and then. */
const WISH_EVERY_MS = 200;

export interface FeedbackOptions {
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** Answers how to cancel. */
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
  readonly send: SendPacket;
  /** What is wanted of the daemon changed. */
  readonly wish: (wish: FeedbackWish) => void;
  /** Whether this is where Reverie itself listens: it would answer itself without end. */
  readonly isSelf: (endpoint: Endpoint) => boolean;
}

export interface Refusal {
  readonly code: 'E_OSC_SUBSCRIBERS' | 'E_VALUE_TYPE' | 'E_VALUE_RANGE';
  readonly reason: string;
}

/** What a controller asks of Reverie itself, after `/reverie`. Nothing of it concerns the show. */
const verbs = ['/subscribe', '/unsubscribe', '/dump'] as const;
type Verb = (typeof verbs)[number];

export function isVerb(address: string): address is Verb {
  return (verbs as readonly string[]).includes(address);
}

/** Controllers that follow the show: who they are, what each is still to hear, and when. */
export class Feedback {
  readonly #options: FeedbackOptions;
  readonly #subscribers = new Map<string, Subscriber>();
  /** Who asked for all values and waits for the daemon to tell them. */
  readonly #asked = new Map<string, Subscriber>();
  /** The newest message of each address, and what of it was told last, so that only what changed is told. */
  readonly #messages = new Map<string, KeptMessage>();
  /** Those of numbers, by their place in the list of all values. */
  #places: KeptMessage[] = [];
  readonly #changed: KeptMessage[] = [];
  #wishIsDue = false;
  #wishedAtMs = -Infinity;
  /** All values are on their way from the daemon. */
  #allComing = false;
  #cancel: () => void = () => undefined;
  #armedForMs = Infinity;
  #tooLong = 0;
  /** Counts up with whatever the report tells. */
  activity = 0;

  constructor(options: FeedbackOptions, configured: readonly Endpoint[]) {
    this.#options = options;
    for (const to of configured) this.#add(new Subscriber(to, true, RATE_HZ));
  }

  /** To be called once listening: configured controllers hear everything from the start. */
  start(): void {
    for (const [key, subscriber] of this.#subscribers) this.#asked.set(key, subscriber);
    this.#wish();
  }

  /** A message of a controller to Reverie itself; null where it was heard. */
  hear(verb: Verb, args: readonly JsonValue[], from: Endpoint): Refusal | null {
    const to = targetOf(verb, args, from);
    if ('reason' in to) return to;
    if (verb === '/unsubscribe') return this.#remove(to);
    if (this.#options.isSelf(to)) {
      const reason = `/reverie${verb}: Reverie itself listens on port ${to.port}; name the port of the controller`;
      return { code: 'E_VALUE_RANGE', reason };
    }
    return verb === '/dump' ? this.#dump(to) : this.#subscribe(to, rateOf(args), from);
  }

  told({ all, values }: FeedbackValues): void {
    const listeners = all === 'asked' ? [...this.#asked.values()] : [...this.#subscribers.values()];
    if (all === 'asked') {
      this.#asked.clear();
      this.#allComing = false;
    }
    if (all === 'everybody') this.#forget();
    if (all !== null) this.#keepPlaces(values);
    for (const value of values) this.#tell(value, listeners, all);
    for (const listener of listeners) if (!this.#follows(listener)) this.#sendAll(listener);
    this.#sendDue();
  }

  /** The same for numbers alone. */
  moved(runs: FeedbackNumbers['runs']): void {
    for (const [setBy, packed] of runs) {
      readNumbers(packed, this.#writeNumber);
      for (const subscriber of this.#subscribers.values()) subscriber.tellAll(this.#changed, setBy);
      this.#changed.length = 0;
    }
    this.#sendDue();
  }

  report(): JsonObject {
    return {
      subscribers: [...this.#subscribers.values()].map((subscriber) => subscriber.report()),
      messagesTooLong: this.#tooLong,
    };
  }

  close(): void {
    this.#cancel();
    this.#subscribers.clear();
    this.#asked.clear();
  }

  #subscribe(to: Endpoint, rateHz: number | null, from: Endpoint): Refusal | null {
    const key = endpointOf(to);
    const known = this.#subscribers.get(key);
    if (known === undefined && this.#subscribers.size >= MAX_SUBSCRIBERS) {
      const reason = `${MAX_SUBSCRIBERS} controllers follow the show already; ${key} was not added`;
      return { code: 'E_OSC_SUBSCRIBERS', reason };
    }
    const subscriber = known ?? new Subscriber(to, false, RATE_HZ);
    subscriber.own(`osc:${endpointOf(from)}`);
    if (rateHz !== null) subscriber.rateHz = rateHz;
    if (!subscriber.configured) subscriber.lapsesAtMs = this.#options.now() + LEASE_MS;
    if (known === undefined) {
      this.#add(subscriber);
      this.#asked.set(key, subscriber);
      this.#wish();
    }
    this.#sendDue();
    return null;
  }

  #dump(to: Endpoint): Refusal | null {
    const key = endpointOf(to);
    // Whoever asked already will be told.
    if (this.#asked.has(key)) return null;
    if (this.#asked.size >= MAX_SUBSCRIBERS) {
      const reason = `${MAX_SUBSCRIBERS} controllers wait for all values already; ${key} asks too early`;
      return { code: 'E_OSC_SUBSCRIBERS', reason };
    }
    this.#asked.set(key, this.#subscribers.get(key) ?? new Subscriber(to, false, RATE_HZ));
    this.#wish();
    return null;
  }

  #add(subscriber: Subscriber): void {
    this.activity += 1;
    this.#subscribers.set(endpointOf(subscriber.to), subscriber);
  }

  #remove(to: Endpoint): null {
    const key = endpointOf(to);
    if (this.#subscribers.get(key)?.configured === false) {
      this.#subscribers.delete(key);
      this.activity += 1;
      this.#wish();
    }
    return null;
  }

  #follows(subscriber: Subscriber): boolean {
    return this.#subscribers.get(endpointOf(subscriber.to)) === subscriber;
  }

  #wish(): void {
    this.#wishIsDue = true;
    if (this.#subscribers.size === 0) this.#forget();
    this.#sendDue();
  }

  #forget(): void {
    this.#messages.clear();
    this.#places = [];
  }

  #keepPlaces(values: readonly ToldValue[]): void {
    this.#places = [];
    values.forEach(([address, type], place) => {
      if (type === 'number') this.#places[place] = this.#messageAt(address);
    });
  }

  readonly #writeNumber = (place: number, value: number): void => {
    const message = this.#places[place];
    if (message === undefined || message.isTold(value)) return;
    message.write('number', value);
    message.told(value);
    this.#changed.push(message);
  };

  #tell(
    [address, type, exact, setBy]: ToldValue,
    listeners: readonly Subscriber[],
    all: FeedbackValues['all'],
  ): void {
    // As OSC has it: one that differs by less is the same.
    const value = type === 'number' && typeof exact === 'number' ? Math.fround(exact) : exact;
    // All values say how things are; that a button was pressed is no such thing, nor is nothing at all.
    if (value === null || (all !== null && type === 'trigger')) return;
    const message = this.#messageAt(address);
    if (all === null && type !== 'trigger' && message.isTold(value)) return;
    if (!message.write(type, value)) {
      this.#tooLong += 1;
      return;
    }
    // What only those who asked are told may still be news to the others.
    if (all !== 'asked') message.told(value);
    for (const listener of listeners) listener.tell(message, all === null ? setBy : null);
  }

  #messageAt(address: string): KeptMessage {
    const known = this.#messages.get(address);
    if (known !== undefined) return known;
    const message = new KeptMessage(OSC_ROOT + address);
    this.#messages.set(address, message);
    return message;
  }

  /** For one who asked without following: everything at once, and then no more. */
  #sendAll(subscriber: Subscriber): void {
    while (subscriber.waits) subscriber.flush(this.#options.send);
  }

  #sendDue(): void {
    const now = this.#options.now();
    for (const [key, { lapsesAtMs }] of this.#subscribers) {
      if (lapsesAtMs === null || lapsesAtMs > now) continue;
      this.#subscribers.delete(key);
      this.activity += 1;
      this.#wishIsDue = true;
    }
    for (const subscriber of this.#subscribers.values()) {
      if (!subscriber.waits || subscriber.dueAtMs > now + EARLY_MS) continue;
      subscriber.dueAtMs = Math.max(subscriber.dueAtMs, now) + 1000 / subscriber.rateHz;
      subscriber.flush(this.#options.send);
      this.activity += 1;
    }
    if (this.#wishIsDue && this.#wishedAtMs + WISH_EVERY_MS <= now) this.#sendWish(now);
    this.#arm();
  }

  #sendWish(now: number): void {
    this.#wishIsDue = false;
    this.#wishedAtMs = now;
    const all = this.#asked.size > 0 && !this.#allComing;
    if (all) this.#allComing = true;
    this.#options.wish({ changes: this.#subscribers.size > 0, all });
  }

  /** One timer, for the next thing that is due; none while nobody follows. */
  #arm(): void {
    let next = this.#wishIsDue ? this.#wishedAtMs + WISH_EVERY_MS : Infinity;
    for (const { waits, dueAtMs, lapsesAtMs } of this.#subscribers.values())
      next = Math.min(next, waits ? dueAtMs : Infinity, lapsesAtMs ?? Infinity);
    if (next === this.#armedForMs) return;
    this.#cancel();
    this.#armedForMs = next;
    if (next === Infinity) return;
    this.#cancel = this.#options.setTimer(
      () => {
        this.#armedForMs = Infinity;
        this.#sendDue();
      },
      Math.max(0, next - this.#options.now()),
    );
  }
}

function targetOf(verb: Verb, args: readonly JsonValue[], from: Endpoint): Endpoint | Refusal {
  const [port, rateHz, ...more] = args;
  if (port === undefined) return from;
  if (typeof port !== 'number' || (rateHz !== undefined && typeof rateHz !== 'number') || more.length > 0) {
    const reason = `/reverie${verb} takes nothing, or a port, or a port and a rate: /reverie${verb} 9000 30`;
    return { code: 'E_VALUE_TYPE', reason };
  }
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { address: from.address, port };
  return { code: 'E_VALUE_RANGE', reason: `/reverie${verb}: ${port} is no port; ports are 1 to 65535` };
}

function rateOf([, rateHz]: readonly JsonValue[]): number | null {
  return typeof rateHz === 'number' ? Math.min(Math.max(rateHz, 1), RATE_HZ) : null;
}
