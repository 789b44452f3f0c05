import koffi from 'koffi';

/**
 * Lists what Vulkan offers, to tell a GPU from a driver that paints on the CPU: ONNX Runtime's WebGPU provider uses whichever
 * there is and does not say. Source: Vulkan 1.0 specification, chapters 4 and 5.
 */
export interface VulkanAdapter {
  readonly name: string;
  /** VK_PHYSICAL_DEVICE_TYPE_CPU: lavapipe, SwiftShader. */
  readonly software: boolean;
  /** Changes with the driver; its digits are the vendor's own. */
  readonly driverVersion: number;
}

export interface VulkanFunctions {
  /** Returns VkResult; `instance` takes the handle. */
  createInstance(info: Uint8Array, instance: BigUint64Array): number;
  /** With `devices` null, `count` takes how many there are. */
  enumeratePhysicalDevices(instance: bigint, count: Uint32Array, devices: BigUint64Array | null): number;
  /** Fills VkPhysicalDeviceProperties. */
  physicalDeviceProperties(device: bigint, properties: Uint8Array): void;
  destroyInstance(instance: bigint): void;
}

export function loadVulkan(): VulkanFunctions {
  const library = koffi.load('libvulkan.so.1');
  const create = library.func(
    'int vkCreateInstance(const uint8_t *info, const void *allocator, _Out_ uint64_t *instance)',
  );
  const destroy = library.func('void vkDestroyInstance(uintptr_t instance, const void *allocator)');
  return {
    createInstance: (info, instance): number => create(info, null, instance),
    enumeratePhysicalDevices: library.func(
      'int vkEnumeratePhysicalDevices(uintptr_t instance, _Inout_ uint32_t *count, _Out_ uint64_t *devices)',
    ),
    physicalDeviceProperties: library.func(
      'void vkGetPhysicalDeviceProperties(uintptr_t device, _Out_ uint8_t *properties)',
    ),
    destroyInstance: (instance): void => destroy(instance, null),
  };
}

/** VkInstanceCreateInfo on 64-bit systems: sType 1 and zeros ask for plain Vulkan 1.0 without layers or extensions. */
const INSTANCE_INFO_BYTES = 64;
/** VkPhysicalDeviceProperties has 824 bytes on 64-bit systems. */
const PROPERTIES_BYTES = 1024;
const offset = { driverVersion: 4, deviceType: 16, deviceName: 20, deviceNameEnd: 20 + 256 } as const;
const DEVICE_TYPE_CPU = 4;

/** Throws where there is no working driver. */
export function readVulkan(vulkan: VulkanFunctions): readonly VulkanAdapter[] {
  const info = new Uint8Array(INSTANCE_INFO_BYTES);
  new DataView(info.buffer).setUint32(0, 1, true);
  const instance = new BigUint64Array(1);
  must(vulkan.createInstance(info, instance), 'vkCreateInstance');
  const handle = instance[0] ?? 0n;
  try {
    const count = new Uint32Array(1);
    must(vulkan.enumeratePhysicalDevices(handle, count, null), 'vkEnumeratePhysicalDevices');
    const devices = new BigUint64Array(count[0] ?? 0);
    must(vulkan.enumeratePhysicalDevices(handle, count, devices), 'vkEnumeratePhysicalDevices');
    return Array.from(devices.subarray(0, count[0]), (device) => describe(vulkan, device));
  } finally {
    vulkan.destroyInstance(handle);
  }
}

function describe(vulkan: VulkanFunctions, device: bigint): VulkanAdapter {
  const properties = new Uint8Array(PROPERTIES_BYTES);
  vulkan.physicalDeviceProperties(device, properties);
  const fields = new DataView(properties.buffer);
  const name = properties.subarray(offset.deviceName, offset.deviceNameEnd);
  const end = name.indexOf(0);
  return {
    name: new TextDecoder().decode(name.subarray(0, end < 0 ? name.length : end)),
    software: fields.getUint32(offset.deviceType, true) === DEVICE_TYPE_CPU,
    driverVersion: fields.getUint32(offset.driverVersion, true),
  };
}

function must(result: number, call: string): void {
  if (result < 0) throw new Error(`${call} failed with VkResult ${result}`);
}
