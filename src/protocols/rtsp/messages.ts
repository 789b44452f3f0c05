/** What a server answers to a request (RFC 2326 §7). */
export interface RtspResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  /** By their names in lower case; of several of one name, all values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
}

/** A server may ask too, as whether we are still there. */
export interface RtspRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** A packet between the messages of one connection (§10.12). */
export interface Interleaved {
  readonly kind: 'interleaved';
  readonly channel: number;
  readonly bytes: Uint8Array;
}

export type RtspItem = RtspResponse | RtspRequest | Interleaved;

const DOLLAR = 0x24;
const INTERLEAVED_HEAD = 4;
/** No server needs more; what does is none. */
const MAX_HEAD_BYTES = 16_384;
const MAX_BODY_BYTES = 65_536;

/** Puts the messages and packets of a connection together, however it was cut. Throws `RangeError` where the bytes are none. */
export class RtspReader {
  #rest: Buffer = Buffer.alloc(0);

  feed(piece: Uint8Array): RtspItem[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#rest, piece]);
    const items: RtspItem[] = [];
    for (let item = this.#next(); item !== null; item = this.#next()) items.push(item);
    return items;
  }

  #next(): RtspItem | null {
    const bytes = this.#rest;
    if (bytes.length === 0) return null;
    return bytes[0] === DOLLAR ? this.#packet(bytes) : this.#message(bytes);
  }

  #packet(bytes: Buffer): Interleaved | null {
    if (bytes.length < INTERLEAVED_HEAD) return null;
    const end = INTERLEAVED_HEAD + bytes.readUInt16BE(2);
    if (bytes.length < end) return null;
    this.#rest = bytes.subarray(end);
    return { kind: 'interleaved', channel: bytes[1] ?? 0, bytes: bytes.subarray(INTERLEAVED_HEAD, end) };
  }

  #message(bytes: Buffer): RtspResponse | RtspRequest | null {
    const end = bytes.indexOf('\r\n\r\n');
    if (end > MAX_HEAD_BYTES || (end === -1 && bytes.length > MAX_HEAD_BYTES))
      throw wrong(`its head is longer than ${MAX_HEAD_BYTES} bytes`);
    if (end === -1) return null;
    const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
    const headers = headersOf(lines);
    const length = Number(headers.get('content-length')?.[0] ?? 0);
    if (!Number.isInteger(length) || length < 0 || length > MAX_BODY_BYTES)
      throw wrong(`its body is longer than ${MAX_BODY_BYTES} bytes`);
    const from = end + 4;
    if (bytes.length < from + length) return null;
    this.#rest = bytes.subarray(from + length);
    const answer = /^RTSP\/\d\.\d (\d{3}) ?(.*)$/.exec(first);
    if (answer !== null) {
      const [, status = '', reason = ''] = answer;
      return {
        kind: 'response',
        status: Number(status),
        reason,
        headers,
        body: bytes.subarray(from, from + length),
      };
    }
    const [, method] = /^([A-Z_]{1,32}) \S+ RTSP\/\d\.\d$/.exec(first) ?? [];
    if (method === undefined) throw wrong(`"${first.slice(0, 40)}" is no line of RTSP`);
    return { kind: 'request', method, headers };
  }
}

/** Header values are taken to be one line each. */
export function writeRequest(
  method: string,
  url: string,
  headers: Readonly<Record<string, string | number>>,
  body = '',
): Buffer {
  const length = Buffer.byteLength(body);
  const all = { ...headers, ...(length === 0 ? {} : { 'Content-Length': length }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${url} RTSP/1.0\r\n${lines.join('')}\r\n${body}`);
}

/** The answer to a server's own question. */
export function writeAnswer(status: number, reason: string, sequence: string): Buffer {
  return Buffer.from(`RTSP/1.0 ${status} ${reason}\r\nCSeq: ${sequence}\r\n\r\n`);
}

export function writeInterleaved(channel: number, packet: Uint8Array): Buffer {
  const head = Buffer.from([DOLLAR, channel, 0, 0]);
  head.writeUInt16BE(packet.length, 2);
  return Buffer.concat([head, packet]);
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name, value = ''] = /^([\w-]{1,64}):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined) throw wrong(`"${line.slice(0, 40)}" is no header`);
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}

function wrong(why: string): Error {
  return new RangeError(why);
}
