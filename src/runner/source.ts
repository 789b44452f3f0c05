import type { AdapterModule, OutputFrame, RunContext } from '../contract/adapter.ts';
import { nowUs } from '../contract/clock.ts';
import type { Size, SlotRef } from '../contract/frame.ts';
import type { Generation, NodeOpening } from '../contract/protocol.ts';
import { importModule, type NodeIo, type RunnerNode } from './node-io.ts';
import { Output, type OutputSlot } from './output.ts';

/** A source adapter at work: its `run` is called once, and its end or failure is reported; the daemon decides what follows. */
export class SourceNode implements RunnerNode {
  readonly io: NodeIo;
  readonly #opening: NodeOpening;
  readonly #output: Output;
  readonly #wantListeners: ((size: Size | null) => void)[] = [];
  #wanted: Size | null = null;
  #sequence = 0;

  constructor(io: NodeIo, opening: NodeOpening) {
    this.io = io;
    this.#opening = opening;
    this.#output = new Output(io.node, io.epoch, io.send, io.views);
  }

  async start(): Promise<void> {
    const signal = this.io.abort.signal;
    const wanted = (): Size | null => this.#wanted;
    try {
      const { source } = await importModule<AdapterModule>(this.#opening.module);
      if (source === undefined) throw new TypeError('This adapter is no source');
      this.io.state('ready');
      await source.run({
        ...contextOf(this.io, this.#opening),
        get wanted() {
          return wanted();
        },
        onWanted: (listener) => void this.#wantListeners.push(listener),
        lockstep: this.#opening.lockstep,
        output: async (size) => this.#frame(await this.#output.slot(size)),
      });
    } catch (error) {
      if (!signal.aborted) this.io.fail(error, 'E_SOURCE_LOST');
      return;
    }
    if (!signal.aborted) this.io.state('off');
  }

  map(spec: Generation): void {
    this.#output.map(spec);
  }

  grant(ref: SlotRef): void {
    this.#output.grant(ref);
  }

  refuse(error: unknown): void {
    this.#output.refuse(error);
  }

  want(size: Size | null): void {
    this.#wanted = size;
    for (const listener of this.#wantListeners) listener(size);
  }

  close(): Promise<void> {
    this.io.abort.abort();
    this.#output.close(this.io.abort.signal.reason);
    return Promise.resolve();
  }

  #frame(slot: OutputSlot): OutputFrame {
    const handedUs = nowUs();
    return {
      data: slot.data,
      width: slot.width,
      height: slot.height,
      sequence: this.#sequence++,
      publish: (times) => {
        const at = nowUs();
        // In lock-step nothing but writing lies between; else a source also waits for its clock.
        if (this.#opening.lockstep) this.io.counters.call.record((at - handedUs) / 1000);
        this.#output.publish(slot, times?.ptsUs ?? at, times?.captureUs ?? at);
        if (this.io.counters.framesOut === 0) this.io.state('live');
        this.io.counters.framesOut += 1;
      },
    };
  }
}

/** The part of an adapter's context that sources, sinks and controllers share. */
export function contextOf(io: NodeIo, opening: NodeOpening): RunContext {
  return {
    node: io.node,
    config: opening.config,
    signal: io.abort.signal,
    log: io.log,
    busy: io.busy,
    describe: io.describe,
    onRequest: io.onRequest,
    event: io.event,
    bulk: io.bulk,
  };
}
