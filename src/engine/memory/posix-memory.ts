import koffi from 'koffi';
import { closeSync, ftruncateSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { failure } from '../../contract/error.ts';
import { claim, isClaimed } from './claim.ts';
import type { FrameMemory, Segment } from './frame-memory.ts';

const O_RDWR = 2;
const PUNCH_HOLE_KEEP_SIZE = 3;
const libraryOf: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libc.so.6',
  darwin: 'libSystem.B.dylib',
};

type Allocate = {
  async(fd: number, offset: number, length: number, done: (error: unknown, result: number) => void): void;
};

interface Calls {
  readonly shmOpen: (name: string, flags: number, mode: number) => number;
  readonly shmUnlink: (name: string) => number;
  /** Absent on macOS, where a segment gets its pages on first touch. */
  readonly posixFallocate: Allocate | null;
  readonly fallocate: ((fd: number, mode: number, offset: number, length: number) => number) | null;
}

/** POSIX shared memory. Allocation runs on koffi's worker threads: zeroing megabytes must not hold up the event loop. */
export function posixMemory(): FrameMemory {
  const calls = bind();
  return {
    kind: 'posix',
    async create(name, bytes) {
      const exclusive = O_RDWR | constantsOf().create | constantsOf().exclusive;
      const fd = calls.shmOpen(name, exclusive, 0o600);
      if (fd < 0)
        throw failure('E_MEMORY_MAP', `Shared memory ${name} could not be made (errno ${koffi.errno()})`);
      claim(fd);
      try {
        await allocate(calls, fd, bytes);
      } catch (error) {
        closeSync(fd);
        calls.shmUnlink(name);
        throw error;
      }
      return segmentOf(calls, name, bytes, fd);
    },
    removeLeftover(name) {
      const fd = calls.shmOpen(name, O_RDWR, 0);
      if (fd < 0) return false;
      const free = !isClaimed(fd);
      const removed = free && calls.shmUnlink(name) === 0;
      closeSync(fd);
      return removed;
    },
    names: sharedNames,
  };
}

/** Linux shows shared memory as files (shm_overview(7)); macOS does not list it. */
function sharedNames(): readonly string[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync('/dev/shm').map((name) => `/${name}`);
  } catch {
    return [];
  }
}

function segmentOf(calls: Calls, name: string, bytes: number, fd: number): Segment {
  let removed = false;
  return {
    ref: { kind: 'posix', name, bytes },
    remove() {
      if (removed) return;
      removed = true;
      calls.shmUnlink(name);
      // A runner never unmaps while it lives; punching the pages out frees them all the same.
      calls.fallocate?.(fd, PUNCH_HOLE_KEEP_SIZE, 0, bytes);
      closeSync(fd);
    },
  };
}

/** Gives a file descriptor its pages now. Shared with the file-backed fallback. */
export async function allocatePages(fd: number, bytes: number): Promise<void> {
  return allocate(bind(), fd, bytes);
}

async function allocate(calls: Calls, fd: number, bytes: number): Promise<void> {
  const reserve = calls.posixFallocate;
  if (reserve === null) return ftruncateSync(fd, bytes);
  const errno = await new Promise<number>((resolve, reject) => {
    reserve.async(fd, 0, bytes, (error, result) =>
      error === null || error === undefined ? resolve(result) : reject(error),
    );
  });
  if (errno === 0) return;
  const room = errno === constants.errno.ENOSPC ? 'there is no room' : `errno ${errno}`;
  throw failure('E_MEMORY_FULL', `${(bytes / 1e6).toFixed(1)} MB of frame memory could not be had: ${room}`, {
    bytes,
    errno,
  });
}

function constantsOf(): { create: number; exclusive: number } {
  return process.platform === 'darwin'
    ? { create: 0x200, exclusive: 0x800 }
    : { create: 0o100, exclusive: 0o200 };
}

let bound: Calls | null = null;

function bind(): Calls {
  if (bound !== null) return bound;
  const library = libraryOf[process.platform];
  if (library === undefined)
    throw failure('E_MEMORY_MAP', `POSIX shared memory is not known on ${process.platform}`);
  const libc = koffi.load(library);
  const linux = process.platform === 'linux';
  bound = {
    shmOpen: libc.func('int shm_open(const char*, int, unsigned int)') as Calls['shmOpen'],
    shmUnlink: libc.func('int shm_unlink(const char*)') as Calls['shmUnlink'],
    posixFallocate: linux ? libc.func('int posix_fallocate(int, int64_t, int64_t)') : null,
    fallocate: linux
      ? (libc.func('int fallocate(int, int, int64_t, int64_t)') as NonNullable<Calls['fallocate']>)
      : null,
  };
  return bound;
}
