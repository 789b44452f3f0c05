import type {
  At,
  CommandInput,
  CommandResult,
  ParameterState,
  SetResult,
  TransitionSettings,
} from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import type {
  ClientMessage,
  EventName,
  EventWishes,
  Greeting,
  RampWish,
  ServerMessage,
} from '../contract/socket.ts';
import { clientError, type ClientError } from './client-error.ts';
import { Connection, type Loss } from './connection.ts';
import { Requests, type Answer } from './requests.ts';
import { SetQueue } from './set-queue.ts';
import type { Later } from './timers.ts';
import type { WebSocketLike } from './web-socket.ts';
import { Wishes, type EventListener, type ValuesListener } from './wishes.ts';

export type ClientState = 'connecting' | 'open' | 'lost' | 'closed';

export type StateChange =
  /**
   * `resumed`: the daemon kept the session, and tells what changed meanwhile. Otherwise it is a new one, and values are told whole.
   * `missed`: events that it no longer had.
   */
  | { readonly state: 'open'; readonly resumed: boolean; readonly missed: number }
  | { readonly state: 'lost'; readonly loss: Loss }
  | { readonly state: 'closed' };

export interface Options {
  /** How long a request may take, milliseconds. */
  readonly timeoutMs?: number;
  /** Hears of every request that failed, also of those whose promise nobody looks at. */
  readonly onError?: (error: ClientError) => void;
  readonly onState?: (change: StateChange) => void;
}

export interface Subscription {
  /** Rejects where the daemon refuses the patterns. */
  readonly begun: Promise<void>;
  /** 0..60; at 0 changes wait. */
  changeRate(rateHz: number): Promise<void>;
  end(): void;
}

export interface Following {
  /** Rejects where the daemon refuses it. */
  readonly begun: Promise<void>;
  end(): void;
}

export interface PromptWish {
  /** Null is every stage that has prompts. */
  readonly node?: string | null;
  readonly interpolation?: 'linear' | 'slerp';
  readonly transition?: Partial<TransitionSettings>;
  readonly at?: At;
}

interface Parts {
  open(): WebSocketLike;
  readonly later: Later;
  random(): number;
}

type Timed = Extract<CommandInput, { at?: unknown }>;

const TIMEOUT_MS = 5000;
const RATE_HZ = 30;

/**
 * One program's hands on a show. Requests answer with what became of them, or reject with a `ClientError` that has the daemon's
 * code, message and remedy; nobody is forced to look. While the line is lost, sets wait for it and everything else is refused.
 */
export class Client {
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #sets: SetQueue;
  readonly #wishes = new Wishes();
  readonly #onState: (change: StateChange) => void;
  #state: ClientState = 'connecting';
  #greeting: Greeting | null = null;

