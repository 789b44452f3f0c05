import { nowUs } from '../contract/clock.ts';
import type { CallValues } from '../contract/call.ts';
import { ReverieError, failure } from '../contract/error.ts';
import {
  sameSize,
  slotRef,
  type AspectPolicy,
  type Frame,
  type Size,
  type SlotRef,
  type Token,
} from '../contract/frame.ts';
import type { Pipeline, PipelineModule, Requirements } from '../contract/pipeline.ts';
import type { Generation, NodeOpening } from '../contract/protocol.ts';
import { importModule, type NodeIo, type RunnerNode } from './node-io.ts';
import { Output, type OutputSlot } from './output.ts';
import { PresentationClock } from './presentation.ts';
import { Resampler } from './resample.ts';

interface Fetched {
  readonly tokens: readonly Token[];
  readonly call: CallValues | null;
}

/**
 * A pipeline at work. It says what its next call needs, is handed frames together with the values of that instant, and gives
 * the frames back with the next request. One call at a time.
 */
export class StageNode implements RunnerNode {
  readonly io: NodeIo;
  readonly #opening: NodeOpening;
  readonly #output: Output;
  readonly #clock = new PresentationClock();
  readonly #resamplers: Resampler[] = [];
  #pipeline: Pipeline | null = null;
  #latest: CallValues;
  #held: SlotRef[] = [];
  /** Asked for frames that have not come. */
  #waiting = false;
  #calling = false;
  /** In lock-step the next frame is fetched while the last one is worked on, so that no way to the daemon and back lies between. */
  #ahead = false;
  readonly #fetched: Fetched[] = [];
  #live = false;

  constructor(io: NodeIo, opening: NodeOpening, values: CallValues) {
    this.io = io;
    this.#opening = opening;
    this.#latest = values;
    this.#output = new Output(io.node, io.epoch, io.send, io.views);
  }

