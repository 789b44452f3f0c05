import type { ProviderProbe, ProviderReport } from '../../contract/hardware.ts';
import type { VulkanAdapter } from './vulkan.ts';

/**
 * Execution providers that ONNX Runtime's Node package can have on a machine, as its README lists them for 1.30: CUDA and
 * TensorRT on Linux x64 only, WebGPU on all but Linux arm64, DirectML on Windows, CoreML on macOS.
 */
export function candidates(platform: NodeJS.Platform, arch: string): readonly string[] {
  if (platform === 'linux' && arch === 'x64') return ['cuda', 'tensorrt', 'webgpu', 'cpu'];
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu'];
  if (platform === 'darwin') return ['coreml', 'webgpu', 'cpu'];
  return ['cpu'];
}

/** TensorRT compiles an engine for the model before it answers; the rest is loading and a few short runs. Milliseconds. */
export function probeTimeoutMs(provider: string): number {
  return provider === 'tensorrt' ? 300_000 : 60_000;
}

/**
 * A device that takes this many times as long as one CPU core is no GPU, or none worth using: lavapipe took ten to fifty times
 * as long.
 */
const SOFTWARE_FACTOR = 3;

/** A WebGPU provider that can only meet drivers that paint on the CPU is refused without being tried; null otherwise. */
export function softwareRefusal(provider: string, adapters: readonly VulkanAdapter[]): ProviderProbe | null {
  if (provider !== 'webgpu' || adapters.length === 0 || !adapters.every((adapter) => adapter.software))
    return null;
  const names = adapters.map((adapter) => adapter.name).join(', ');
  return refused(provider, `software adapter: the only Vulkan driver here paints on the CPU (${names})`);
}

export function refused(provider: string, reason: string): ProviderProbe {
  return { provider, usable: false, convolutionMs: null, cpuMs: null, reason };
}

/** Reads what a probe process printed; null where it is not a ProviderProbe for this provider. */
export function readProbe(provider: string, answer: unknown): ProviderProbe | null {
  if (typeof answer !== 'object' || answer === null || !('usable' in answer && 'convolutionMs' in answer))
    return null;
  const { usable, convolutionMs } = answer;
  const cpuMs = 'cpuMs' in answer ? positive(answer.cpuMs) : null;
  const reason = 'reason' in answer && typeof answer.reason === 'string' ? answer.reason : null;
  if ('provider' in answer && answer.provider !== provider) return null;
  if (usable === true && positive(convolutionMs) !== null) {
    return { provider, usable, convolutionMs: positive(convolutionMs), cpuMs, reason: null };
  }
  if (usable === false && reason !== null) return { provider, usable, convolutionMs: null, cpuMs, reason };
  return null;
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

/** ONNX Runtime's message leads with its own source line; the loader's word, on standard error, names the missing library. */
export function plainReason(reason: string, errors: string): string {
  const [, library] = /Failed to load library .*? with error: (.*)/.exec(errors) ?? [];
  if (library !== undefined && /failed to load/i.test(reason)) return library.replace(/\S*\//g, '').trim();
  return reason.replace(/^.* was false\. /s, '').replace(/^\/\S+\.cc:\d+ /, '');
}

/** Fastest first, the refused last; every provider but the first says why it is not in use. */
export function rank(probes: readonly ProviderProbe[]): readonly ProviderReport[] {
  const judged = probes.map(refuseSlow);
  const usable = judged
    .filter((probe) => probe.convolutionMs !== null)
    .sort((a, b) => (a.convolutionMs ?? 0) - (b.convolutionMs ?? 0));
  const best = usable[0];
  return [...usable, ...judged.filter((probe) => probe.convolutionMs === null)].map((probe) => {
    const { provider: id, usable: works, convolutionMs, reason } = probe;
    if (probe === best) return { id, usable: works, convolutionMs, reason: null, remedy: null };
    if (works) {
      const slower = `slower: ${ms(convolutionMs)} where ${best?.provider} takes ${ms(best?.convolutionMs ?? null)}`;
      return { id, usable: works, convolutionMs, reason: slower, remedy: null };
    }
    return { id, usable: works, convolutionMs, reason, remedy: remedyFor(id, reason ?? '') };
  });
}

function refuseSlow(probe: ProviderProbe): ProviderProbe {
  const { provider, convolutionMs, cpuMs } = probe;
  if (provider === 'cpu' || convolutionMs === null || cpuMs === null) return probe;
  if (convolutionMs <= SOFTWARE_FACTOR * cpuMs) return probe;
  const reason = `software adapter, or too slow to be of use: ${ms(convolutionMs)} where one CPU core takes ${ms(cpuMs)}`;
  return { ...refused(provider, reason), cpuMs };
}

function ms(value: number | null): string {
  return `${(value ?? 0).toFixed(1)} ms`;
}

function remedyFor(provider: string, reason: string): string {
  const guide = 'see docs/guides/gpu.md';
  if (/ONNX Runtime cannot be loaded/.test(reason))
    return 'Run `npm install`; Intel Macs have no build of ONNX Runtime.';
  if (/software adapter/.test(reason)) return `Install the driver of your GPU; ${guide}.`;
  switch (provider) {
    case 'cuda':
    case 'tensorrt':
      if (/libonnxruntime_providers/.test(reason)) return 'With an NVIDIA GPU, run `reverie install cuda`.';
      if (provider === 'tensorrt')
        return `TensorRT 10 is optional: install it for CUDA 12, or leave it; ${guide}.`;
      return `Install the NVIDIA driver, CUDA 12 and cuDNN 9; ${guide}.`;
    case 'webgpu':
      return `Install a Vulkan driver for your GPU, or leave it: the fastest provider that works is used; ${guide}.`;
    case 'dml':
      return 'Update the GPU driver; DirectML needs a DirectX 12 GPU.';
    case 'coreml':
      return 'Update macOS; CoreML needs macOS 10.15 or later.';
    default:
      return 'Read the reason; `reverie doctor` looks again.';
  }
}
