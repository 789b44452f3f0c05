import { failure, type ReverieError } from '../../src/contract/error.ts';
import { BYTES_PER_PIXEL, isFrameSize, type Size } from '../../src/contract/frame.ts';

/**
 * The bytes of a ring, docs/reference/shared-memory.md. Everything is little-endian. Nothing here changes while a file lives but
 * `state`, `newest`, `heartbeat` and the slots.
 */
export const MAGIC = 'REVERIE\0';
export const VERSION = 1;
export const at = {
  version: 8,
  state: 12,
  slots: 16,
  width: 20,
  height: 24,
  stride: 28,
  format: 32,
  rows: 36,
  bell: 40,
  pid: 44,
  id: 48,
  pidNamespace: 56,
  slotBytes: 64,
  firstSlot: 72,
  newest: 128,
  heartbeat: 136,
} as const;
export const TABLE = 256;
export const SLOT_BLOCK = 64;
/** Within a block of the table. The lock is written first and last, odd while the slot is written. */
export const inSlot = { sequence: 0, ptsUs: 8, captureUs: 16, publishedUs: 24, lock: 32 } as const;
export const MOST_SLOTS = 16;
/** All that is not pixels. */
export const HEAD_BYTES = 4096;
const LARGEST_STRIDE = 65_536;

export const states = { live: 1, ended: 2, replaced: 3 } as const;
export type RingState = keyof typeof states;
const formats = ['rgba8', 'bgra8'] as const;
const rowOrders = ['top-first', 'bottom-first'] as const;

/** What does not change while a ring's file lives. */
export interface Layout extends Size {
  readonly slots: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly format: (typeof formats)[number];
  readonly rows: (typeof rowOrders)[number];
  /** Whether the writer touches the bell file with each frame. */
  readonly rings: boolean;
  readonly pid: number;
  /** Tells one file from another under the same name. */
  readonly id: bigint;
  /** Linux: the inode of the writer's /proc/self/ns/pid, for which its pid counts; 0 where there is none. */
  readonly pidNamespace: bigint;
  readonly slotBytes: number;
  readonly firstSlot: number;
}

/** One frame as its slot describes it. Times are monotonic microseconds. */
export interface SlotFacts {
  readonly slot: number;
  /** From 1; 0 is an empty slot. */
  readonly sequence: number;
  readonly ptsUs: number;
  readonly captureUs: number;
  readonly publishedUs: number;
  readonly lock: number;
}

/** A ring of `slots` packed frames, top row first. */
export function layoutFor(
  size: Size,
  slots: number,
  writer: Pick<Layout, 'pid' | 'id' | 'pidNamespace'>,
): Layout {
  const stride = size.width * BYTES_PER_PIXEL;
  return {
    width: size.width,
    height: size.height,
    slots,
    stride,
    format: 'rgba8',
    rows: 'top-first',
    rings: true,
    slotBytes: Math.ceil((stride * size.height) / HEAD_BYTES) * HEAD_BYTES,
    firstSlot: HEAD_BYTES,
    ...writer,
  };
}

export function ringBytes({ firstSlot, slots, slotBytes }: Layout): number {
  return firstSlot + slots * slotBytes;
}

/** The whole head of a ring that holds no frame yet. */
export function writeHead(layout: Layout): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(VERSION, at.version);
  head.writeUInt32LE(states.live, at.state);
  head.writeUInt32LE(layout.slots, at.slots);
  head.writeUInt32LE(layout.width, at.width);
  head.writeUInt32LE(layout.height, at.height);
  head.writeUInt32LE(layout.stride, at.stride);
  head.writeUInt32LE(formats.indexOf(layout.format), at.format);
  head.writeUInt32LE(rowOrders.indexOf(layout.rows), at.rows);
  head.writeUInt32LE(layout.rings ? 1 : 0, at.bell);
  head.writeUInt32LE(layout.pid, at.pid);
  head.writeBigUInt64LE(layout.id, at.id);
  head.writeBigUInt64LE(layout.pidNamespace, at.pidNamespace);
  head.writeBigUInt64LE(BigInt(layout.slotBytes), at.slotBytes);
  head.writeBigUInt64LE(BigInt(layout.firstSlot), at.firstSlot);
  return head;
}