  constructor(parts: Parts, { timeoutMs = TIMEOUT_MS, onError, onState }: Options = {}) {
    this.#onState = (change) => onState?.(change);
    const { later } = parts;
    const failed = (error: ClientError): void => onError?.(error);
    this.#connection = new Connection({
      ...parts,
      open: () => parts.open(),
      random: () => parts.random(),
      timeoutMs,
      onUp: (greeting) => this.#up(greeting),
      onMessage: (message) => this.#hear(message),
      onLost: (loss) => this.#lost(loss),
    });
    this.#requests = new Requests({
      later,
      timeoutMs,
      send: (message) => this.#connection.send(message),
      onTimeout: () => this.#connection.drop(),
      onError: failed,
    });
    this.#sets = new SetQueue({
      later,
      timeoutMs,
      onError: failed,
      send: (values) => this.#requests.ask({ type: 'set', values }).then(setResult),
    });
    this.#connection.start();
  }

  get state(): ClientState {
    return this.#state;
  }

  /** What the daemon calls this client: `setBy` of the values that it set. Null before the first connection. */
  get session(): string | null {
    return this.#greeting?.session ?? null;
  }

  /** Version of the daemon; null before the first connection. */
  get version(): string | null {
    return this.#greeting?.version ?? null;
  }

  /**
   * Sets values, at most 500. While an earlier set is unanswered only the newest value of each address waits, so it can be called
   * for every move of a fader; the answer is that of the message which carried the newest.
   */
  set(values: Readonly<Record<string, JsonValue>>): Promise<SetResult> {
    if (this.#state === 'closed') return refused();
    return this.#sets.put(values);
  }

  /** Glides there. Each address succeeds or fails by itself. */
  ramp(values: Readonly<Record<string, JsonValue>>, ramp: RampWish, at?: At): Promise<SetResult> {
    const when = at === undefined ? {} : { at };
    return this.#ask({ type: 'set', values, ramp, ...when }, setResult);
  }

  /** Presses a button. */
  trigger(address: string, at?: At): Promise<CommandResult> {
    return this.#one({ kind: 'trigger', address, ...(at === undefined ? {} : { at }) });
  }

  /** A text, or texts with weights, of every stage or of one. */
  prompt(
    prompts: string | readonly { readonly text: string; readonly weight?: number }[],
    wish: PromptWish = {},
  ): Promise<CommandResult> {
    const list = typeof prompts === 'string' ? [{ text: prompts }] : [...prompts];
    return this.#one({ kind: 'prompt', prompts: list, ...wish });
  }

  /** All of them, or, where one is refused, none. */
  command(...commands: readonly CommandInput[]): Promise<readonly CommandResult[]> {
    return this.#ask({ type: 'command', commands }, results);
  }

  /** The same, on the next beat or bar, in some seconds, or at a time. The ids of the results are what `cancel` takes. */
  schedule(at: At, ...commands: readonly Timed[]): Promise<readonly CommandResult[]> {
    return this.command(...commands.map((command) => ({ ...command, at })));
  }

  /** Takes back one command that waits for its time; null takes back all, whoever sent them. */
  cancel(id: string | null): Promise<CommandResult> {
    return this.#one({ kind: 'cancel', id });
  }

  /** What matches these addresses and OSC patterns, as it is now, with type and range; everything where they are left out. */
  snapshot(patterns?: readonly string[]): Promise<readonly ParameterState[]> {
    const wanted = patterns === undefined ? {} : { patterns };
    return this.#ask({ type: 'snapshot', ...wanted }, parameters);
  }

  /** All values that match, then each change, at most `rateHz` times a second (30 unless given; 0 holds them back). */
  subscribe(
    patterns: string | readonly string[],
    how: { readonly rateHz?: number },
    listener: ValuesListener,
  ): Subscription {
    const list = typeof patterns === 'string' ? [patterns] : patterns;
    const name = this.#wishes.subscribe(list, how.rateHz ?? RATE_HZ, listener);
    return {
      begun: this.#wish(() => this.#wishes.subscription(name)),
      changeRate: (rateHz) => {
        this.#wishes.changeRate(name, rateHz);
        return this.#wish(() => this.#wishes.subscription(name));
      },
      end: () => {
        this.#wishes.unsubscribe(name);
        void this.#wish(() => ({ type: 'unsubscribe', subscription: name }));
      },
    };
  }

  /** Follows events of a name; `stats` and `log` take a wish: `{ rateHz: 1 }`, `{ level: 'warn' }`. The last wish of a name counts. */
  on<Name extends EventName>(
    name: Name,
    listener: EventListener<Name>,
    ...[wish]: Name extends 'stats' | 'log' ? [Exclude<EventWishes[Name], false | undefined>] : []
  ): Following {
    const events: EventWishes = { [name]: wish ?? true };
    this.#wishes.listen(name, listener, events);
    return {
      begun: this.#wish(() => ({ type: 'follow', events })),
      end: () => {
        if (this.#wishes.leave(name, listener))
          void this.#wish(() => ({ type: 'follow', events: { [name]: false } }));
      },
    };
  }

  /** Ends it: no more listeners, timers or sockets. What is unanswered rejects with E_CLIENT_CLOSED. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#connection.close();
    this.#requests.close();
    this.#sets.close();
    this.#onState({ state: 'closed' });
  }

  #ask<T>(message: ClientMessage, read: (answer: Answer) => T): Promise<T> {
    if (this.#state === 'closed') return refused();
    // What was set before must not arrive after it.
    if (this.#state === 'open') this.#sets.release();
    return unwatched(this.#requests.ask(message).then(read));
  }

  #one(command: CommandInput): Promise<CommandResult> {
    return this.#ask({ type: 'command', commands: [command] }, (answer) => {
      const [result] = results(answer);
      if (result === undefined) throw unexpected();
      return result;
    });
  }

  /** Told now where there is a line; where there is none the next session is told all wishes anyway. */
  #wish(message: () => ClientMessage | null): Promise<void> {
    const wish = this.#state === 'open' ? message() : null;
    if (wish === null) return Promise.resolve();
    return unwatched(this.#requests.ask(wish).then(() => undefined));
  }

  #up(greeting: Greeting): void {
    const { resumed, missed } = greeting;
    this.#greeting = greeting;
    this.#state = 'open';
    this.#requests.up();
    const wishes = resumed ? (missed > 0 ? this.#wishes.fromPlaces() : []) : this.#wishes.all();
    for (const wish of wishes) void this.#wish(() => wish);
    this.#sets.up();
    this.#onState({ state: 'open', resumed, missed });
  }

  #hear(message: Exclude<ServerMessage, { readonly type: 'hello' }>): void {
    switch (message.type) {
      case 'values':
        return this.#wishes.hearValues(message);
      case 'event':
        return this.#wishes.hearEvent(message);
      default:
        return this.#requests.answered(message);
    }
  }

  #lost(loss: Loss): void {
    if (this.#state === 'open') this.#state = 'lost';
    this.#sets.away();
    this.#requests.away();
    this.#onState({ state: 'lost', loss });
  }
}

/** Nobody has to look at it: without this, Node.js would end a program that does not. */
function unwatched<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function refused(): Promise<never> {
  return unwatched(Promise.reject(clientError('E_CLIENT_CLOSED')));
}

function setResult(answer: Answer): SetResult {
  if (answer.type !== 'ack' || answer.of !== 'set') throw unexpected();
  const { applied, scheduled, rejected } = answer;
  return { applied, scheduled, rejected };
}

function results(answer: Answer): readonly CommandResult[] {
  if (answer.type !== 'ack' || answer.of !== 'command') throw unexpected();
  return answer.results;
}

function parameters(answer: Answer): readonly ParameterState[] {
  if (answer.type !== 'snapshot') throw unexpected();
  return answer.parameters;
}

function unexpected(): Error {
  return new Error('The daemon answered something else than it was asked');
}
