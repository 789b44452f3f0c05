import type { Command, CommandResult, Sender, ValueChange } from '../../contract/command.ts';
import { failure, isErrorCode, reportOf } from '../../contract/error.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { errorBodyOf } from '../failures.ts';
import { parseJson } from '../json-body.ts';
import { commandsRefused } from '../routes/commands.ts';
import type { DaemonStats } from '../schema/stats.ts';
import type { DaemonStatus } from '../schema/status.ts';
import type { ClientMessage, MessageId, SocketEvent } from './messages.ts';
import { clientMessage, SOCKET_PROTOCOL } from './messages.ts';
import { ActivityFeed } from './activity-feed.ts';
import { LogFeed } from './log-feed.ts';
import type { Outbox } from './outbox.ts';
import type { SocketTally } from './tally.ts';
import { ValueFeed } from './value-feed.ts';

/** Larger than any set or command needs, small enough to parse between two frames. */
export const MAX_MESSAGE_BYTES = 262_144;

export interface SessionContext extends Pick<
  ServerDependencies,
  'show' | 'logs' | 'catalog' | 'onCatalog' | 'version'
> {
  readonly tally: SocketTally;
  status(): DaemonStatus;
  stats(): DaemonStats;
}

/** One client of the native WebSocket: what it asked for and what it hears. */
export class Session {
  readonly #context: SessionContext;
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #values: ValueFeed;
  readonly #log: LogFeed;
  readonly #activity: ActivityFeed;
  #status = false;
  #stats: NodeJS.Timeout | null = null;

  constructor(number: number, outbox: Outbox, context: SessionContext) {
    this.#context = context;
    this.#outbox = outbox;
    this.#sender = { id: `ws:${number}`, strictness: 'reject' };
    this.#values = new ValueFeed(outbox, this.#sender.id);
    this.#log = new LogFeed(outbox, context.logs);
    this.#activity = new ActivityFeed(outbox, context.show.activity);
  }

  /** Says who answers, unasked. */
  greet(): void {
    this.#hello({});
  }

  /** Answers one message, null where it was not text. What is wrong with it is answered here and changes nothing else. */
  receive(text: string | null): void {
    const from: { id?: MessageId } = {};
    try {
      const message = readMessage(text, from);
      this.#answer(message, from);
    } catch (error) {
      this.#context.tally.badMessages += 1;
      this.#outbox.send({ type: 'error', ...from, ...errorBodyOf(reportOf(error)) });
    }
  }

  event(event: SocketEvent): void {
    if (this.#status) this.#outbox.send({ type: 'event', ...event });
  }

  changed(changes: readonly ValueChange[]): void {
    this.#values.push(changes);
  }

  /** The graph is another: its values and nodes are told anew. */
  graphChanged(): void {
    this.event({ name: 'graph', data: this.#context.show.graph() });
    this.event({ name: 'status', data: this.#context.status() });
    this.#values.restart(this.#context.show.parameters().map(valueOf));
  }

  close(): void {
    this.#values.stop();
    this.#log.stop();
    this.#activity.stop();
    if (this.#stats !== null) clearInterval(this.#stats);
  }

  #answer(message: ClientMessage, from: { id?: MessageId }): void {
    switch (message.type) {
      case 'hello':
        return this.#hello(from);
      case 'set': {
        this.#values.setting(Object.keys(message.values));
        const result = this.#context.show.set(message.values, this.#sender);
        this.#values.acknowledged(result);
        return this.#outbox.send({ type: 'ack', of: 'set', ...from, ...result });
      }
      case 'command': {
        const results = this.#execute(message.commands);
        return this.#outbox.send({ type: 'ack', of: 'command', ...from, results });
      }
      case 'subscribe':
        this.#outbox.send({ type: 'ack', of: 'subscribe', ...from });
        return this.#subscribe(message);
    }
  }

  #hello(from: { id?: MessageId }): void {
    const { version } = this.#context;
    this.#outbox.send({
      type: 'hello',
      ...from,
      protocol: SOCKET_PROTOCOL,
      version,
      session: this.#sender.id,
    });
  }

  #execute(commands: readonly Command[]): readonly CommandResult[] {
    const results = this.#context.show.execute(commands, this.#sender);
    const refused = commandsRefused(results);
    if (refused !== null) throw refused;
    this.#values.gliding(results.map((result) => result.address));
    return results;
  }

  #subscribe(wish: Extract<ClientMessage, { type: 'subscribe' }>): void {
    if (wish.valuesHz !== undefined) {
      this.#values.start(wish.valuesHz, this.#context.show.parameters().map(valueOf));
    }
    if (wish.status !== undefined) {
      this.#status = wish.status;
      this.event({ name: 'status', data: this.#context.status() });
    }
    if (wish.statsHz !== undefined) this.#sendStats(wish.statsHz);
    if (wish.log === false) this.#log.stop();
    else if (wish.log !== undefined) this.#log.start(wish.log);
    if (wish.activity === true) this.#activity.start();
    else if (wish.activity === false) this.#activity.stop();
  }

  #sendStats(rateHz: number): void {
    if (this.#stats !== null) clearInterval(this.#stats);
    this.#stats = null;
    if (rateHz === 0) return;
    const send = (): void => {
      if (!this.#outbox.congested)
        this.#outbox.send({ type: 'event', name: 'stats', data: this.#context.stats() });
    };
    send();
    this.#stats = setInterval(send, 1000 / rateHz);
  }
}

function readMessage(text: string | null, from: { id?: MessageId }): ClientMessage {
  if (text === null)
    throw failure('E_WS_MESSAGE', 'The message is binary; this protocol is JSON in text messages');
  if (text.length > MAX_MESSAGE_BYTES) {
    throw failure('E_HTTP_TOO_LARGE', `The message is larger than ${MAX_MESSAGE_BYTES} bytes`, {
      limitBytes: MAX_MESSAGE_BYTES,
    });
  }
  const json = parseMessage(text);
  if (
    typeof json === 'object' &&
    json !== null &&
    'id' in json &&
    (typeof json.id === 'string' || typeof json.id === 'number')
  ) {
    from.id = json.id;
  }
  const parsed = clientMessage.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const place = field === '' ? 'The message' : `Field "${field}"`;
  throw failure('E_WS_MESSAGE', `${place}: ${issue?.message ?? 'not valid'}`, { field });
}

function parseMessage(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const { code, message, details } = reportOf(error);
    throw isErrorCode(code) && code === 'E_HTTP_BODY' ? failure('E_WS_MESSAGE', message, details) : error;
  }
}

function valueOf({ address, value, setBy }: ValueChange): ValueChange {
  return { address, value, setBy };
}
