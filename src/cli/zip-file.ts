import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

/** One file in a ZIP archive. */
export interface ZipEntry {
  readonly path: string;
  readonly bytes: number;
  readonly packedBytes: number;
  readonly crc: number;
  readonly method: number;
  /** Where its local header starts. */
  readonly offset: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const LOCAL_BYTES = 30;
const ENTRY_BYTES = 46;
/** Stands in a field whose value only the ZIP64 extension can hold. */
const ELSEWHERE = 0xffffffff;

/**
 * Reads the table of contents. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. ZIP64 is refused: packages
 * over 4 GB do not come up. Throws for anything that is not a complete archive.
 */
export async function readZip(file: string): Promise<readonly ZipEntry[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const tail = await readAt(handle, Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES), size);
    const end = findEnd(tail);
    if (end === null) throw new Error(`${file} is no complete ZIP archive`);
    const bytes = end.readUInt32LE(12);
    const offset = end.readUInt32LE(16);
    if (offset === ELSEWHERE || offset + bytes > size)
      throw new Error(`${file} has a broken table of contents`);
    return entries(await readAt(handle, offset, offset + bytes), end.readUInt16LE(10), file);
  } finally {
    await handle.close();
  }
}

function findEnd(tail: Buffer): Buffer | null {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) === END_SIGNATURE) return tail.subarray(at);
  }
  return null;
}

function entries(table: Buffer, count: number, file: string): readonly ZipEntry[] {
  const found: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + ENTRY_BYTES > table.length || table.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw new Error(`${file} has a broken table of contents`);
    }
    const nameBytes = table.readUInt16LE(at + 28);
    const name = at + ENTRY_BYTES;
    found.push({
      method: table.readUInt16LE(at + 10),
      crc: table.readUInt32LE(at + 16),
      packedBytes: table.readUInt32LE(at + 20),
      bytes: table.readUInt32LE(at + 24),
      offset: table.readUInt32LE(at + 42),
      path: table.toString('utf8', name, name + nameBytes),
    });
    at = name + nameBytes + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32);
  }
  return found;
}

/** Unpacks one file, stored or deflated, and checks its length and CRC-32. What was written stays where the check fails. */
export async function unpack(file: string, entry: ZipEntry, target: string): Promise<void> {
  if (entry.method !== 0 && entry.method !== 8)
    throw new Error(`${entry.path} is packed by unknown method ${entry.method}`);
  const start = await dataStart(file, entry);
  const end = start + entry.packedBytes - 1;
  const packed = end < start ? Readable.from([]) : createReadStream(file, { start, end });
  let crc = 0;
  let bytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const plain = entry.method === 8 ? [createInflateRaw(), check] : [check];
  await pipeline([packed, ...plain, createWriteStream(target)]);
  if (bytes !== entry.bytes || crc !== entry.crc) throw new Error(`${entry.path} is damaged in ${file}`);
}

/** The local header repeats the name, with an extra field of a length of its own. */
async function dataStart(file: string, entry: ZipEntry): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const header = await readAt(handle, entry.offset, entry.offset + LOCAL_BYTES);
    if (header.readUInt32LE(0) !== LOCAL_SIGNATURE)
      throw new Error(`${entry.path} is not where ${file} says`);
    return entry.offset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  if (bytesRead < buffer.length) throw new Error('the archive ends too early');
  return buffer;
}
