import { failure, type ReverieError } from '../../contract/error.ts';
import type { HardwareReport } from '../../contract/hardware.ts';

const GIBIBYTE = 1024 ** 3;

/**
 * Whether a pipeline's own estimate fits the GPU. Null where it does, where the pipeline names no estimate, and where no GPU tells
 * its memory: a guess must not keep a show from playing. Compared with the GPU that has most room. The caller skips it
 * where the node is forced.
 */
export function vramRefusal(
  estimatedVramGb: number | null,
  report: Pick<HardwareReport, 'gpus'>,
): ReverieError | null {
  if (estimatedVramGb === null || report.gpus.length === 0) return null;
  const roomiest = report.gpus.reduce((best, gpu) =>
    gpu.freeMemoryBytes > best.freeMemoryBytes ? gpu : best,
  );
  const freeGb = roomiest.freeMemoryBytes / GIBIBYTE;
  if (freeGb >= estimatedVramGb) return null;
  return failure(
    'E_PIPELINE_VRAM',
    `the pipeline needs about ${estimatedVramGb} GB of GPU memory and ${roomiest.name} has ${freeGb.toFixed(1)} GB free`,
    { neededGb: estimatedVramGb, freeGb: Number(freeGb.toFixed(2)), gpu: roomiest.name },
  );
}
