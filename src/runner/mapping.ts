import koffi from 'koffi';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { failure } from '../contract/error.ts';
import type { MemoryRef } from '../contract/protocol.ts';

const O_RDWR = 2;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const FILE_MAP_ALL_ACCESS = 0xf001f;
const PAGE = 4096;

const mapped = new Map<string, ArrayBuffer>();

/**
 * Maps a segment once and hands out the one view of it. It is never unmapped while this process lives: a view used after
 * munmap reads another segment or ends the process, and every new view costs the garbage collector megabytes.
 */
export function mapSegment(ref: MemoryRef): ArrayBuffer {
  const known = mapped.get(ref.name);
  if (known !== undefined) return known;
  const buffer = ref.kind === 'windows' ? mapWindows(ref) : mapPosix(ref);
  touchPages(buffer);
  mapped.set(ref.name, buffer);
  return buffer;
}

/** Takes the page faults now and not in the middle of the first frame. */
function touchPages(buffer: ArrayBuffer): void {
  const bytes = new Uint8Array(buffer);
  for (let i = 0; i < bytes.length; i += PAGE) void bytes[i];
}

interface PosixCalls {
  readonly shmOpen: (name: string, flags: number, mode: number) => number;
  readonly mmap: (
    at: null,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ) => unknown;
}

let posix: PosixCalls | null = null;

function posixCalls(): PosixCalls {
  if (posix !== null) return posix;
  const libc = koffi.load(process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6');
  posix = {
    shmOpen: libc.func('int shm_open(const char*, int, unsigned int)') as PosixCalls['shmOpen'],
    mmap: libc.func('void* mmap(void*, size_t, int, int, int, int64_t)') as PosixCalls['mmap'],
  };
  return posix;
}

function mapPosix(ref: MemoryRef): ArrayBuffer {
  const calls = posixCalls();
  const fd = ref.kind === 'file' ? openSync(ref.name, 'r+') : calls.shmOpen(ref.name, O_RDWR, 0);
  if (fd < 0)
    throw failure('E_MEMORY_MAP', `Shared memory ${ref.name} could not be opened (errno ${koffi.errno()})`);
  // Beyond its end a mapping is no error but SIGBUS, which ends the process without a word.
  const { size } = fstatSync(fd);
  if (size < ref.bytes) {
    closeSync(fd);
    throw failure('E_MEMORY_MAP', `Shared memory ${ref.name} has ${size} bytes; ${ref.bytes} were promised`);
  }
  const at = calls.mmap(null, ref.bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0);
  closeSync(fd);
  const failed = koffi.address(at) === 0xffffffffffffffffn;
  if (failed)
    throw failure('E_MEMORY_MAP', `Shared memory ${ref.name} could not be mapped (errno ${koffi.errno()})`);
  return koffi.view(at, ref.bytes);
}

// Written against Microsoft's documentation of OpenFileMappingW and MapViewOfFile; not yet run on Windows.
function mapWindows(ref: MemoryRef): ArrayBuffer {
  const kernel32 = koffi.load('kernel32.dll');
  const open = kernel32.func('void* __stdcall OpenFileMappingW(uint32_t, bool, const char16_t*)');
  const map = kernel32.func('void* __stdcall MapViewOfFile(void*, uint32_t, uint32_t, uint32_t, size_t)');
  const handle: unknown = open(FILE_MAP_ALL_ACCESS, false, ref.name);
  // MapViewOfFile itself refuses more bytes than the mapping has.
  const at: unknown = handle === null ? null : map(handle, FILE_MAP_ALL_ACCESS, 0, 0, ref.bytes);
  if (at === null) throw failure('E_MEMORY_MAP', `Shared memory ${ref.name} could not be mapped`);
  return koffi.view(at, ref.bytes);
}

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** Linux: the kernel ends this process with its parent, even while it is stopped or inside a native call. prctl(2). */
export function dieWithParent(): void {
  if (process.platform !== 'linux') return;
  const prctl = koffi
    .load('libc.so.6')
    .func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}
