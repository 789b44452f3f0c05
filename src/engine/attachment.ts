import type { CallValues, Mode } from '../contract/call.ts';
import type { ErrorReport } from '../contract/error.ts';
import { reportOf } from '../contract/error.ts';
import { sameSize, type Size, type Token } from '../contract/frame.ts';
import type { JsonObject } from '../contract/json.ts';
import type { FromRunner, NodeOpening } from '../contract/protocol.ts';
import type { NodeState } from '../contract/status.ts';
import type { BulkItem } from './bulk-reader.ts';
import { Intake } from './hub/intake.ts';
import type { Link } from './hub/link.ts';
import type { LinkBoard } from './link-board.ts';
import type { RunnerExit, RunnerListener, RunnerProcess } from './runner-process.ts';

/** What an attachment tells the node it belongs to. */
export interface AttachmentEvents {
  /** Its runner says how it is, or that it failed. */
  status(attachment: Attachment, state: NodeState, error: ErrorReport | null): void;
  exited(attachment: Attachment, exit: RunnerExit): void;
  /** Values for a call that starts now; null where the node is no stage. */
  callValues(): CallValues | null;
  /** It asked for its next call. */
  taken(attachment: Attachment): void;
  /** It says for the first time what size it would like its input to have, or says another. */
  wants(attachment: Attachment): void;
  other(message: Extract<FromRunner, { t: 'event' | 'command' | 'stats' }>): void;
  bulk(item: BulkItem): void;
  linesDropped(lines: number): void;
}

let nextEpoch = 1;

/**
 * One stay of a node in a runner: from `open` to its end. A node has one, and while it is swapped two. Everything a dead or
 * replaced runner may still say ends here, because its epoch or its process is not the one at work.
 */
export class Attachment implements RunnerListener {
  readonly epoch = nextEpoch++;
  readonly node: string;
  readonly runner: RunnerProcess;
  readonly intake: Intake | null;
  readonly #events: AttachmentEvents;
  readonly #board: LinkBoard;
  readonly #output: Link | null;
  state: NodeState = 'starting';
  info: JsonObject = {};
  /** What it was opened with. */
  opening: NodeOpening | null = null;
  /** Monotonic milliseconds of its first frame or tick; null until then. */
  liveSinceMs: number | null = null;
  /** A call is under way since then, monotonic milliseconds. */
  callSinceMs: number | null = null;
  /** Handed a frame that it has not done with since then, monotonic milliseconds. */
  handedMs: number | null = null;
  slowestCallMs = 0;
  published = 0;
  /** The size it would like its input to have; null where it takes any. */
  want: Size | null = null;
  #saidWant = false;
  #toldMode: Mode | null = null;
  #closed = false;

  constructor(
    node: string,
    runner: RunnerProcess,
    board: LinkBoard,
    output: Link | null,
    takesInput: boolean,
    events: AttachmentEvents,
  ) {
    this.node = node;
    this.runner = runner;
    this.#events = events;
    this.#board = board;
    this.#output = output;
    this.intake = takesInput
      ? new Intake(node, {
          map: (generation) => runner.send({ t: 'map', node, as: 'input', ...generation }),
          frames: (tokens) => this.dispatch(tokens),
        })
      : null;
    output?.attachProducer(this.epoch, {
      map: (generation) => runner.send({ t: 'map', node, as: 'output', ...generation }),
      grant: (ref) => runner.send({ t: 'grant', node, ...ref }),
    });
  }

  open(version: number, opening: NodeOpening): void {
    this.opening = opening;
    this.#toldMode = opening.values?.mode ?? null;
    this.runner.attach(this.node, this);
    this.runner.send({ t: 'open', v: version, node: this.node, epoch: this.epoch, ...opening });
  }

  /** Hands out a call: frames, or none where it needs none, with the values of this instant. */
  dispatch(tokens: readonly Token[]): void {
    this.handedMs = performance.now();
    if (this.#output !== null) this.callSinceMs = this.handedMs;
    this.intake?.dispatched();
    const call = this.#events.callValues();
    this.#toldMode = call?.mode ?? null;
    this.runner.send({ t: 'frame', node: this.node, port: 'video', tokens, call });
  }

  /** Waiting for its next call, it is told of another mode, which may need other input; at work, it is told when it is done. */
  tellMode(mode: Mode): void {
    if (this.#toldMode === mode || this.intake?.ready !== true) return;
    const call = this.#events.callValues();
    if (call === null) return;
    this.#toldMode = mode;
    this.runner.send({ t: 'values', node: this.node, call });
  }

  message(message: FromRunner): void {
    if ('epoch' in message && message.epoch !== this.epoch) return;
    switch (message.t) {
      case 'take':
        return this.#take(message);
      case 'publish':
        this.published += 1;
        this.#markLive();
        return this.#output?.publish(this.epoch, message, message);
      case 'resize':
        return void this.#resize(message, message.burst);
      case 'status':
        this.info = message.info;
        if (message.state === 'live') this.#markLive();
        if (message.state !== 'failed') this.state = message.state;
        return this.#events.status(this, message.state, message.error);
      case 'event':
      case 'command':
      case 'stats':
        return this.#events.other(message);
      default:
        return;
    }
  }

  bulk(item: BulkItem): void {
    this.#events.bulk(item);
  }

  linesDropped(lines: number): void {
    this.#events.linesDropped(lines);
  }

  exited(exit: RunnerExit): void {
    if (this.#closed) return;
    this.#letGo();
    this.#events.exited(this, exit);
  }

  /** Leaves the runner. What it held is free at once; what it still says is ignored. */
  close(): void {
    if (this.#closed) return;
    this.#letGo();
    this.runner.detach(this.node, this);
    if (!this.runner.gone) this.runner.send({ t: 'close', node: this.node });
  }

  #letGo(): void {
    this.#closed = true;
    this.intake?.close(this.#board.resolve);
    if (this.#output !== null) this.#board.forgetProducer(this.#output, this.epoch);
  }

  #take(message: Extract<FromRunner, { t: 'take' }>): void {
    this.handedMs = null;
    if (this.callSinceMs !== null) {
      // Fades, so that a slow first call does not lengthen the patience for ever.
      this.slowestCallMs = Math.max(0.98 * this.slowestCallMs, performance.now() - this.callSinceMs);
      this.callSinceMs = null;
    }
    if (!this.#saidWant || !sameSize(this.want, message.want)) {
      this.#saidWant = true;
      this.want = message.want;
      this.#events.wants(this);
    }
    const before = this.intake?.count;
    this.intake?.take(message.count, message.release, this.#board.resolve);
    if (message.count > 1 && message.count !== before) {
      for (const { id } of this.intake?.links ?? []) this.#board.regrow(id);
    }
    this.#events.taken(this);
  }

  async #resize(size: Size, burst: number): Promise<void> {
    if (this.#output === null) return;
    try {
      await this.#board.resize(this.#output, this.epoch, size, burst);
    } catch (error) {
      const { message } = reportOf(error);
      this.runner.send({ t: 'request', node: this.node, id: null, method: 'refused', params: { message } });
      this.#events.status(this, this.state, reportOf(error, 'E_MEMORY_FULL'));
    }
  }

  #markLive(): void {
    if (this.liveSinceMs !== null) return;
    this.liveSinceMs = performance.now();
    this.runner.proved();
  }

  /** How long it was live, milliseconds. */
  livedMs(): number {
    return this.liveSinceMs === null ? 0 : performance.now() - this.liveSinceMs;
  }
}
