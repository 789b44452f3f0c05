import koffi from 'koffi';

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const FAILED = 0xffffffffffffffffn;
const PAGE = 4096;
const libraryOf: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libc.so.6',
  darwin: 'libSystem.B.dylib',
};

interface Calls {
  readonly mmap: (
    at: null,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ) => unknown;
  readonly munmap: (at: unknown, length: number) => number;
}

export interface Mapping {
  readonly bytes: Uint8Array;
  /** `bytes` must not be touched after it. */
  unmap(): void;
}

/** Maps a whole file by mmap(2); null where the system has none or refuses. */
export function mapFile(fd: number, length: number, use: 'read' | 'write'): Mapping | null {
  const calls = bind();
  if (calls === null) return null;
  const protection = use === 'write' ? PROT_READ | PROT_WRITE : PROT_READ;
  const place = calls.mmap(null, length, protection, MAP_SHARED, fd, 0);
  if (koffi.address(place) === FAILED) return null;
  const bytes = new Uint8Array(koffi.view(place, length));
  // The page faults now, and not in the middle of the first frame.
  for (let i = 0; i < length; i += PAGE) void bytes[i];
  return { bytes, unmap: () => void calls.munmap(place, length) };
}

let bound: Calls | null = null;

function bind(): Calls | null {
  const library = libraryOf[process.platform];
  if (library === undefined) return null;
  if (bound !== null) return bound;
  const libc = koffi.load(library);
  bound = {
    mmap: libc.func('void* mmap(void*, size_t, int, int, int, int64_t)') as Calls['mmap'],
    munmap: libc.func('int munmap(void*, size_t)') as Calls['munmap'],
  };
  return bound;
}
