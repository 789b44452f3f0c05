import { describe, expect, it } from 'vitest';
import { vramRefusal } from '../../../../src/engine/hardware/vram.ts';

const gpu = (name: string, freeGb: number) => ({
  index: 0,
  name,
  totalMemoryBytes: 24 * 1024 ** 3,
  freeMemoryBytes: freeGb * 1024 ** 3,
  driver: null,
});

describe('a pipeline’s need for GPU memory', () => {
  it('is refused with figures and advice where no GPU has room', () => {
    const refusal = vramRefusal(12, { gpus: [gpu('NVIDIA A', 3.5), gpu('NVIDIA B', 7.25)] });
    expect(refusal).toMatchObject({
      code: 'E_PIPELINE_VRAM',
      details: { neededGb: 12, freeGb: 7.25, gpu: 'NVIDIA B' },
    });
    expect(refusal?.message).toBe(
      'the pipeline needs about 12 GB of GPU memory and NVIDIA B has 7.3 GB free',
    );
    expect(refusal?.remedy).toContain('force');
  });

  it('is met where one GPU has just enough', () => {
    expect(vramRefusal(12, { gpus: [gpu('NVIDIA A', 12), gpu('NVIDIA B', 1)] })).toBeNull();
  });

  it('is not judged where the pipeline names none or no GPU tells its memory', () => {
    expect(vramRefusal(null, { gpus: [gpu('NVIDIA A', 0)] })).toBeNull();
    expect(vramRefusal(12, { gpus: [] })).toBeNull();
  });
});
