import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallValues, Mode } from '../contract/call.ts';
import type { Frame, Size } from '../contract/frame.ts';
import type { JsonValue } from '../contract/json.ts';
import type { Call, LoadContext, Pipeline, PipelineModule } from '../contract/pipeline.ts';
import { emptyPrompt, type PromptMix } from '../contract/prompt.ts';
import { fillResidue } from './residue.ts';

export type Values = Readonly<Record<string, JsonValue>>;

/** A frame with a gradient, so that it is neither flat nor noise. */
function pictureOf({ width, height }: Size, sequence: number): Frame {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      data.set([(x * 255) / width, (y * 255) / height, (sequence * 16) & 255, 255], (y * width + x) * 4);
    }
  }
  return {
    width,
    height,
    data,
    format: 'rgba8',
    sequence,
    ptsUs: sequence * 33_333,
    captureUs: sequence * 33_333,
  };
}

export interface PlayedCall {
  /** What it was handed, oldest first. */
  readonly inputs: readonly Frame[];
  /** What it made. */
  readonly outputs: readonly Frame[];
}

/**
 * A loaded pipeline and the calls it gets, in this process and over heap buffers. It stands for a runner and cannot show shared
 * memory, values sampled by the daemon, frames that were really played, reloads, or what happens when the process dies.
 */
export class Rehearsal {
  readonly #pipeline: Pipeline;
  readonly #values: Values;
  readonly #cacheDir: string;
  readonly #controller: AbortController;
  #calls = 0;

  private constructor(pipeline: Pipeline, values: Values, cacheDir: string, controller: AbortController) {
    this.#pipeline = pipeline;
    this.#values = values;
    this.#cacheDir = cacheDir;
    this.#controller = controller;
  }

  static async load(module: PipelineModule, values: Values): Promise<Rehearsal> {
    const cacheDir = await mkdtemp(join(tmpdir(), 'reverie-cache-'));
    const controller = new AbortController();
    const context: LoadContext = {
      node: 'double',
      cacheDir,
      providers: ['cpu'],
      signal: controller.signal,
      log: () => {},
      busy: () => {},
    };
    return new Rehearsal(await module.load(context, values), values, cacheDir, controller);
  }

  /** Plays one call with as many input frames as the pipeline asks for. */
  async call(mode: Mode, change: Values, input: Size, prompt: PromptMix = emptyPrompt): Promise<PlayedCall> {
    this.#calls += 1;
    const timeUs = 1e9 + this.#calls * 33_333;
    const values: CallValues = {
      values: { ...this.#values, ...change },
      prompt,
      triggers: {},
      tempo: {
        bpm: 120,
        beat: this.#calls / 15,
        bar: Math.floor(this.#calls / 60),
        phase: (this.#calls / 15) % 1,
        beatsPerBar: 4,
        playing: true,
      },
      mode,
      timeUs,
    };
    const needs = this.#pipeline.prepare?.(values) ?? null;
    const asks = this.#pipeline.prepare !== undefined;
    const count = asks ? (needs?.input ?? 0) : mode === 'video' ? 1 : 0;
    const inputs = Array.from({ length: count }, (_, index) => pictureOf(input, this.#calls + index));
    const outputs: Frame[] = [];
    const call: Call = {
      ...values,
      frames: inputs,
      signal: this.#controller.signal,
      output: async ({ width, height }) => {
        await new Promise(setImmediate);
        const data = new Uint8Array(width * height * 4);
        fillResidue(data);
        const frame: Frame = {
          width,
          height,
          data,
          format: 'rgba8',
          sequence: outputs.length,
          ptsUs: timeUs,
          captureUs: timeUs,
        };
        outputs.push(frame);
        return frame;
      },
    };
    await this.#pipeline.process(call);
    return { inputs, outputs };
  }

  async close(): Promise<void> {
    this.#controller.abort();
    await this.#pipeline.dispose?.();
    await rm(this.#cacheDir, { recursive: true, force: true });
  }
}
