import { describe, expect, it } from 'vitest';
import { readVulkan, type VulkanFunctions } from '../../../../src/engine/hardware/vulkan.ts';

/** Stands in for the Vulkan loader; field offsets are those of VkPhysicalDeviceProperties in the Vulkan 1.0 specification. */
function fakeVulkan(devices: readonly { name: string; type: number }[]): VulkanFunctions & { open: number } {
  const vulkan = {
    open: 0,
    createInstance: (info: Uint8Array, instance: BigUint64Array): number => {
      if (new DataView(info.buffer).getUint32(0, true) !== 1) return -3;
      instance[0] = 99n;
      vulkan.open += 1;
      return 0;
    },
    enumeratePhysicalDevices: (_instance: bigint, count: Uint32Array, out: BigUint64Array | null): number => {
      if (out !== null) out.set(devices.map((_, i) => BigInt(i)));
      count[0] = devices.length;
      return 0;
    },
    physicalDeviceProperties: (device: bigint, properties: Uint8Array): void => {
      const { name, type } = devices[Number(device)] ?? { name: '', type: 0 };
      const fields = new DataView(properties.buffer);
      fields.setUint32(4, 42, true);
      fields.setUint32(16, type, true);
      properties.set(new TextEncoder().encode(name), 20);
    },
    destroyInstance: (instance: bigint): void => {
      if (instance === 99n) vulkan.open -= 1;
    },
  };
  return vulkan;
}

describe('Vulkan', () => {
  it('tells a GPU from a driver that paints on the CPU', () => {
    const vulkan = fakeVulkan([
      { name: 'NVIDIA H200', type: 2 },
      { name: 'llvmpipe (LLVM 15)', type: 4 },
    ]);
    expect(readVulkan(vulkan)).toEqual([
      { name: 'NVIDIA H200', software: false, driverVersion: 42 },
      { name: 'llvmpipe (LLVM 15)', software: true, driverVersion: 42 },
    ]);
    expect(vulkan.open).toBe(0);
  });

  it('may have no device at all', () => {
    expect(readVulkan(fakeVulkan([]))).toEqual([]);
  });

  it('says which call failed where there is no driver', () => {
    const vulkan = { ...fakeVulkan([]), createInstance: () => -9 };
    expect(() => readVulkan(vulkan)).toThrow('vkCreateInstance failed with VkResult -9');
  });
});
