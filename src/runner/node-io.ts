import type { ErrorReport, ErrorCode } from '../contract/error.ts';
import { reportOf } from '../contract/error.ts';
import type { AspectPolicy, Size, SlotRef, Token } from '../contract/frame.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { CallValues } from '../contract/call.ts';
import type { PictureSettings } from '../contract/picture.ts';
import type { FromRunner, Generation } from '../contract/protocol.ts';
import type { NodeState } from '../contract/status.ts';
import type { BulkWriter } from './bulk.ts';
import type { Send, Write } from './channel.ts';
import { Counters } from './counters.ts';
import { LogGate } from './log-gate.ts';
import { offerOwnPackages } from './own-packages.ts';
import { SlotViews } from './slots.ts';

/** One node at work in this runner; the host hands it the messages that name it. */
export interface RunnerNode {
  readonly io: NodeIo;
  start(): Promise<void>;
  map?(spec: Generation, as: 'output' | 'input'): void;
  grant?(ref: SlotRef): void;
  frame?(port: string, tokens: readonly Token[], call: CallValues | null): void;
  values?(call: CallValues): void;
  want?(size: Size | null): void;
  picture?(picture: PictureSettings, aspect: AspectPolicy): void;
  refuse?(error: unknown): void;
  close(): Promise<void>;
}

export type RequestHandler = (params: JsonObject) => Promise<JsonValue>;

/** What every kind of node needs of its runner, bound to its name and epoch. */
export class NodeIo {
  readonly node: string;
  readonly epoch: number;
  readonly views = new SlotViews();
  readonly counters = new Counters();
  readonly abort = new AbortController();
  readonly requests = new Map<string, RequestHandler>();
  readonly #write: Write;
  readonly #bulk: BulkWriter;
  #gathered: FromRunner[] | null = null;
  #state: NodeState = 'starting';
  #info: JsonObject = {};

  constructor(node: string, epoch: number, write: Write, bulk: BulkWriter) {
    this.node = node;
    this.epoch = epoch;
    this.#write = write;
    this.#bulk = bulk;
  }

  readonly send: Send = (message) => {
    if (this.#gathered === null) this.#write(message);
    else this.#gathered.push(message);
  };

  /** What `work` sends goes out in one write: each write wakes the daemon, which costs more than what it says. */
  together(work: () => void): void {
    const gathered: FromRunner[] = [];
    this.#gathered = gathered;
    try {
      work();
    } finally {
      this.#gathered = null;
      if (gathered.length > 0) this.#write(gathered);
    }
  }

  readonly #log = new LogGate(
    (line, dropped) => this.send({ t: 'log', node: this.node, line, dropped }),
    (call, delayMs) => void setTimeout(() => this.together(call), delayMs).unref(),
  );

  readonly log = (line: string): void => this.#log.line(line);

  readonly busy = (what: string, deadlineMs: number): void =>
    this.send({ t: 'busy', node: this.node, what, deadlineMs });

  readonly event = (name: string, data: JsonObject): void =>
    this.send({ t: 'event', node: this.node, name, data });

  readonly bulk = (id: number, bytes: Uint8Array): void => this.#bulk.write(this.node, id, bytes);

  readonly onRequest = (method: string, handler: RequestHandler): void =>
    void this.requests.set(method, handler);

  readonly describe = (info: JsonObject): void => {
    this.#info = { ...this.#info, ...info };
    this.report(this.#state, null);
  };

  state(state: NodeState): void {
    this.#state = state;
    this.report(state, null);
  }

  fail(error: unknown, fallback: ErrorCode): void {
    this.#state = 'failed';
    // First the words, then the news: the daemon attaches what it has to the fault.
    if (error instanceof Error && error.stack !== undefined) this.log(error.stack);
    this.#log.flush();
    this.report('failed', reportOf(error, fallback));
  }

  report(state: NodeState, error: ErrorReport | null): void {
    if (this.abort.signal.aborted) return;
    this.send({ t: 'status', node: this.node, epoch: this.epoch, state, error, info: this.#info });
  }
}

/**
 * The code a node runs. `…/run.js` is taken as it is; `…/index.js#default` names a definition whose `load` brings the code, as
 * modules from outside have it.
 */
export async function importModule<T>(reference: string): Promise<T> {
  const hash = reference.lastIndexOf('#');
  offerOwnPackages(reference);
  const loaded: unknown = await import(hash === -1 ? reference : reference.slice(0, hash));
  if (hash === -1) return loaded as T;
  const definition = (loaded as Record<string, { load?: () => Promise<T> } | undefined>)[
    reference.slice(hash + 1)
  ];
  if (definition?.load === undefined) throw new TypeError(`${reference} exports no definition`);
  return definition.load();
}
