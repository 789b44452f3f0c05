// RTMP chunk stream: "Adobe's Real Time Messaging Protocol", 2012, §5.3 (chunking) and §5.4 (control messages).
export interface RtmpMessage {
  /** Which of the interleaved streams of chunks carries it, 2..63. */
  readonly chunkStream: number;
  readonly type: number;
  /** Message stream: 0 for commands of the connection, else what `createStream` answered. */
  readonly stream: number;
  /** Milliseconds, modulo 2^32. */
  readonly timestampMs: number;
  readonly body: Uint8Array;
}

export const rtmpTypes = {
  setChunkSize: 1,
  abort: 2,
  userControl: 4,
  audio: 8,
  video: 9,
  data: 18,
  command: 20,
} as const;

const EXTENDED = 0xffffff;
/** Before anybody says otherwise. */
export const DEFAULT_CHUNK_BYTES = 128;
/** Servers say little to who sends; more is not meant for us. */
const MAX_MESSAGE_BYTES = 1_048_576;

/** A message in chunks of `chunkBytes`, the first with a whole header, which needs no memory of those before. */
export function writeChunks(message: RtmpMessage, chunkBytes: number): Buffer {
  const { chunkStream, type, stream, body } = message;
  const timestampMs = message.timestampMs >>> 0;
  const extended = timestampMs >= EXTENDED;
  const extra = Buffer.alloc(extended ? 4 : 0);
  if (extended) extra.writeUInt32BE(timestampMs);
  const head = Buffer.alloc(12);
  head[0] = chunkStream;
  head.writeUIntBE(extended ? EXTENDED : timestampMs, 1, 3);
  head.writeUIntBE(body.length, 4, 3);
  head[7] = type;
  head.writeUInt32LE(stream, 8);
  const next = Buffer.from([0xc0 | chunkStream]);
  const parts: Uint8Array[] = [head, extra];
  for (let at = 0; at < body.length || at === 0; at += chunkBytes) {
    if (at > 0) parts.push(next, extra);
    parts.push(body.subarray(at, at + chunkBytes));
  }
  return Buffer.concat(parts);
}

interface Header {
  readonly timestampMs: number;
  readonly deltaMs: number;
  readonly length: number;
  readonly type: number;
  readonly stream: number;
  readonly extended: boolean;
}

interface Lane {
  header: Header;
  parts: Uint8Array[];
  filled: number;
}

/** Puts messages together again from bytes that come in any pieces. Throws `RangeError` on what cannot be RTMP. */
export class ChunkReader {
  readonly #lanes = new Map<number, Lane>();
  #bytes: Buffer = Buffer.alloc(0);
  #chunkBytes = DEFAULT_CHUNK_BYTES;

  feed(piece: Uint8Array): RtmpMessage[] {
    this.#bytes = Buffer.concat([this.#bytes, piece]);
    const messages: RtmpMessage[] = [];
    for (;;) {
      const used = this.#chunk(messages);
      if (used === 0) return messages;
      this.#bytes = this.#bytes.subarray(used);
    }
  }

  /** How many bytes the first chunk took; 0 where it is not all there. */
  #chunk(messages: RtmpMessage[]): number {
    const bytes = this.#bytes;
    const first = bytes[0];
    if (first === undefined) return 0;
    const short = first & 0x3f;
    const idBytes = short === 0 ? 2 : short === 1 ? 3 : 1;
    const format = first >> 6;
    const headBytes = [11, 7, 3, 0][format] ?? 0;
    if (bytes.length < idBytes + headBytes) return 0;
    const id = short === 0 ? 64 + (bytes[1] ?? 0) : short === 1 ? 64 + bytes.readUInt16LE(1) : short;
    const lane = this.#lanes.get(id);
    const read = this.#header(format, idBytes, lane);
    if (read === null) return 0;
    const { header, end } = read;
    const filled = lane?.filled ?? 0;
    const wanted = Math.min(this.#chunkBytes, header.length - filled);
    if (bytes.length < end + wanted) return 0;
    const present = lane ?? { header, parts: [], filled: 0 };
    present.header = header;
    present.parts.push(Buffer.from(bytes.subarray(end, end + wanted)));
    present.filled += wanted;
    this.#lanes.set(id, present);
    if (present.filled === header.length) this.#finish(id, present, messages);
    return end + wanted;
  }

  #header(format: number, at: number, lane: Lane | undefined): { header: Header; end: number } | null {
    const bytes = this.#bytes;
    const before = lane?.header;
    if (format !== 0 && before === undefined) throw new RangeError('A chunk refers to none before it');
    const headBytes = [11, 7, 3, 0][format] ?? 0;
    const time = format === 3 ? null : bytes.readUIntBE(at, 3);
    const extended = time === null ? (before?.extended ?? false) : time === EXTENDED;
    const end = at + headBytes + (extended ? 4 : 0);
    if (bytes.length < end) return null;
    const told = time === null ? null : extended ? bytes.readUInt32BE(at + headBytes) : time;
    const length = format <= 1 ? bytes.readUIntBE(at + 3, 3) : (before?.length ?? 0);
    if (length > MAX_MESSAGE_BYTES) throw new RangeError(`A message of ${length} bytes`);
    const type = format <= 1 ? (bytes[at + 6] ?? 0) : (before?.type ?? 0);
    const stream = format === 0 ? bytes.readUInt32LE(at + 7) : (before?.stream ?? 0);
    if (lane !== undefined && lane.filled > 0) return { header: lane.header, end };
    const beforeMs = before?.timestampMs ?? 0;
    const deltaMs = format === 0 ? 0 : (told ?? before?.deltaMs ?? 0);
    const timestampMs = format === 0 ? (told ?? 0) : (beforeMs + deltaMs) >>> 0;
    return { header: { timestampMs, deltaMs, length, type, stream, extended }, end };
  }

  #finish(id: number, lane: Lane, messages: RtmpMessage[]): void {
    const { timestampMs, type, stream } = lane.header;
    const body = Buffer.concat(lane.parts);
    lane.parts = [];
    lane.filled = 0;
    if (type === rtmpTypes.setChunkSize && body.length >= 4)
      this.#chunkBytes = Math.max(1, body.readUInt32BE() & 0x7fffffff);
    else if (type === rtmpTypes.abort && body.length >= 4) this.#abort(body.readUInt32BE());
    else messages.push({ chunkStream: id, type, stream, timestampMs, body });
  }

  #abort(id: number): void {
    const lane = this.#lanes.get(id);
    if (lane === undefined) return;
    lane.parts = [];
    lane.filled = 0;
  }
}
