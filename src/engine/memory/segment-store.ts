import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { ReverieError, failure } from '../../contract/error.ts';
import { fileMemory } from './file-memory.ts';
import type { FrameMemory, Segment } from './frame-memory.ts';
import { Ledger, processStart } from './ledger.ts';
import { segmentPrefix, sweepOrphans } from './orphans.ts';
import { posixMemory } from './posix-memory.ts';
import { windowsMemory } from './windows-memory.ts';

export type MemoryChoice = 'auto' | 'shared' | 'file';

/** Below this much free shared memory the daemon uses files from the start: four links at 720p. */
const SMALL_SHM_BYTES = 64e6;

/** Makes and removes the segments of all links, with the ledger kept and the fallback chosen. */
export class SegmentStore {
  readonly #ledger: Ledger;
  readonly #file: FrameMemory;
  readonly #prefix: string;
  readonly #mayFallBack: boolean;
  #main: FrameMemory;
  #reason: string | null = null;
  #next = 0;
  #bytes = 0;

  /** `folder` belongs to the daemon's home: the ledger and file-backed frames lie there. */
  constructor(folder: string, choice: MemoryChoice) {
    const start = processStart(process.pid) ?? 'unknown';
    this.#ledger = new Ledger(folder, process.pid, start);
    this.#prefix = segmentPrefix(process.pid, start);
    this.#file = fileMemory(join(folder, 'frames'));
    this.#mayFallBack = choice === 'auto';
    const shared = choice === 'file' ? null : process.platform === 'win32' ? windowsMemory() : posixMemory();
    this.#reason = choice === 'file' ? 'chosen by --memory file' : choice === 'auto' ? smallShm() : null;
    this.#main = shared === null || this.#reason !== null ? this.#file : shared;
    const leftover = (name: string): boolean => {
      const inShared = shared?.removeLeftover(name) ?? false;
      return this.#file.removeLeftover(name) || inShared;
    };
    this.swept =
      this.#ledger.sweep(leftover, processStart) + (shared === null ? 0 : sweepOrphans(shared, processStart));
  }

  /** Segments of daemons that are gone, removed at this start. */
  readonly swept: number;

  get kind(): string {
    return this.#main.kind;
  }

  get reason(): string | null {
    return this.#reason;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async create(bytes: number): Promise<Segment> {
    const name = `${this.#prefix}${this.#next++}`;
    this.#ledger.note(name);
    const segment = await this.#createSomewhere(name, bytes);
    this.#bytes += bytes;
    let counted = true;
    return {
      ref: segment.ref,
      remove: () => {
        if (counted) this.#bytes -= bytes;
        counted = false;
        segment.remove();
      },
    };
  }

  close(): void {
    this.#ledger.close();
  }

  async #createSomewhere(name: string, bytes: number): Promise<Segment> {
    try {
      return await this.#main.create(name, bytes);
    } catch (error) {
      const full = error instanceof ReverieError && error.code === 'E_MEMORY_FULL';
      if (!full || !this.#mayFallBack || this.#main === this.#file) throw error;
      this.#reason = `shared memory is full (${error.message}); newer links lie in files`;
    }
    try {
      return await this.#file.create(name, bytes);
    } catch (error) {
      throw error instanceof ReverieError
        ? error
        : failure(
            'E_MEMORY_FULL',
            `${(bytes / 1e6).toFixed(1)} MB of frame memory could not be had in files either`,
            { bytes },
            error,
          );
    }
  }
}

function smallShm(): string | null {
  if (process.platform !== 'linux') return null;
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    const free = bavail * bsize;
    return free < SMALL_SHM_BYTES ? `/dev/shm has only ${(free / 1e6).toFixed(0)} MB free` : null;
  } catch {
    return '/dev/shm is missing';
  }
}
