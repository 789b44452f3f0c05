import type { HardwareReport } from '../../contract/hardware.ts';
import type { GpuProbe } from './gpu-probe.ts';
import { type NvidiaSmi, parseSmi, smiQuery } from './nvidia-smi.ts';

export type GpuFigures = Pick<HardwareReport, 'gpus' | 'gpuSource' | 'gpuReason'>;

/** What NVML said, else what nvidia-smi says, else nothing with both reasons. `probe` is null where its process failed. */
export async function gpuFigures(
  probe: GpuProbe | null,
  failed: string | null,
  nvidiaSmi: NvidiaSmi,
): Promise<GpuFigures> {
  if (probe?.nvml.ok === true) {
    const { gpus, omitted } = probe.nvml.value;
    if (gpus.length > 0) return { gpus, gpuSource: 'nvml', gpuReason: omitted };
  }
  const nvmlReason = probe === null ? (failed ?? 'its probe failed') : nvmlFailure(probe);
  try {
    const { gpus, unread } = parseSmi(await nvidiaSmi(smiQuery));
    if (gpus.length > 0) {
      const left = unread === 0 ? '' : `; ${unread} line(s) of nvidia-smi could not be read`;
      return { gpus, gpuSource: 'nvidia-smi', gpuReason: `NVML: ${nvmlReason}${left}` };
    }
    return nothing(nvmlReason, unread === 0 ? 'lists no GPU' : 'gave nothing that could be read');
  } catch (error) {
    return nothing(nvmlReason, smiFailure(error));
  }
}

function nothing(nvml: string, smi: string): GpuFigures {
  return { gpus: [], gpuSource: 'none', gpuReason: `NVML: ${nvml}; nvidia-smi: ${smi}` };
}

function nvmlFailure({ nvml }: GpuProbe): string {
  if (!nvml.ok) return nvml.reason;
  return nvml.value.omitted ?? 'no GPU';
}

function smiFailure(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'not installed';
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

/** Reads what a gpu-probe process printed; null where it is of another shape. */
export function readGpuProbe(answer: unknown): GpuProbe | null {
  return isGpuProbe(answer) ? answer : null;
}

function isGpuProbe(answer: unknown): answer is GpuProbe {
  if (!isRecord(answer) || !isRecord(answer['nvml'])) return false;
  const { nvml, vulkan } = answer;
  if (vulkan !== null && !isFound(vulkan, isAdapters)) return false;
  return isFound(
    nvml,
    (value) => isRecord(value) && Array.isArray(value['gpus']) && value['gpus'].every(isGpu),
  );
}

function isFound(found: unknown, valid: (value: unknown) => boolean): boolean {
  if (!isRecord(found)) return false;
  return found['ok'] === true
    ? valid(found['value'])
    : found['ok'] === false && typeof found['reason'] === 'string';
}

function isGpu(gpu: unknown): boolean {
  return isRecord(gpu) && typeof gpu['name'] === 'string' && typeof gpu['freeMemoryBytes'] === 'number';
}

function isAdapters(adapters: unknown): boolean {
  return (
    Array.isArray(adapters) && adapters.every((one) => isRecord(one) && typeof one['software'] === 'boolean')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
