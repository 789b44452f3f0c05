import koffi from 'koffi';
import { failure } from '../../contract/error.ts';
import type { FrameMemory } from './frame-memory.ts';

// Written against Microsoft's documentation of CreateFileMappingW and CloseHandle; not yet run on Windows.
const PAGE_READWRITE = 0x04;
const SEC_COMMIT = 0x8000000;
const ERROR_ALREADY_EXISTS = 183;

interface Kernel32 {
  readonly createFileMapping: (
    file: bigint,
    security: null,
    protection: number,
    sizeHigh: number,
    sizeLow: number,
    name: string,
  ) => unknown;
  readonly closeHandle: (handle: unknown) => boolean;
  readonly getLastError: () => number;
}

/**
 * Named file mappings backed by the paging file. The mapping lives as long as one process has it open, so the daemon keeps its
 * handle; Windows itself removes what a killed daemon left. `SEC_COMMIT` reserves the pages: a full paging file is an error here.
 */
export function windowsMemory(): FrameMemory {
  const kernel32 = bind();
  return {
    kind: 'windows',
    create(name, bytes) {
      const local = `Local\\${name.replace(/^\//, '')}`;
      const invalidHandle = -1n;
      const handle = kernel32.createFileMapping(
        invalidHandle,
        null,
        PAGE_READWRITE | SEC_COMMIT,
        Math.floor(bytes / 2 ** 32),
        bytes >>> 0,
        local,
      );
      const code = kernel32.getLastError();
      if (handle === null || handle === 0n) {
        return Promise.reject(
          failure(
            'E_MEMORY_FULL',
            `${(bytes / 1e6).toFixed(1)} MB of frame memory could not be had (error ${code})`,
            { bytes },
          ),
        );
      }
      if (code === ERROR_ALREADY_EXISTS) {
        kernel32.closeHandle(handle);
        return Promise.reject(failure('E_MEMORY_MAP', `Shared memory ${local} exists already`));
      }
      let removed = false;
      return Promise.resolve({
        ref: { kind: 'windows', name: local, bytes },
        remove() {
          if (removed) return;
          removed = true;
          kernel32.closeHandle(handle);
        },
      });
    },
    removeLeftover: () => false,
    names: () => [],
  };
}

function bind(): Kernel32 {
  const library = koffi.load('kernel32.dll');
  return {
    createFileMapping: library.func(
      'void* __stdcall CreateFileMappingW(intptr_t, void*, uint32_t, uint32_t, uint32_t, const char16_t*)',
    ) as Kernel32['createFileMapping'],
    closeHandle: library.func('bool __stdcall CloseHandle(void*)') as Kernel32['closeHandle'],
    getLastError: library.func('uint32_t __stdcall GetLastError()') as Kernel32['getLastError'],
  };
}
