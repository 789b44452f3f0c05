import type { InferenceSession } from 'onnxruntime-node';
import { failure, reportOf } from '../contract/error.ts';
import { loadOnnxRuntime, type OnnxRuntime } from './onnx-runtime.ts';
import { type TensorShape, TensorTable, tensorShapes, type TensorViews, zeros } from './tensor-views.ts';

export type { TensorShape, TensorViews } from './tensor-views.ts';

export interface SessionOptions {
  /** Execution providers to try, best first: `LoadContext.providers`. */
  readonly providers: readonly string[];
  log(line: string): void;
  /** Told before each native call that blocks the process: opening the model, and its first run. */
  busy(what: string, deadlineMs: number): void;
}

export interface RefusedProvider {
  readonly provider: string;
  readonly reason: string;
}

/** A model that is loaded, warm and ready to make frames. */
export interface Session {
  /** The execution provider in use. */
  readonly provider: string;
  /** Those that were tried before it, and why each failed. */
  readonly refused: readonly RefusedProvider[];
  readonly inputs: readonly TensorShape[];
  readonly outputs: readonly TensorShape[];
  /**
   * Runs the model once. Reads the views in `feeds` and writes the named outputs into the views in `fetches`, in place.
   * Views may lie in shared memory. Give the same view objects again where you can: they are checked and wrapped only once.
   * The call blocks the process until the frame is made. Throws E_INFERENCE_TENSOR for a view that does not fit.
   */
  run(feeds: TensorViews, fetches: TensorViews): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a model on the first provider that can both load and run it. ONNX Runtime's own list is not used: with `cuda` or
 * `webgpu` in it, it throws where it should fall back. Throws E_INFERENCE_PROVIDER, with a reason for each, when none can,
 * and E_INFERENCE_MISSING when ONNX Runtime is not installed.
 */
export async function openSession(
  model: Uint8Array,
  options: SessionOptions,
  load?: () => Promise<OnnxRuntime>,
): Promise<Session> {
  const runtime = await loadOnnxRuntime(load);
  const refused: RefusedProvider[] = [];
  for (const provider of options.providers) {
    try {
      const session = await openOn(provider, model, runtime, options);
      options.log(`model opened on ${provider}`);
      return { ...session, refused };
    } catch (error) {
      const { code, message } = reportOf(error);
      // The model's own fault is the same on every provider.
      if (code === 'E_INFERENCE_TENSOR') throw error;
      const reason = message.trim();
      refused.push({ provider, reason });
      options.log(`${provider} cannot be used: ${reason}`);
    }
  }
  const reasons = refused.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
  throw failure(
    'E_INFERENCE_PROVIDER',
    `no execution provider could open the model (${reasons || 'none was given'})`,
  );
}

/** How long a provider may block while it loads and while it compiles its kernels on the first run, milliseconds. */
const deadlineMs: Readonly<Record<string, number>> = { cpu: 60_000, webgpu: 60_000, tensorrt: 900_000 };
const OTHER_DEADLINE_MS = 120_000;

async function openOn(
  provider: string,
  model: Uint8Array,
  runtime: OnnxRuntime,
  options: SessionOptions,
): Promise<Omit<Session, 'refused'>> {
  const deadline = deadlineMs[provider] ?? OTHER_DEADLINE_MS;
  options.busy(`opening the model on ${provider}`, deadline);
  const native = await runtime.InferenceSession.create(model, sessionOptions(provider));
  try {
    const inputs = tensorShapes(native.inputMetadata);
    const outputs = tensorShapes(native.outputMetadata);
    const inputTable = new TensorTable(runtime, inputs);
    const outputTable = new TensorTable(runtime, outputs);
    const run = async (feeds: TensorViews, fetches: TensorViews): Promise<void> => {
      await native.run(inputTable.wrap(feeds), outputTable.wrap(fetches));
    };
    // Providers load libraries and compile kernels on the first run. Better now than in the first frame, and a provider
    // that opens a model it cannot run is passed over like one that cannot open it.
    options.busy(`first run on ${provider}`, deadline);
    await run(blank(inputs), blank(outputs));
    return { provider, inputs, outputs, run, close: () => native.release() };
  } catch (error) {
    await native.release();
    throw error;
  }
}

function sessionOptions(provider: string): InferenceSession.SessionOptions {
  return {
    // What TensorRT cannot take runs on CUDA, not on the CPU.
    executionProviders: provider === 'tensorrt' ? ['tensorrt', 'cuda'] : [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    // A show runs several runners on few cores: a second thread gained little and cost frames elsewhere.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // DirectML does not support memory patterns.
    enableMemPattern: provider !== 'dml',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}

function blank(tensors: readonly TensorShape[]): TensorViews {
  return Object.fromEntries(tensors.map((tensor) => [tensor.name, zeros(tensor)]));
}