  async start(): Promise<void> {
    try {
      const module = await importModule<PipelineModule>(this.#opening.module);
      const context = {
        node: this.io.node,
        cacheDir: this.#opening.cacheDir,
        providers: this.#opening.providers,
        signal: this.io.abort.signal,
        log: this.io.log,
        busy: this.io.busy,
      };
      this.#pipeline = await module.load(context, this.#latest.values);
    } catch (error) {
      return this.io.fail(error, 'E_PIPELINE_LOAD');
    }
    this.io.state('ready');
    this.#take();
  }

  map(spec: Generation, as: 'output' | 'input'): void {
    if (as === 'output') return this.#output.map(spec);
    this.io.views.map(spec);
    this.#ahead = spec.lockstep;
  }

  grant(ref: SlotRef): void {
    this.#output.grant(ref);
  }

  refuse(error: unknown): void {
    this.#output.refuse(error);
  }

  values(call: CallValues): void {
    this.#latest = call;
    if (this.#waiting) this.#take();
  }

  frame(_port: string, tokens: readonly Token[], call: CallValues | null): void {
    const newest = tokens.at(-1);
    if (newest !== undefined) {
      const at = nowUs();
      this.io.counters.hop.record((at - newest.publishedUs) / 1000);
      this.io.counters.age.record((at - newest.captureUs) / 1000);
    }
    this.#waiting = false;
    if (!this.#calling) return this.#begin({ tokens, call });
    if (this.#ahead) return void this.#fetched.push({ tokens, call });
    // Handed out just as this node asked anew, because its mode changed: one call at a time, so these go back unused.
    if (call !== null) this.#latest = call;
    this.#keep(tokens);
  }

  async close(): Promise<void> {
    this.io.abort.abort();
    this.#output.close(new Error('The node was closed'));
    await this.#pipeline?.dispose?.();
  }

  #begin({ tokens, call }: Fetched): void {
    if (call !== null) this.#latest = call;
    this.#calling = true;
    // Before these are kept: what it gives back is what was kept before.
    if (this.#ahead && tokens.length === 1) this.#askOnce();
    this.#keep(tokens);
    this.#call(tokens).catch((error: unknown) => this.io.fail(error, 'E_PIPELINE_THREW'));
  }

  async #call(tokens: readonly Token[]): Promise<void> {
    const pipeline = this.#pipeline;
    if (pipeline === null) return;
    const needs = this.#requirements(pipeline);
    // The values of this very call may ask for other input than what was fetched: fetch again.
    if ((needs?.input ?? 0) !== tokens.length) {
      this.#calling = false;
      return this.#take();
    }
    this.io.counters.framesIn += tokens.length;
    const startedUs = nowUs();
    const captureUs = tokens[0]?.captureUs ?? this.#latest.timeUs;
    const burst = needs?.output ?? 1;
    const outputs: OutputSlot[] = [];
    await pipeline.process({
      ...this.#latest,
      frames: tokens.map((token, index) => this.#input(pipeline, token, index)),
      output: async (size) => this.#nextOutput(outputs, size, burst, captureUs),
      signal: this.io.abort.signal,
    });
    this.io.counters.call.record((nowUs() - startedUs) / 1000);
    if (this.io.abort.signal.aborted) return;
    this.#calling = false;
    const next = this.#fetched.shift();
    this.io.together(() => {
      this.#publish(outputs, captureUs);
      this.#askOnce();
    });
    if (next !== undefined) this.#begin(next);
  }

  async #nextOutput(outputs: OutputSlot[], size: Size, burst: number, captureUs: number): Promise<Frame> {
    if (outputs.length >= burst) {
      throw failure('E_PIPELINE_OUTPUTS', `A call asked for frame ${outputs.length + 1} of ${burst}`, {
        node: this.io.node,
      });
    }
    // While the frames of one call wait for their time, or are on their way, the next call already writes.
    const slot = await this.#output.slot(size, burst > 1 || this.#ahead ? 2 * burst : 1);
    outputs.push(slot);
    return { ...slot, format: 'rgba8', sequence: outputs.length - 1, ptsUs: this.#latest.timeUs, captureUs };
  }

  #publish(outputs: readonly OutputSlot[], captureUs: number): void {
    const due = this.#clock.schedule(outputs.length, nowUs());
    outputs.forEach((slot, index) => {
      const dueUs = due[index] ?? 0;
      const waitMs = (dueUs - nowUs()) / 1000;
      if (waitMs < 1) this.#publishOne(slot, dueUs, captureUs);
      else setTimeout(() => this.#publishOne(slot, dueUs, captureUs), waitMs);
    });
  }

  #publishOne(slot: OutputSlot, ptsUs: number, captureUs: number): void {
    try {
      this.#output.publish(slot, ptsUs, captureUs);
    } catch (error) {
      return this.io.fail(error, error instanceof ReverieError ? error.code : 'E_INTERNAL');
    }
    this.io.counters.framesOut += 1;
    if (this.#live) return;
    this.#live = true;
    this.io.state('live');
  }

  #askOnce(): void {
    if (!this.#waiting) this.#take();
  }

  #take(): void {
    const pipeline = this.#pipeline;
    if (pipeline === null) return;
    this.#waiting = true;
    let needs: Requirements | null;
    try {
      needs = this.#requirements(pipeline);
    } catch (error) {
      return this.io.fail(error, 'E_PIPELINE_THREW');
    }
    const release = this.#held;
    this.#held = [];
    this.io.send({
      t: 'take',
      node: this.io.node,
      epoch: this.io.epoch,
      port: 'video',
      count: needs?.input ?? 0,
      release,
      want: pipeline.inputSize ?? null,
    });
  }

  #keep(tokens: readonly Token[]): void {
    for (const token of tokens) this.#held.push(slotRef(token));
  }

  #requirements(pipeline: Pipeline): Requirements | null {
    if (pipeline.prepare !== undefined) return pipeline.prepare(this.#latest);
    return this.#latest.mode === 'video' ? { input: 1 } : null;
  }

  #input(pipeline: Pipeline, token: Token, index: number): Frame {
    const frame = this.io.views.frame(token);
    const size = pipeline.inputSize;
    if (size === undefined || sameSize(frame, size)) return frame;
    const resampler = this.#resamplers[index] ?? new Resampler(size, this.#aspect);
    this.#resamplers[index] = resampler;
    return resampler.run(frame);
  }

  get #aspect(): AspectPolicy {
    return this.#opening.aspect;
  }
}
