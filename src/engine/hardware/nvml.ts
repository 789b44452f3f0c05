import koffi, { type LibraryHandle } from 'koffi';
import type { GpuReport } from '../../contract/hardware.ts';

/**
 * The part of the NVIDIA Management Library that is asked. Numbers are `nvmlReturn_t`, 0 is success; buffers are written.
 * Source: NVML API Reference Guide, https://docs.nvidia.com/deploy/nvml-api/
 */
export interface NvmlFunctions {
  init(): number;
  shutdown(): number;
  errorString(code: number): string;
  /** Zero-terminated version of the driver. */
  driverVersion(text: Uint8Array): number;
  deviceCount(count: Uint32Array): number;
  /** `device` takes an opaque handle. */
  deviceByIndex(index: number, device: BigUint64Array): number;
  deviceName(device: bigint, text: Uint8Array): number;
  /** `nvmlMemory_t`: total, free, used, bytes. */
  memoryInfo(device: bigint, memory: BigUint64Array): number;
}

export interface NvmlReport {
  readonly gpus: readonly GpuReport[];
  /** Devices that were left out, and why; null where none was. */
  readonly omitted: string | null;
}

/** Loads the library of the installed driver; throws where there is none. */
export function loadNvml(platform: NodeJS.Platform): NvmlFunctions {
  const library = load(platform === 'win32' ? 'nvml.dll' : 'libnvidia-ml.so.1');
  return {
    init: library.func('int nvmlInit_v2()'),
    shutdown: library.func('int nvmlShutdown()'),
    errorString: library.func('const char *nvmlErrorString(int result)'),
    driverVersion: withLength(
      library.func('int nvmlSystemGetDriverVersion(_Out_ uint8_t *version, uint32_t length)'),
    ),
    deviceCount: library.func('int nvmlDeviceGetCount_v2(_Out_ uint32_t *count)'),
    deviceByIndex: library.func('int nvmlDeviceGetHandleByIndex_v2(uint32_t index, _Out_ uint64_t *device)'),
    deviceName: nameOf(
      library.func('int nvmlDeviceGetName(uintptr_t device, _Out_ uint8_t *name, uint32_t length)'),
    ),
    memoryInfo: library.func('int nvmlDeviceGetMemoryInfo(uintptr_t device, _Out_ uint64_t *memory)'),
  };
}

function load(name: string): LibraryHandle {
  try {
    return koffi.load(name);
  } catch (error) {
    throw new Error(`no NVIDIA driver: ${name} cannot be loaded`, { cause: error });
  }
}

function withLength(call: (text: Uint8Array, length: number) => number): NvmlFunctions['driverVersion'] {
  return (text) => call(text, text.length);
}

function nameOf(
  call: (device: bigint, text: Uint8Array, length: number) => number,
): NvmlFunctions['deviceName'] {
  return (device, text) => call(device, text, text.length);
}

/** Reads every GPU. A device that does not tell its memory is left out and named. Throws where NVML itself does not work. */
export function readNvml(nvml: NvmlFunctions): NvmlReport {
  must(nvml, nvml.init(), 'nvmlInit');
  try {
    const driver = text((bytes) => must(nvml, nvml.driverVersion(bytes), 'nvmlSystemGetDriverVersion'));
    const count = new Uint32Array(1);
    must(nvml, nvml.deviceCount(count), 'nvmlDeviceGetCount');
    const gpus: GpuReport[] = [];
    const omitted: string[] = [];
    for (let index = 0; index < (count[0] ?? 0); index += 1) {
      try {
        gpus.push(readDevice(nvml, index, driver));
      } catch (error) {
        omitted.push(`GPU ${index}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { gpus, omitted: omitted.length === 0 ? null : omitted.join('; ') };
  } finally {
    nvml.shutdown();
  }
}

function readDevice(nvml: NvmlFunctions, index: number, driver: string): GpuReport {
  const handle = new BigUint64Array(1);
  must(nvml, nvml.deviceByIndex(index, handle), 'nvmlDeviceGetHandleByIndex');
  const device = handle[0] ?? 0n;
  const name = text((bytes) => must(nvml, nvml.deviceName(device, bytes), 'nvmlDeviceGetName'));
  const memory = new BigUint64Array(3);
  must(nvml, nvml.memoryInfo(device, memory), 'nvmlDeviceGetMemoryInfo');
  const [total = 0n, free = 0n] = memory;
  return { index, name, totalMemoryBytes: Number(total), freeMemoryBytes: Number(free), driver };
}

/** NVML's longest strings have 96 bytes (NVML_DEVICE_NAME_V2_BUFFER_SIZE). */
function text(fill: (bytes: Uint8Array) => void): string {
  const bytes = new Uint8Array(96);
  fill(bytes);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end));
}

function must(nvml: NvmlFunctions, code: number, call: string): void {
  if (code !== 0) throw new Error(`${call} failed: ${nvml.errorString(code)}`);
}
