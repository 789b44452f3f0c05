import type { AdapterModule } from '../contract/adapter.ts';
import { nowUs } from '../contract/clock.ts';
import type { JsonValue } from '../contract/json.ts';
import type { NodeOpening } from '../contract/protocol.ts';
import { ControlBatcher } from './control.ts';
import { importModule, type NodeIo, type RunnerNode } from './node-io.ts';
import { RejectionTally } from './rejections.ts';
import { contextOf } from './source.ts';

/** A control adapter at work: what it decodes is thinned here, so that no flood reaches the daemon. */
export class ControlNode implements RunnerNode {
  readonly io: NodeIo;
  readonly #opening: NodeOpening;
  readonly #tally: RejectionTally;
  readonly #batcher: ControlBatcher;

  constructor(io: NodeIo, opening: NodeOpening) {
    this.io = io;
    this.#opening = opening;
    const setTimer = (callback: () => void, delayMs: number): void => void setTimeout(callback, delayMs);
    this.#tally = new RejectionTally({
      now: nowUs,
      setTimer,
      send: (rejections) =>
        io.event('rejections', { rejections: rejections.map((rejection) => ({ ...rejection })) }),
    });
    this.#batcher = new ControlBatcher({
      now: nowUs,
      setTimer,
      send: (batch) => io.send({ t: 'command', node: io.node, batch }),
      reject: (sender, code, message) => this.#tally.add(sender, code, message),
    });
    io.onRequest('live-addresses', (params) => this.#setLiveAddresses(params['addresses']));
  }

  async start(): Promise<void> {
    const { signal } = this.io.abort;
    try {
      const { control } = await importModule<AdapterModule>(this.#opening.module);
      if (control === undefined) throw new TypeError('This adapter takes no control input');
      await control.run({
        ...contextOf(this.io, this.#opening),
        send: (messages) => this.#batcher.offer(messages),
        reject: (sender, code, message) => this.#tally.add(sender, code, message),
        live: () => this.io.state('live'),
      });
    } catch (error) {
      if (!signal.aborted) this.io.fail(error, 'E_SOURCE_LOST');
      return;
    }
    if (!signal.aborted) this.io.state('off');
  }

  close(): Promise<void> {
    this.io.abort.abort();
    return Promise.resolve();
  }

  #setLiveAddresses(addresses: JsonValue | undefined): Promise<JsonValue> {
    const known = Array.isArray(addresses) ? addresses.filter((address) => typeof address === 'string') : [];
    this.#batcher.setLiveAddresses(known);
    return Promise.resolve(known.length);
  }
}
