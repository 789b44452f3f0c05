import { describe, expect, it } from 'vitest';
import { type NvmlFunctions, readNvml } from '../../../../src/engine/hardware/nvml.ts';

const write = (target: Uint8Array, text: string): number => {
  target.set(new TextEncoder().encode(`${text}\0`));
  return 0;
};

/** Stands in for the library of an NVIDIA driver with two GPUs; it cannot show that the C calls are declared right. */
function fakeNvml(changes: Partial<NvmlFunctions> = {}): NvmlFunctions & { open: number } {
  const nvml = {
    open: 0,
    init: (): number => ((nvml.open += 1), 0),
    shutdown: (): number => ((nvml.open -= 1), 0),
    errorString: (code: number): string => `error ${code}`,
    driverVersion: (text: Uint8Array): number => write(text, '580.159.04'),
    deviceCount: (count: Uint32Array): number => ((count[0] = 2), 0),
    deviceByIndex: (index: number, device: BigUint64Array): number => (
      (device[0] = 0x7f00n + BigInt(index)),
      0
    ),
    deviceName: (device: bigint, text: Uint8Array): number => write(text, device === 0x7f00n ? 'A' : 'B'),
    memoryInfo: (device: bigint, memory: BigUint64Array): number => {
      memory.set(device === 0x7f00n ? [150_000_000_000n, 140_000_000_000n, 1n] : [8n, 4n, 4n]);
      return 0;
    },
    ...changes,
  };
  return nvml;
}

describe('NVML', () => {
  it('tells name, memory and driver of every GPU, and is closed again', () => {
    const nvml = fakeNvml();
    expect(readNvml(nvml)).toEqual({
      gpus: [
        { index: 0, name: 'A', totalMemoryBytes: 150e9, freeMemoryBytes: 140e9, driver: '580.159.04' },
        { index: 1, name: 'B', totalMemoryBytes: 8, freeMemoryBytes: 4, driver: '580.159.04' },
      ],
      omitted: null,
    });
    expect(nvml.open).toBe(0);
  });

  it('leaves out a GPU that does not tell its memory, and names it', () => {
    const full = fakeNvml();
    const memoryInfo: NvmlFunctions['memoryInfo'] = (device, memory) =>
      device === 0x7f01n ? 3 : full.memoryInfo(device, memory);
    const report = readNvml(fakeNvml({ memoryInfo }));
    expect(report.gpus.map(({ name }) => name)).toEqual(['A']);
    expect(report.omitted).toBe('GPU 1: nvmlDeviceGetMemoryInfo failed: error 3');
  });

  it('fails with the library’s own words where the driver does not answer', () => {
    expect(() => readNvml(fakeNvml({ init: () => 9 }))).toThrow('nvmlInit failed: error 9');
  });

  it('is closed again where it fails in the middle', () => {
    const nvml = fakeNvml({ deviceCount: () => 999 });
    expect(() => readNvml(nvml)).toThrow('nvmlDeviceGetCount failed');
    expect(nvml.open).toBe(0);
  });

  it('stands a name without its final zero', () => {
    const report = readNvml(fakeNvml({ deviceName: (_device, text) => (text.fill(65), 0) }));
    expect(report.gpus[0]?.name).toBe('A'.repeat(96));
  });
});
