import { statSync } from 'node:fs';
import { failure } from '../../src/contract/error.ts';
import { BYTES_PER_PIXEL, frameBytes } from '../../src/contract/frame.ts';
import {
  at,
  isWhole,
  readLayout,
  readSlot,
  readState,
  SLOT_BLOCK,
  slotStart,
  TABLE,
  type Layout,
  type RingState,
  type SlotFacts,
} from './layout.ts';
import { RingFile } from './ring-file.ts';

/** A copy takes a fraction of the time in which the writer comes round again; who is lapped this often cannot keep up. */
const TRIES = 16;

/** What the head of a ring says now. */
export interface RingLook {
  /** Null: a number that means nothing. */
  readonly state: RingState | null;
  readonly heartbeat: bigint;
  /** The newest whole frame. */
  readonly newest: SlotFacts | null;
}

/** The reading end of a ring: any number of them, none of which the writer notices. */
export class RingReader {
  readonly layout: Layout;
  readonly #file: RingFile;
  readonly #head: Buffer;
  readonly #before = Buffer.alloc(SLOT_BLOCK);
  readonly #after = Buffer.alloc(SLOT_BLOCK);
  #torn = 0;

  private constructor(file: RingFile) {
    this.#file = file;
    const fileBytes = file.bytes;
    const head = Buffer.alloc(Math.min(TABLE, fileBytes));
    file.read(head, 0);
    this.layout = readLayout(head, fileBytes, file.path);
    this.#head = Buffer.alloc(slotStart(this.layout.slots));
  }

  /** Throws what the system says where there is no such file, and `E_SHM_LAYOUT` where it is no ring. */
  static open(path: string): RingReader {
    const file = RingFile.open(path, 'read');
    try {
      return new RingReader(file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Frames that the writer wrote over while they were copied; none of them was handed on. */
  get torn(): number {
    return this.#torn;
  }

  look(): RingLook {
    const head = this.#head;
    this.#file.read(head, 0);
    let newest: SlotFacts | null = null;
    for (let slot = 0; slot < this.layout.slots; slot++) {
      const facts = readSlot(head.subarray(slotStart(slot), slotStart(slot) + SLOT_BLOCK), slot);
      if (isWhole(facts) && facts.sequence > (newest?.sequence ?? 0)) newest = facts;
    }
    return { state: readState(head), heartbeat: head.readBigUInt64LE(at.heartbeat), newest };
  }

  /** Makes `take` fast; to be called once, before the first. */
  map(): void {
    this.#file.map('read');
  }

  /**
   * Copies the newest whole frame after `sequence` as rgba8, top row first, into `pixels`, which holds one frame; null where there
   * is none. Throws `E_SOURCE_LOST` where the writer wrote over it again and again.
   */
  take(sequence: number, pixels: Uint8Array): SlotFacts | null {
    for (let tries = 0; tries < TRIES; tries++) {
      const { newest } = this.look();
      if (newest === null || newest.sequence <= sequence) return null;
      const start = slotStart(newest.slot);
      this.#head.copy(this.#before, 0, start, start + SLOT_BLOCK);
      this.#copy(newest.slot, pixels);
      this.#file.read(this.#after, start);
      if (this.#before.equals(this.#after)) {
        if (this.layout.format === 'bgra8') swapRedAndBlue(pixels);
        return newest;
      }
      this.#torn += 1;
    }
    throw failure('E_SOURCE_LOST', `${this.#file.path}: its writer is faster than it can be read`);
  }

  /** Whether its path leads to this ring: another writer may have put its own in its place. */
  isInPlace(): boolean {
    try {
      return statSync(this.#file.path, { bigint: true }).ino === this.#file.inode;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#file.close();
  }

  #copy(slot: number, pixels: Uint8Array): void {
    const { width, height, stride, rows, firstSlot, slotBytes } = this.layout;
    const start = firstSlot + slot * slotBytes;
    const packed = width * BYTES_PER_PIXEL;
    if (stride === packed && rows === 'top-first')
      return this.#file.readPixels(pixels.subarray(0, frameBytes(this.layout)), start);
    for (let row = 0; row < height; row++) {
      const from = rows === 'top-first' ? row : height - 1 - row;
      this.#file.readPixels(pixels.subarray(row * packed, (row + 1) * packed), start + from * stride);
    }
  }
}

/** In place, a pixel at a time: `0xAARRGGBB` to `0xAABBGGRR`. */
function swapRedAndBlue(pixels: Uint8Array): void {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / BYTES_PER_PIXEL);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    words[i] = (word & 0xff00ff00) | ((word >>> 16) & 0xff) | ((word & 0xff) << 16);
  }
}
