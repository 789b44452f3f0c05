import { closeSync, constants, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { failure } from '../../src/contract/error.ts';
import { sameSize, type Size } from '../../src/contract/frame.ts';
import {
  at,
  inSlot,
  layoutFor,
  ringBytes,
  SLOT_BLOCK,
  slotStart,
  states,
  writeHead,
  type Layout,
  type RingState,
} from './layout.ts';
import { sweepName } from './leftovers.ts';
import { bellPath, draftPath, type Place } from './place.ts';
import { RingFile } from './ring-file.ts';

/** One is written, one is the newest, and one may still be read. */
const SLOTS = 3;
const ZEROS = Buffer.alloc(1 << 20);

export interface WriterDeps {
  readonly pid: number;
  readonly pidNamespace: bigint;
  readonly nowUs: () => number;
  /** Never 0, and another each time. */
  readonly newId: () => bigint;
}

/** What a frame is beside its pixels, monotonic microseconds. */
export interface FrameTimes {
  readonly ptsUs: number;
  readonly captureUs: number;
}

/**
 * The writing end of a name. Each size has a file of its own, which never changes its shape: the next one takes its place by a
 * rename, so that a reader has the whole of the one or of the other.
 */
export class RingWriter {
  readonly #place: Place;
  readonly #deps: WriterDeps;
  #ring: Ring | null = null;

  /** To be made only after `claim` of claim.ts. */
  constructor(place: Place, deps: WriterDeps) {
    this.#place = place;
    this.#deps = deps;
  }

  get layout(): Layout | null {
    return this.#ring?.layout ?? null;
  }

  /**
   * Writes the next frame, `[height, width, 4]` rgba8, top row first. Throws `E_MEMORY_FULL`, and `E_SHM_TAKEN` where another
   * writer took the name.
   */
  write(size: Size, pixels: Uint8Array, times: FrameTimes): void {
    const ring = this.#ring;
    if (ring !== null && !ring.isInPlace()) throw taken(this.#place);
    if (ring !== null && sameSize(ring.layout, size)) return ring.write(pixels, times, this.#deps.nowUs);
    this.#ring = this.#begin(size, pixels, times);
    ring?.leave('replaced');
    sweepName(this.#place, this.#ring.layout.id);
  }

  /** Tells readers that the writer lives, where no frame does. */
  beat(): void {
    this.#ring?.beat();
  }

  close(): void {
    const ring = this.#ring;
    this.#ring = null;
    if (ring === null) return;
    if (ring.isInPlace()) rmSync(this.#place.path, { force: true });
    ring.leave('ended');
  }

  /** A ring gets its name with its first frame in it: a reader never finds a name without a picture. */
  #begin(size: Size, pixels: Uint8Array, times: FrameTimes): Ring {
    const ring = new Ring(this.#place, size, this.#deps);
    try {
      ring.write(pixels, times, this.#deps.nowUs);
      ring.appear();
      return ring;
    } catch (error) {
      ring.leave('ended');
      throw error;
    }
  }
}

export function taken({ name, path }: Place): Error {
  return failure('E_SHM_TAKEN', `Another writer has the shared memory "${name}"`, { path });
}

/** One file and its bell. */
class Ring {
  readonly layout: Layout;
  readonly #place: Place;
  readonly #file: RingFile;
  readonly #inode: bigint;
  readonly #bell: number;
  readonly #block = Buffer.alloc(SLOT_BLOCK);
  /** `newest` and `heartbeat`, which lie side by side. */
  readonly #pulse = Buffer.alloc(16);
  #sequence = 0;
  #heartbeat = 0n;

  constructor(place: Place, size: Size, { pid, pidNamespace, newId }: WriterDeps) {
    this.#place = place;
    this.layout = layoutFor(size, SLOTS, { pid, pidNamespace, id: newId() });
    const draft = draftPath(place, this.layout.id);
    this.#file = new RingFile(draft, create(draft));
    try {
      reserve(this.#file, ringBytes(this.layout));
      this.#file.write(writeHead(this.layout), 0);
      this.#file.map('write');
      this.#inode = this.#file.inode;
      this.#bell = create(bellPath(place, this.layout.id));
    } catch (error) {
      this.#file.close();
      rmSync(draft, { force: true });
      throw error;
    }
  }

  write(pixels: Uint8Array, { ptsUs, captureUs }: FrameTimes, nowUs: () => number): void {
    const { slots, firstSlot, slotBytes } = this.layout;
    const sequence = this.#sequence + 1;
    const slot = sequence % slots;
    const block = this.#block;
    block.writeBigUInt64LE(BigInt(sequence), inSlot.sequence);
    block.writeBigInt64LE(BigInt(Math.round(ptsUs)), inSlot.ptsUs);
    block.writeBigInt64LE(BigInt(Math.round(captureUs)), inSlot.captureUs);
    block.writeUInt32LE((2 * sequence + 1) >>> 0, inSlot.lock);
    this.#file.write(block.subarray(inSlot.lock, inSlot.lock + 4), slotStart(slot) + inSlot.lock);
    this.#file.write(block, slotStart(slot));
    this.#file.writePixels(pixels, firstSlot + slot * slotBytes);
    block.writeBigInt64LE(BigInt(nowUs()), inSlot.publishedUs);
    block.writeUInt32LE((2 * sequence + 2) >>> 0, inSlot.lock);
    this.#file.write(
      block.subarray(inSlot.publishedUs, inSlot.publishedUs + 8),
      slotStart(slot) + inSlot.publishedUs,
    );
    this.#file.write(block.subarray(inSlot.lock, inSlot.lock + 4), slotStart(slot) + inSlot.lock);
    this.#sequence = sequence;
    this.beat();
    this.#toll();
  }

  beat(): void {
    this.#heartbeat += 1n;
    this.#pulse.writeBigUInt64LE(BigInt(this.#sequence), 0);
    this.#pulse.writeBigUInt64LE(this.#heartbeat, at.heartbeat - at.newest);
    this.#file.write(this.#pulse, at.newest);
  }

  /** Takes its name, in place of whatever had it. */
  appear(): void {
    renameSync(this.#file.path, this.#place.path);
  }

  isInPlace(): boolean {
    try {
      return statSync(this.#place.path, { bigint: true }).ino === this.#inode;
    } catch {
      return false;
    }
  }

  /** The last thing readers hear of it. */
  leave(state: Exclude<RingState, 'live'>): void {
    const word = Buffer.alloc(4);
    word.writeUInt32LE(states[state]);
    this.#file.write(word, at.state);
    this.#toll();
    closeSync(this.#bell);
    for (const path of [bellPath(this.#place, this.layout.id), this.#file.path])
      rmSync(path, { force: true });
    this.#file.close();
  }

  #toll(): void {
    writeSync(this.#bell, ZEROS, 0, 1, 0);
  }
}

function create(path: string): number {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
  return openSync(path, flags, 0o600);
}

/** By writing zeros: a folder that is full is an error here, and no signal while a frame is written. */
function reserve(file: RingFile, bytes: number): void {
  try {
    for (let done = 0; done < bytes; done += ZEROS.length)
      file.write(ZEROS.subarray(0, Math.min(ZEROS.length, bytes - done)), done);
  } catch (error) {
    const full =
      error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
    if (!full) throw error;
    const size = (bytes / 1e6).toFixed(1);
    throw failure(
      'E_MEMORY_FULL',
      `There is no room for ${size} MB of shared memory: ${file.path}`,
      { bytes },
      error,
    );
  }
}
