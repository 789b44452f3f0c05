import type { MemoryRef } from '../../contract/protocol.ts';

/** A segment that the daemon made. It is never mapped here: pixels do not enter the daemon. */
export interface Segment {
  readonly ref: MemoryRef;
  /** Removes the name and gives the pages back at once, also where a runner still has them mapped. */
  remove(): void;
}

/** One way to make memory that several processes map. */
export interface FrameMemory {
  readonly kind: MemoryRef['kind'];
  /** Rejects with `E_MEMORY_FULL` where there is no room: never a SIGBUS later. */
  create(name: string, bytes: number): Promise<Segment>;
  /** Removes what a daemon that is gone left under this name; true where there was something that nobody holds. */
  removeLeftover(name: string): boolean;
  /** Everything of this kind on this machine, as far as the system lists it; none where a ledger alone knows. */
  names(): readonly string[];
}
