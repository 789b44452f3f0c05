import { argv, platform, stdin, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { loadNvml, type NvmlReport, readNvml } from './nvml.ts';
import { loadVulkan, readVulkan, type VulkanAdapter } from './vulkan.ts';

export type Found<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** What the throw-away process `node gpu-probe.js` prints as JSON. */
export interface GpuProbe {
  readonly nvml: Found<NvmlReport>;
  /** Null where it was not asked for, or where WebGPU does not use Vulkan. */
  readonly vulkan: Found<readonly VulkanAdapter[]> | null;
}

/**
 * Asks the GPU drivers. In a process of its own, because a driver's library can block for seconds or crash, and neither may
 * happen to the daemon. `memory` asks for free memory only.
 */
function probeGpus(what: string): GpuProbe {
  const nvml = attempt(() => readNvml(loadNvml(platform)));
  const vulkan = what === 'memory' || platform !== 'linux' ? null : attempt(() => readVulkan(loadVulkan()));
  return { nvml, vulkan };
}

function attempt<T>(read: () => T): Found<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  stdin
    .on('end', () => process.exit(1))
    .on('error', () => process.exit(1))
    .resume();
  stdout.write(`${JSON.stringify(probeGpus(argv[2] ?? 'all'))}\n`, () => process.exit(0));
}
