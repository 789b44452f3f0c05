import type { z } from 'zod';
import type { Artifact } from './artifact.ts';
import type { CallValues, Mode } from './call.ts';
import type { Frame, Size } from './frame.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { toJsonSchema } from './parameter.ts';

export { huggingFace, googleDrive, local, url } from './artifact.ts';
export type { Artifact } from './artifact.ts';
export type { CallValues, Mode, Tempo } from './call.ts';
export type { Frame, Size } from './frame.ts';
export type { PromptBlend, PromptMix, WeightedText } from './prompt.ts';
export { color, trigger, ui } from './parameter.ts';
/** For authors outside: schemas made with this copy are surely read right, and there is nothing to install. */
export { z } from 'zod';

export interface Port {
  readonly kind: 'video';
}
export const port = (kind: 'video'): Port => ({ kind });

/** Values that a mode starts with where nobody has set them by hand. One mode has `default: true`. */
export interface ModeDefaults {
  readonly default?: boolean;
  readonly values?: Readonly<Record<string, JsonValue>>;
}

export interface PipelineSupports {
  readonly prompts: boolean;
  readonly loras: boolean;
  readonly vace: boolean;
  readonly cacheManagement: boolean;
  readonly kvCacheBias: boolean;
  readonly quantization: boolean;
}

interface PipelineFacts {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly docsUrl: string | null;
  readonly usage: readonly ('preprocessor' | 'main' | 'postprocessor')[];
  readonly supports: PipelineSupports;
  /** One short sentence that stands beside the prompt: what its words can and cannot do. */
  readonly promptNote: string | null;
  readonly estimatedVramGb: number | null;
  readonly artifacts: readonly Artifact[];
  readonly modes: Readonly<Partial<Record<Mode, ModeDefaults>>>;
  readonly inputs: Readonly<Record<string, Port>>;
  readonly outputs: Readonly<Record<string, Port>>;
}

/** What a pipeline is, without its code. Plain JSON, so that it can come from another process or language. */
export interface PipelineDescriptor extends PipelineFacts {
  /** JSON Schema of the parameters, with `ui` hints. */
  readonly schema: JsonObject;
}

export interface PipelineDefinition extends PipelineFacts {
  /** Only zod that survives JSON Schema. */
  readonly params: z.ZodObject;
  readonly load: () => Promise<PipelineModule>;
}

const nothingSupported: PipelineSupports = {
  prompts: false,
  loras: false,
  vace: false,
  cacheManagement: false,
  kvCacheBias: false,
  quantization: false,
};

type Optional = 'docsUrl' | 'supports' | 'promptNote' | 'estimatedVramGb' | 'artifacts' | 'usage';

/** Declares a pipeline. Default export of `pipelines/<id>/index.ts`; importing it never runs the pipeline's code. */
export function definePipeline(
  definition: Omit<PipelineDefinition, Optional> &
    Partial<Omit<PipelineDefinition, 'supports'>> & { supports?: Partial<PipelineSupports> },
): PipelineDefinition {
  return {
    docsUrl: null,
    promptNote: null,
    estimatedVramGb: null,
    artifacts: [],
    usage: ['main'],
    ...definition,
    supports: { ...nothingSupported, ...definition.supports },
  };
}

export function describePipeline(definition: PipelineDefinition): PipelineDescriptor {
  const { params, load: _code, ...facts } = definition;
  return { ...facts, schema: toJsonSchema(params) };
}

/** What `run.ts` of a pipeline exports. */
export interface PipelineModule {
  /** Called once in a runner of its own. `values` holds every parameter; those marked `load` are fixed until the next load. */
  load(context: LoadContext, values: Readonly<Record<string, JsonValue>>): Promise<Pipeline>;
}

export interface LoadContext {
  readonly node: string;
  /** A folder that survives restarts, for what is dear to compute. */
  readonly cacheDir: string;
  /** Execution providers to try, best first; see `inference`. */
  readonly providers: readonly string[];
  readonly signal: AbortSignal;
  log(line: string): void;
  /** Announces a native call that will block this process, so that its silence is not taken for a hang. */
  busy(what: string, deadlineMs: number): void;
}

/** What the next call needs: `input` frames of port `video`, and `output` slots (1 unless the call makes several frames). */
export interface Requirements {
  readonly input: number;
  readonly output?: number;
}

export interface Pipeline {
  /** The size its input frames must have; the runner resamples to it. Without it they come as they are. */
  readonly inputSize?: Size;
  /** How many input frames the next call needs; null is none (text mode). Without it: one frame in video mode, none in text mode. */
  prepare?(values: CallValues): Requirements | null;
  process(call: Call): Promise<void>;
  dispose?(): void | Promise<void>;
}

/** One call: input frames in, output frames written. Valid until `process` returns. */
export interface Call extends CallValues {
  /** Oldest first; as many as `prepare` asked for. Empty in text mode. */
  readonly frames: readonly Frame[];
  /**
   * The next output frame to write, `[height, width, 4]` uint8, in shared memory. Ask once per frame made. A new size opens a
   * new generation of the link, which takes a moment; the same size answers at once.
   */
  output(size: Size): Promise<Frame>;
  readonly signal: AbortSignal;
}
