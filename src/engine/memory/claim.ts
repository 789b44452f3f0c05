import koffi from 'koffi';
import { constants } from 'node:os';

const EXCLUSIVE_NOW = 2 | 4;

/**
 * Marks open memory as in use until its descriptor is closed, which the system does for whoever is killed. A lock and not a pid:
 * a daemon in another container shares memory or home with us, and none of its processes can be seen from here.
 */
export function claim(fd: number): void {
  lock()?.(fd, EXCLUSIVE_NOW);
}

/** Whether another descriptor has claimed what this one has open. Claims it otherwise. */
export function isClaimed(fd: number): boolean {
  const flock = lock();
  return flock !== null && flock(fd, EXCLUSIVE_NOW) !== 0 && koffi.errno() === constants.errno.EWOULDBLOCK;
}

type Flock = (fd: number, operation: number) => number;
let bound: Flock | null = null;

/** flock(2). Windows has none, and needs none: it removes memory that nobody has open. */
function lock(): Flock | null {
  const library = { linux: 'libc.so.6', darwin: 'libSystem.B.dylib' }[String(process.platform)];
  if (library === undefined) return null;
  bound ??= koffi.load(library).func('int flock(int, int)') as Flock;
  return bound;
}
