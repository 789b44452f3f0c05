import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineStatus } from '../../contract/engine-api.ts';
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
  readonly #warn: (message: string) => void;
  readonly #main: FrameMemory;
  readonly #chosen: string | null;
  readonly #bytes = { main: 0, fallback: 0 };
  /** Why links lie in files though shared memory was wanted. */
  #lack: string | null = null;
  #next = 0;

  /**
   * `folder` belongs to the daemon's home: the ledger and file-backed frames lie there. `warn` is told once when shared memory does
   * not suffice, and again only after it did.
   */
  constructor(folder: string, choice: MemoryChoice, warn: (message: string) => void) {
    const start = processStart(process.pid) ?? 'unknown';
    this.#ledger = new Ledger(folder, process.pid, start);
    this.#prefix = segmentPrefix(process.pid, start);
    this.#file = fileMemory(join(folder, 'frames'));
    this.#mayFallBack = choice === 'auto';
    const shared = choice === 'file' ? null : process.platform === 'win32' ? windowsMemory() : posixMemory();
    this.#warn = warn;
    this.#chosen = choice === 'file' ? 'chosen by --memory file' : null;
    const small = choice === 'auto' ? smallShm() : null;
    this.#main = shared === null || small !== null ? this.#file : shared;
    if (small !== null) this.#lacks(small);
    const leftover = (name: string): boolean => {
      const inShared = shared?.removeLeftover(name) ?? false;
      return this.#file.removeLeftover(name) || inShared;
    };
    this.swept =
      this.#ledger.sweep(leftover, processStart) + (shared === null ? 0 : sweepOrphans(shared, processStart));
  }

  /** Segments of daemons that are gone, removed at this start. */
  readonly swept: number;

  /** Where frames lie now, and why not in shared memory. */
  get status(): EngineStatus['memory'] {
    const { main, fallback } = this.#bytes;
    const kinds = [
      main > 0 || fallback === 0 ? this.#main.kind : null,
      fallback > 0 ? this.#file.kind : null,
    ];
    return {
      kind: kinds.filter((kind) => kind !== null).join(' and '),
      bytes: main + fallback,
      code: this.#lack === null ? null : 'E_MEMORY_FULL',
      reason: this.#chosen ?? this.#lack,
    };
  }

  async create(bytes: number): Promise<Segment> {
    const name = `${this.#prefix}${this.#next++}`;
    this.#ledger.note(name);
    const segment = await this.#createSomewhere(name, bytes);
    const place = segment.ref.kind === this.#main.kind ? 'main' : 'fallback';
    this.#bytes[place] += bytes;
    let counted = true;
    return {
      ref: segment.ref,
      remove: () => {
        if (counted) this.#freed(place, bytes);
        counted = false;
        segment.remove();
      },
    };
  }

  close(): void {
    this.#ledger.close();
  }

  #freed(place: 'main' | 'fallback', bytes: number): void {
    this.#bytes[place] -= bytes;
    // Whatever had to lie in files is gone: the next link finds room or is told of anew.
    if (place === 'fallback' && this.#bytes.fallback === 0) this.#lack = null;
  }

  #lacks(why: string): void {
    if (this.#lack === null) this.#warn(`E_MEMORY_FULL: frames lie in files: ${why}`);
    this.#lack = why;
  }

  async #createSomewhere(name: string, bytes: number): Promise<Segment> {
    try {
      return await this.#main.create(name, bytes);
    } catch (error) {
      const full = error instanceof ReverieError && error.code === 'E_MEMORY_FULL';
      if (!full || !this.#mayFallBack || this.#main === this.#file) throw error;
      const segment = await this.#createInFile(name, bytes);
      this.#lacks(`shared memory is full (${error.message}); newer links lie in files`);
      return segment;
    }
  }

  async #createInFile(name: string, bytes: number): Promise<Segment> {
    try {
      return await this.#file.create(name, bytes);
    } catch (error) {
      if (error instanceof ReverieError) throw error;
      const lack = `${(bytes / 1e6).toFixed(1)} MB of frame memory could not be had in files either`;
      throw failure('E_MEMORY_FULL', lack, { bytes }, error);
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
