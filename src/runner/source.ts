import type { AdapterModule, OutputFrame, RunContext } from '../contract/adapter.ts';
import { nowUs } from '../contract/clock.ts';
import { frameBytes, isFrameSize, type Size, type SlotRef } from '../contract/frame.ts';
import { isTurned, type PictureSettings } from '../contract/picture.ts';
import type { Generation, NodeOpening } from '../contract/protocol.ts';
import { importModule, type NodeIo, type RunnerNode } from './node-io.ts';
import { Output, type OutputSlot } from './output.ts';
import { RateCap } from './rate-cap.ts';
import { Resampler } from './resample.ts';

/** A source adapter at work: its `run` is called once, and its end or failure is reported; the daemon decides what follows. */
export class SourceNode implements RunnerNode {
  readonly io: NodeIo;
  readonly #opening: NodeOpening;
  readonly #output: Output;
  readonly #wantListeners: ((size: Size | null) => void)[] = [];
  #wanted: Size | null = null;
  #picture: PictureSettings;
  /** Where the runner itself moves pixels; then the adapter writes here, and not into the slot. */
  #resampler: Resampler | null = null;
  #scratch = new Uint8Array(0);
  #cap: RateCap | null = null;
  #sequence = 0;

  constructor(io: NodeIo, opening: NodeOpening) {
    this.io = io;
    this.#opening = opening;
    this.#output = new Output(io.node, io.epoch, io.send, io.views);
    this.#picture = opening.picture;
    this.#prepare();
  }

  async start(): Promise<void> {
    const signal = this.io.abort.signal;
    const wanted = (): Size | null => this.#wantedOfAdapter();
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
        output: (size) => this.#frame(size),
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
    this.#prepare();
    this.#tellWanted();
  }

  picture(picture: PictureSettings): void {
    this.#picture = picture;
    this.#prepare();
    this.#tellWanted();
  }

  close(): Promise<void> {
    this.io.abort.abort();
    this.#output.close(this.io.abort.signal.reason);
    return Promise.resolve();
  }

  #prepare(): void {
    const { aspect, maxRateHz } = this.#picture;
    const needed = isTurned(this.#picture) || (aspect !== null && this.#wanted !== null);
    const size = aspect === null ? null : this.#wanted;
    this.#resampler = needed ? new Resampler(size, aspect ?? 'fill', this.#picture) : null;
    this.#cap = maxRateHz === null ? null : new RateCap(maxRateHz);
  }

  /** Where the runner crops, turns or fits the picture, the adapter gives it whole: each pixel is moved once. */
  #wantedOfAdapter(): Size | null {
    return this.#resampler === null ? this.#wanted : null;
  }

  #tellWanted(): void {
    for (const listener of this.#wantListeners) listener(this.#wantedOfAdapter());
  }

  async #frame(size: Size): Promise<OutputFrame> {
    // The settings of this moment hold for this frame, whatever changes while it is written.
    const resampler = isFrameSize(size) ? this.#resampler : null;
    const { width, height } = size;
    const slot = await this.#output.slot(resampler?.sizeFor(size) ?? size);
    const data = resampler === null ? slot.data : this.#scratchOf(size);
    const handedUs = nowUs();
    return {
      data,
      width,
      height,
      sequence: this.#sequence++,
      publish: (times) => {
        const at = nowUs();
        // In lock-step nothing but writing lies between; else a source also waits for its clock.
        if (this.#opening.lockstep) this.io.counters.call.record((at - handedUs) / 1000);
        if (this.#cap?.passes(at) === false) {
          this.io.counters.skipped += 1;
          return this.#output.putBack(slot);
        }
        resampler?.draw({ data, width, height }, slot.data);
        this.#publish(slot, times?.ptsUs ?? at, times?.captureUs ?? at);
      },
    };
  }

  #publish(slot: OutputSlot, ptsUs: number, captureUs: number): void {
    this.#output.publish(slot, ptsUs, captureUs);
    if (this.io.counters.framesOut === 0) this.io.state('live');
    this.io.counters.framesOut += 1;
  }

  #scratchOf(size: Size): Uint8Array {
    if (this.#scratch.length !== frameBytes(size)) this.#scratch = new Uint8Array(frameBytes(size));
    return this.#scratch;
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
