import type { ErrorReport } from './error.ts';
import type { PipelineDescriptor } from './pipeline.ts';

/** One execution provider of ONNX Runtime, tried in a throw-away process. */
export interface ProviderReport {
  /** `cuda`, `tensorrt`, `dml`, `coreml`, `webgpu` or `cpu`. */
  readonly id: string;
  readonly usable: boolean;
  /** Milliseconds of the timed convolution, or null where it is not usable. */
  readonly convolutionMs: number | null;
  /** Why it is not the one in use: cannot load, software adapter, slower; null for the one in use. */
  readonly reason: string | null;
  readonly remedy: string | null;
}

/** What a throw-away probe process prints, one JSON line, after trying one execution provider. */
export interface ProviderProbe {
  readonly provider: string;
  readonly usable: boolean;
  /** Milliseconds of the timed convolution, or null where it is not usable. */
  readonly convolutionMs: number | null;
  /** The same convolution on the CPU provider of the same process, or null where that failed. */
  readonly cpuMs: number | null;
  /** Why it is not usable. */
  readonly reason: string | null;
}

export interface GpuReport {
  readonly index: number;
  readonly name: string;
  readonly totalMemoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly driver: string | null;
}

export interface HardwareReport {
  readonly gpus: readonly GpuReport[];
  /** Where the GPU figures come from, or why there are none. */
  readonly gpuSource: 'nvml' | 'nvidia-smi' | 'none';
  readonly gpuReason: string | null;
  /** Fastest first. */
  readonly providers: readonly ProviderReport[];
  readonly cpu: { readonly model: string; readonly cores: number };
  readonly memory: { readonly totalBytes: number; readonly freeBytes: number };
  readonly platform: string;
  readonly node: string;
}

interface CatalogFacts {
  /** Of the pipeline; where it could not be read, what it was found as: the name of a package, or what `--pipeline-import` says. */
  readonly id: string;
  readonly origin: 'shipped' | 'import' | 'package';
  /** Where it was found; null for what Reverie ships. */
  readonly from: string | null;
}

/** A pipeline that can be chosen, or one that was found and cannot, with the reason: `E_PIPELINE_READING` until it was read. */
export type CatalogEntry = CatalogFacts &
  (
    | { readonly available: true; readonly descriptor: PipelineDescriptor }
    | { readonly available: false; readonly error: ErrorReport }
  );