/** Throws `E_SHM_LAYOUT` where `head`, at least `TABLE` bytes of a file of `fileBytes`, does not describe a ring that lies in that file. */
export function readLayout(head: Buffer, fileBytes: number, path: string): Layout {
  const bad = (why: string): ReverieError => failure('E_SHM_LAYOUT', `${path}: ${why}`, { path });
  if (head.length < TABLE || fileBytes < TABLE)
    throw bad(`it ends after ${fileBytes} bytes, within its head`);
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw bad('it does not begin as a ring of frames does');
  const word = (offset: number): number => head.readUInt32LE(offset);
  if (word(at.version) !== VERSION)
    throw bad(`it is of version ${word(at.version)}, and ${VERSION} is known here`);
  const format = formats[word(at.format)];
  if (format === undefined) throw bad(`${word(at.format)} is no pixel format`);
  const rows = rowOrders[word(at.rows)];
  if (rows === undefined) throw bad(`${word(at.rows)} is no order of rows`);
  const layout: Layout = {
    slots: word(at.slots),
    width: word(at.width),
    height: word(at.height),
    stride: word(at.stride),
    format,
    rows,
    rings: word(at.bell) === 1,
    pid: word(at.pid),
    id: head.readBigUInt64LE(at.id),
    pidNamespace: head.readBigUInt64LE(at.pidNamespace),
    slotBytes: Number(head.readBigUInt64LE(at.slotBytes)),
    firstSlot: Number(head.readBigUInt64LE(at.firstSlot)),
  };
  const wrong = misfit(layout, fileBytes);
  if (wrong !== null) throw bad(wrong);
  return layout;
}

function misfit(layout: Layout, fileBytes: number): string | null {
  const { slots, width, height, stride, slotBytes, firstSlot } = layout;
  if (slots < 2 || slots > MOST_SLOTS) return `${slots} slots; it takes 2 to ${MOST_SLOTS}`;
  if (!isFrameSize(layout)) return `frames of ${width} x ${height} pixels are not possible`;
  if (stride < width * BYTES_PER_PIXEL || stride > LARGEST_STRIDE)
    return `${stride} bytes from row to row do not fit ${width} pixels`;
  if (slotBytes < stride * height) return `${slotBytes} bytes hold no frame of ${width} x ${height} pixels`;
  if (firstSlot < TABLE + slots * SLOT_BLOCK) return `frames at ${firstSlot} would lie within the head`;
  const needed = ringBytes(layout);
  if (needed > fileBytes) return `it ends after ${fileBytes} bytes, and its frames after ${needed}`;
  return null;
}

/** Null where the number is none that a ring may be in. */
export function readState(head: Buffer): RingState | null {
  const value = head.readUInt32LE(at.state);
  for (const [name, code] of Object.entries(states) as [RingState, number][]) if (code === value) return name;
  return null;
}

/** `block` is the slot's part of the table. */
export function readSlot(block: Buffer, slot: number): SlotFacts {
  const long = (offset: number): number => Number(block.readBigInt64LE(offset));
  return {
    slot,
    sequence: Number(block.readBigUInt64LE(inSlot.sequence)),
    ptsUs: long(inSlot.ptsUs),
    captureUs: long(inSlot.captureUs),
    publishedUs: long(inSlot.publishedUs),
    lock: block.readUInt32LE(inSlot.lock),
  };
}

export function isWhole({ sequence, lock }: SlotFacts): boolean {
  return sequence > 0 && lock % 2 === 0;
}

export function slotStart(slot: number): number {
  return TABLE + slot * SLOT_BLOCK;
}
