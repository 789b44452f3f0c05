import { frameBytes, type Frame, type Size } from '../src/contract/frame.ts';
import type { JsonValue } from '../src/contract/json.ts';
import type { Mode, Pipeline, PipelineModule, PromptMix } from '../src/contract/pipeline.ts';

/** What a call is made with; everything left out is the pipeline's default. */
export interface OfflineCall {
  readonly prompt?: string | PromptMix;
  readonly values?: Readonly<Record<string, JsonValue>>;
  readonly mode?: Mode;
  readonly frame?: Frame;
  readonly triggers?: Readonly<Record<string, number>>;
  /** Seconds since the last call; 1/30 unless given. */
  readonly after?: number;
}

/** A stage without daemon or runner, for contact sheets and tests: time moves only when it is called. */
export class OfflineStage {
  readonly #pipeline: Pipeline;
  readonly #values: Readonly<Record<string, JsonValue>>;
  #out: Frame | null = null;
  #timeUs = 1_000_000;

  private constructor(pipeline: Pipeline, values: Readonly<Record<string, JsonValue>>) {
    this.#pipeline = pipeline;
    this.#values = values;
  }

  static async open(
    module: PipelineModule,
    values: Readonly<Record<string, JsonValue>>,
    cacheDir: string,
  ): Promise<OfflineStage> {
    const signal = new AbortController().signal;
    const quiet = (): void => undefined;
    const context = { node: 'main', cacheDir, providers: ['cpu'], signal, log: quiet, busy: quiet };
    return new OfflineStage(await module.load(context, values), values);
  }

  /** Makes one frame. The pixels are reused by the next call; take a copy to keep them. */
  async frame(call: OfflineCall): Promise<Uint8Array> {
    this.#timeUs += (call.after ?? 1 / 30) * 1e6;
    const mode = call.mode ?? (call.frame === undefined ? 'text' : 'video');
    const beat = this.#timeUs / 500_000;
    await this.#pipeline.process({
      values: { ...this.#values, ...call.values },
      prompt: typeof call.prompt === 'object' ? call.prompt : promptOf(call.prompt ?? ''),
      triggers: call.triggers ?? {},
      tempo: { bpm: 120, beat, bar: Math.floor(beat / 4), phase: beat % 1, beatsPerBar: 4, playing: true },
      mode,
      timeUs: this.#timeUs,
      frames: call.frame === undefined ? [] : [call.frame],
      output: (size) => Promise.resolve(this.#output(size)),
      signal: new AbortController().signal,
    });
    if (this.#out === null) throw new Error('the pipeline asked for no output');
    return this.#out.data;
  }

  /** Lets `seconds` of play pass in steps of 0.1 s, and gives the last frame. */
  async settle(call: OfflineCall, seconds: number): Promise<Uint8Array> {
    for (let i = 1; i < seconds * 10; i += 1) await this.frame({ ...call, after: 0.1 });
    return this.frame({ ...call, after: 0.1 });
  }

  async close(): Promise<void> {
    await this.#pipeline.dispose?.();
  }

  #output(size: Size): Frame {
    if (this.#out === null || this.#out.width !== size.width || this.#out.height !== size.height) {
      this.#out = frameOf(size, new Uint8Array(frameBytes(size)));
    }
    return this.#out;
  }
}

export function promptOf(text: string): PromptMix {
  return { texts: text === '' ? [] : [{ text, weight: 1 }], interpolation: 'linear', blend: null };
}

export function frameOf({ width, height }: Size, data: Uint8Array): Frame {
  return { width, height, data, format: 'rgba8', sequence: 0, ptsUs: 0, captureUs: 0 };
}
