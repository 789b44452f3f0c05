import { ReverieError, failure, reportOf } from '../contract/error.ts';
import { PROTOCOL_VERSION, type NodeOpening, type ToRunner } from '../contract/protocol.ts';
import { BulkWriter } from './bulk.ts';
import type { Write } from './channel.ts';
import { ControlNode } from './control-node.ts';
import { FinderNode } from './finder.ts';
import { NodeIo, type RunnerNode } from './node-io.ts';
import { raisePriority } from './priority.ts';
import { SinkNode } from './sink.ts';
import { SourceNode } from './source.ts';
import { StageNode } from './stage.ts';

const STATS_EVERY_MS = 1000;

/** The child side of the runner protocol: opens nodes, hands them their messages, answers pings, reports counts. */
export class RunnerHost {
  readonly #send: Write;
  readonly #exit: () => void;
  readonly #bulk = new BulkWriter();
  readonly #nodes = new Map<string, RunnerNode>();
  readonly #closing = new Set<Promise<void>>();

  constructor(send: Write, exit: () => void) {
    this.#send = send;
    this.#exit = exit;
  }

  start(): void {
    this.#send({ t: 'hello', v: PROTOCOL_VERSION });
    setInterval(() => this.#reportStats(), STATS_EVERY_MS).unref();
  }

  receive(message: ToRunner): void {
    switch (message.t) {
      case 'open':
        return this.#open(message.node, message.epoch, message);
      case 'map':
        return this.#map(message.node, message);
      case 'grant':
        return this.#nodes.get(message.node)?.grant?.(message);
      case 'frame':
        return this.#nodes.get(message.node)?.frame?.(message.port, message.tokens, message.call);
      case 'values':
        return this.#nodes.get(message.node)?.values?.(message.call);
      case 'want':
        return this.#nodes.get(message.node)?.want?.(message.size);
      case 'picture':
        return this.#nodes.get(message.node)?.picture?.(message.picture, message.aspect);
      case 'request':
        return void this.#request(message);
      case 'ping':
        return this.#send({ t: 'pong', at: message.at, rssBytes: process.memoryUsage.rss() });
      case 'close':
        return void this.#close(message.node);
    }
  }

  #open(node: string, epoch: number, opening: NodeOpening): void {
    void this.#nodes.get(node)?.close();
    // Not for a preview (`~tap-out`): nobody but the person in front of it waits for that.
    if (opening.role !== 'stage' && !node.startsWith('~')) raisePriority();
    const opened = this.#create(new NodeIo(node, epoch, this.#send, this.#bulk), opening);
    this.#nodes.set(node, opened);
    void opened.start();
  }

  #create(io: NodeIo, opening: NodeOpening): RunnerNode {
    switch (opening.role) {
      case 'source':
        return new SourceNode(io, opening);
      case 'sink':
        return new SinkNode(io, opening);
      case 'control':
        return new ControlNode(io, opening);
      case 'finder':
        return new FinderNode(io, opening);
      case 'stage':
        if (opening.values === null) throw failure('E_RUNNER_PROTOCOL', 'A stage was opened without values');
        return new StageNode(io, opening, opening.values);
    }
  }

  #map(node: string, spec: Extract<ToRunner, { t: 'map' }>): void {
    const opened = this.#nodes.get(node);
    try {
      opened?.map?.(spec, spec.as);
    } catch (error) {
      // An input that a source replaced while this process started is gone, and no frame of it comes; if one does, that fails.
      if (spec.as === 'input') opened?.io.log(reportOf(error).message);
      else opened?.io.fail(error, 'E_MEMORY_MAP');
    }
  }

  async #request({ node, id, method, params }: Extract<ToRunner, { t: 'request' }>): Promise<void> {
    const opened = this.#nodes.get(node);
    if (method === 'refused')
      return opened?.refuse?.(new ReverieError('E_MEMORY_FULL', String(params['message']), null, undefined));
    try {
      const handler = opened?.io.requests.get(method);
      if (handler === undefined)
        throw failure('E_HTTP_NOT_FOUND', `Node ${node} does not answer "${method}"`);
      const result = await handler(params);
      if (id !== null) this.#send({ t: 'reply', id, result, error: null });
    } catch (error) {
      if (id === null) opened?.io.log(`"${method}" failed: ${String(error)}`);
      else this.#send({ t: 'reply', id, result: null, error: reportOf(error) });
    }
  }

  async #close(node: string | null): Promise<void> {
    for (const id of node === null ? [...this.#nodes.keys()] : [node]) this.#end(id);
    if (node !== null) return;
    // Also those that were closed before and are not through yet.
    await Promise.all(this.#closing);
    this.#exit();
  }

  #end(id: string): void {
    const opened = this.#nodes.get(id);
    if (opened === undefined) return;
    this.#nodes.delete(id);
    const closing = opened.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #reportStats(): void {
    for (const [node, { io }] of this.#nodes) {
      const stats = io.counters.drain();
      if (stats !== null) this.#send({ t: 'stats', node, epoch: io.epoch, stats });
    }
  }
}
