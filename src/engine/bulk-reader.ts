import type { Readable } from 'node:stream';

export interface BulkItem {
  readonly node: string;
  readonly id: number;
  readonly bytes: Buffer;
}

/** Largest picture taken from a runner: an uncompressed 8192 x 8192 PNG is less. */
const LIMIT = 300e6;

/**
 * Reads `uint32 header length, JSON header, uint32 length, bytes` from a runner's side pipe. The pieces are copied once, into the
 * buffer of the picture they belong to. A length beyond all reason ends the reading.
 */
export function readBulk(stream: Readable, onItem: (item: BulkItem) => void): void {
  let head: Buffer = Buffer.alloc(0);
  let body: { readonly item: BulkItem; filled: number } | null = null;

  const parseHead = (): boolean => {
    if (head.length < 4) return false;
    const headerLength = head.readUInt32BE(0);
    if (headerLength > 4096) throw new RangeError(`Header of ${headerLength} bytes`);
    if (head.length < 8 + headerLength) return false;
    const { node, id } = JSON.parse(head.toString('utf8', 4, 4 + headerLength)) as {
      node: string;
      id: number;
    };
    const length = head.readUInt32BE(4 + headerLength);
    if (length > LIMIT) throw new RangeError(`Picture of ${length} bytes`);
    body = { item: { node, id, bytes: Buffer.allocUnsafe(length) }, filled: 0 };
    const rest = head.subarray(8 + headerLength);
    head = Buffer.alloc(0);
    take(rest);
    return true;
  };

  const take = (chunk: Buffer): void => {
    if (body === null) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      parseHead();
      return;
    }
    const { item } = body;
    const used = Math.min(chunk.length, item.bytes.length - body.filled);
    chunk.copy(item.bytes, body.filled, 0, used);
    body.filled += used;
    if (body.filled < item.bytes.length) return;
    body = null;
    onItem(item);
    if (used < chunk.length) take(chunk.subarray(used));
  };

  stream.on('data', (chunk: Buffer) => {
    try {
      take(chunk);
    } catch {
      stream.destroy();
    }
  });
  // The runner died; its exit is handled where it is known as a process.
  stream.on('error', () => undefined);
}
