import { randomBytes } from 'node:crypto';
import type { Command, CommandResult, Sender, SetResult, ValueChange } from '../../contract/command.ts';
import { reportOf } from '../../contract/error.ts';
import type { EventName, SocketEvents } from '../../contract/socket.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { errorBodyOf } from '../failures.ts';
import { commandsRefused } from '../routes/commands.ts';
import type { Sources } from './announcements.ts';
import { Delivery } from './delivery.ts';
import { Echoes } from './echoes.ts';
import { Following } from './following.ts';
import {
  readMessage,
  SOCKET_PROTOCOL,
  type From,
  type ReceivedMessage,
  type SetMessage,
} from './messages.ts';
import type { Outbox } from './outbox.ts';
import { PatternSet } from './pattern-set.ts';
import { Subscriptions } from './subscriptions.ts';
import type { SocketTally } from './tally.ts';

/** How long a session waits for its client after the line broke. */
export const KEEP_SECONDS = 60;

export interface SessionContext extends Sources, Pick<ServerDependencies, 'logs' | 'version'> {
  readonly tally: SocketTally;
}

/** What a message asks of the one who holds all sessions: only that one knows the session to resume. */
export interface ResumeWish {
  readonly token: string;
  readonly since: number;
  readonly from: From;
}

/** One client of the native protocol: who it is, what it asked for and what it hears. It outlives its line for a while. */
export class Session {
  /** Takes the session up again: 128 random bits, known to its client only. */
  readonly token = randomBytes(16).toString('base64url');
  readonly #context: SessionContext;
  readonly #delivery: Delivery;
  readonly #sender: Sender;
  readonly #echoes: Echoes;
  readonly #values: Subscriptions;
  readonly #following: Following;
  #outbox: Outbox;
  #away = false;

  constructor(number: number, outbox: Outbox, context: SessionContext) {
    this.#context = context;
    this.#outbox = outbox;
    this.#delivery = new Delivery(outbox);
    this.#sender = { id: `ws:${number}`, strictness: 'reject' };
    this.#echoes = new Echoes(this.#sender.id);
    this.#values = new Subscriptions(this.#delivery, context.show);
    this.#following = new Following(this.#delivery, context, context.logs);
  }

  /** Says who answers. */
  greet(from: From = {}, back: { readonly resumed: boolean; readonly missed: number } = fresh): void {
    const { version } = this.#context;
    const { id: session } = this.#sender;
    this.#delivery.answer({
      type: 'hello',
      ...from,
      protocol: SOCKET_PROTOCOL,
      version,
      session,
      token: this.token,
      keepSeconds: KEEP_SECONDS,
      ...back,
    });
  }

  /**
   * Answers one message, null where it was not text. What is wrong with it is answered here and changes nothing else. Returns
   * the wish where the client wants to be another session.
   */
  receive(text: string | null): ResumeWish | null {
    const from: From = {};
    try {
      const message = readMessage(text, from);
      if (message.type === 'hello' && message.resume !== undefined)
        return { token: message.resume, since: message.since ?? 0, from };
      this.#answer(message, from);
    } catch (error) {
      this.#context.tally.badMessages += 1;
      this.#delivery.answer({ type: 'error', ...from, ...errorBodyOf(reportOf(error)) });
    }
    return null;
  }

  announce<Name extends EventName>(name: Name, data: SocketEvents[Name]): void {
    this.#following.tell(name, data);
  }

  changed(changes: readonly ValueChange[]): void {
    this.#values.push(this.#echoes.told(changes));
  }

  /** The graph is another: its values and nodes are told anew. */
  graphChanged(): void {
    this.#following.tell('graph', this.#context.show.graph());
    this.#following.tellState('status');
    this.#values.restart();
  }

  /** Whether it speaks on this line. */
  isOn(outbox: Outbox): boolean {
    return this.#outbox === outbox;
  }

  /** The line broke. The session remembers what its client misses. */
  lose(): void {
    this.#away = true;
    this.#delivery.detach();
    this.#following.pause();
    this.#values.pause();
  }

  /** The client is back by another line, having heard everything up to message `since`. */
  resume(outbox: Outbox, since: number, from: From): void {
    if (!this.#away) {
      this.lose();
      this.#outbox.replaced();
    }
    this.#away = false;
    this.#outbox = outbox;
    this.#delivery.attach(outbox);
    const heard = Math.min(since, this.#delivery.seq);
    const missed = this.#delivery.missedAfter(heard);
    this.greet(from, { resumed: true, missed });
    this.#delivery.repeatAfter(heard);
    this.#values.resume(missed > 0 ? null : heard);
    this.#following.resume();
  }

  close(): void {
    this.#values.stop();
    this.#following.pause();
  }

  #answer(message: ReceivedMessage, from: From): void {
    const { show } = this.#context;
    switch (message.type) {
      case 'hello':
        return this.greet(from);
      case 'set':
        return this.#delivery.answer({ type: 'ack', of: 'set', ...from, ...this.#set(message) });
      case 'command': {
        const results = this.#execute(message.commands);
        return this.#delivery.answer({ type: 'ack', of: 'command', ...from, results });
      }
      case 'subscribe':
        return this.#values.subscribe(message, () => this.#acknowledge('subscribe', from));
      case 'unsubscribe':
        this.#values.unsubscribe(message.subscription);
        return this.#acknowledge('unsubscribe', from);
      case 'snapshot': {
        const wanted =
          message.patterns === undefined
            ? null
            : new PatternSet(message.patterns, (address) => show.parameter(address)?.address ?? null);
        const parameters = show.parameters().filter(({ address }) => wanted?.has(address) ?? true);
        return this.#delivery.answer({ type: 'snapshot', ...from, parameters });
      }
      case 'follow':
        this.#acknowledge('follow', from);
        return this.#following.change(message.events);
      case 'ping':
        return this.#acknowledge('ping', from);
    }
  }

  #acknowledge(of: 'subscribe' | 'unsubscribe' | 'follow' | 'ping', from: From): void {
    this.#delivery.answer({ type: 'ack', of, ...from });
  }

  #set({ values, ramp, at }: SetMessage): SetResult {
    const { show } = this.#context;
    if (ramp === undefined && at === undefined) {
      this.#echoes.setting(Object.keys(values));
      const result = show.set(values, this.#sender);
      this.#echoes.acknowledged(result);
      return result;
    }
    const how = {
      ...(ramp === undefined ? {} : { ramp: { curve: 'linear' as const, ...ramp } }),
      ...(at === undefined ? {} : { at }),
    };
    const results = Object.entries(values).flatMap(([address, value]) =>
      show.execute([{ kind: 'set', address, value, ...how }], this.#sender),
    );
    this.#echoes.gliding(results.map(({ address }) => address));
    return sorted(results);
  }

  #execute(commands: readonly Command[]): readonly CommandResult[] {
    const results = this.#context.show.execute(commands, this.#sender);
    const refused = commandsRefused(results);
    if (refused !== null) throw refused;
    this.#echoes.gliding(results.map((result) => result.address));
    return results;
  }
}

const fresh = { resumed: false, missed: 0 };

function sorted(results: readonly CommandResult[]): SetResult {
  return {
    applied: results
      .filter((entry) => entry.result === 'applied')
      .map(({ address, value }) => ({ address, value })),
    scheduled: results
      .filter((entry) => entry.result === 'scheduled')
      .map(({ address, id, atUs }) => ({ address, id, atUs })),
    rejected: results
      .filter((entry) => entry.result === 'rejected')
      .map(({ address, error }) => ({ address, error })),
  };
}
