import { isUtf8 } from 'node:buffer';
import { failure } from '../../contract/error.ts';
import type { JsonValue } from '../../contract/json.ts';
import { MAX_DEPTH, type OscMessage, type OscTimetag } from './packet.ts';

/**
 * Reads one OSC 1.0 packet (a datagram), with the type tags that are in use beyond it; see `OscMessage` for their JSON.
 * Messages of bundles come flat and in order. A message without a type tag string, as old senders write it, has no arguments.
 *
 * Strict: sizes that do not add up, text without end, padding that is missing or not zero, unknown type tags, addresses with
 * other than printable ASCII, text that is not UTF-8, bytes left over, and nesting deeper than 8 all throw `E_OSC_MALFORMED`,
 * whose message and `details.offset` name the place in bytes. Nothing else is thrown, whatever the bytes.
 *
 * https://opensoundcontrol.stanford.edu/spec-1_0.html
 */
export function decodeOsc(packet: Uint8Array): OscMessage[] {
  const bytes = Buffer.isBuffer(packet)
    ? packet
    : Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  const messages: OscMessage[] = [];
  new Reader(bytes, messages).element(bytes.length, null, 0);
  return messages;
}

const SLASH = 0x2f;
const HASH = 0x23;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
/** `#bun` and `dle\0`, big-endian. */
const BUNDLE_HIGH = 0x2362756e;
const BUNDLE_LOW = 0x646c6500;

/** One pass over one packet. `at` stays a multiple of 4 between fields, so padding is a matter of rounding up. */
class Reader {
  readonly bytes: Buffer;
  readonly messages: OscMessage[];
  at = 0;

  constructor(bytes: Buffer, messages: OscMessage[]) {
    this.bytes = bytes;
    this.messages = messages;
  }

  /** A message or bundle that fills the bytes up to `end`. */
  element(end: number, timetag: OscTimetag | null, depth: number): void {
    const size = end - this.at;
    if (size === 0) throw malformed('an empty packet', this.at);
    if (size % 4 !== 0) throw malformed(`a size of ${size} bytes, which is no multiple of 4,`, this.at);
    if (this.bytes[this.at] === HASH) this.bundle(end, depth + 1);
    else this.message(end, timetag);
  }

  bundle(end: number, depth: number): void {
    const { bytes, at } = this;
    if (depth > MAX_DEPTH) throw malformed(`bundles nested deeper than ${MAX_DEPTH}`, at);
    if (end - at < 16) throw malformed('a bundle cut short', at);
    if (bytes.readInt32BE(at) !== BUNDLE_HIGH || bytes.readInt32BE(at + 4) !== BUNDLE_LOW)
      throw malformed('neither an address nor "#bundle"', at);
    this.at = at + 8;
    const timetag = this.timetag(end);
    while (this.at < end) {
      const size = this.int32(end);
      if (size <= 0 || size > end - this.at)
        throw malformed(`a bundle element of ${size} bytes where ${end - this.at} are left`, this.at - 4);
      this.element(this.at + size, timetag, depth);
    }
  }

  message(end: number, timetag: OscTimetag | null): void {
    const address = this.address(end);
    const args = this.at < end ? this.args(end) : [];
    if (this.at !== end) throw malformed(`${end - this.at} bytes that no type tag stands for`, this.at);
    this.messages.push({ address, args, timetag });
  }

  address(end: number): string {
    const { bytes, at } = this;
    if (bytes[at] !== SLASH) throw malformed('neither an address nor "#bundle"', at);
    let stop = at + 1;
    for (; stop < end; stop++) {
      const byte = bytes[stop] ?? 0;
      if (byte === 0) break;
      if (byte <= 0x20 || byte >= 0x7f)
        throw malformed('an address with a space or other than printable ASCII', stop);
    }
    this.skipPadding(stop, end);
    return bytes.toString('latin1', at, stop);
  }

  args(end: number): JsonValue[] {
    const { bytes, at } = this;
    if (bytes[at] !== COMMA) throw malformed('no type tag string', at);
    const stop = this.tagsEnd(end);
    this.skipPadding(stop, end);
    const top: JsonValue[] = [];
    let list = top;
    let outer: JsonValue[][] | null = null;
    for (let tag = at + 1; tag < stop; tag++) {
      const type = bytes[tag];
      if (type === OPEN) {
        outer ??= [];
        if (outer.length === MAX_DEPTH) throw malformed(`arrays nested deeper than ${MAX_DEPTH}`, tag);
        outer.push(list);
        const inner: JsonValue[] = [];
        list.push(inner);
        list = inner;
      } else if (type === CLOSE) {
        const back = outer?.pop();
        if (back === undefined) throw malformed('"]" without "["', tag);
        list = back;
      } else {
        list.push(this.value(type, tag, end));
      }
    }
    if (list !== top) throw malformed('"[" without "]"', stop);
    return top;
  }

  /** Tags are compared as bytes, the frequent ones first. */
  value(type: number | undefined, tag: number, end: number): JsonValue {
    switch (type) {
      case 0x66 /* f */:
        return this.bytes.readFloatBE(this.take(4, end));
      case 0x69 /* i */:
        return this.int32(end);
      case 0x73 /* s */:
      case 0x53 /* S */:
        return this.text(end);
      case 0x54 /* T */:
        return true;
      case 0x46 /* F */:
        return false;
      case 0x4e /* N */:
        return null;
      case 0x49 /* I */:
        return { impulse: true };
      case 0x64 /* d */:
        return this.bytes.readDoubleBE(this.take(8, end));
      case 0x68 /* h */:
        return this.int64(end);
      case 0x74 /* t */:
        return this.timetag(end);
      case 0x62 /* b */:
        return this.blob(end);
      case 0x63 /* c */:
        return this.character(end);
      case 0x72 /* r */:
        return this.color(end);
      case 0x6d /* m */: {
        const from = this.take(4, end);
        return { midi: [...this.bytes.subarray(from, from + 4)] };
      }
      default:
        throw malformed(`the unknown type tag ${JSON.stringify(String.fromCharCode(type ?? 0))}`, tag);
    }
  }

  /** Where the next `size` bytes begin; they are then read. */
  take(size: number, end: number): number {
    const from = this.at;
    if (size > end - from) throw malformed(`an argument of ${size} bytes where ${end - from} are left`, from);
    this.at = from + size;
    return from;
  }

  int32(end: number): number {
    return this.bytes.readInt32BE(this.take(4, end));
  }

  int64(end: number): number | string {
    const from = this.take(8, end);
    const number = this.bytes.readInt32BE(from) * 2 ** 32 + this.bytes.readUInt32BE(from + 4);
    return Number.isSafeInteger(number) ? number : this.bytes.readBigInt64BE(from).toString();
  }

  timetag(end: number): OscTimetag {
    const from = this.take(8, end);
    return { seconds: this.bytes.readUInt32BE(from), fraction: this.bytes.readUInt32BE(from + 4) };
  }

  text(end: number): string {
    const { bytes, at } = this;
    let stop = at;
    let high = 0;
    for (let byte = bytes[at] ?? 0; stop < end && byte !== 0; byte = bytes[++stop] ?? 0) high |= byte;
    this.skipPadding(stop, end);
    if (high < 0x80) return bytes.toString('latin1', at, stop);
    if (!isUtf8(bytes.subarray(at, stop))) throw malformed('text that is not UTF-8', at);
    return bytes.toString('utf8', at, stop);
  }

  blob(end: number): JsonValue {
    const size = this.int32(end);
    if (size < 0 || size > end - this.at)
      throw malformed(`a blob of ${size} bytes where ${end - this.at} are left`, this.at - 4);
    const from = this.at;
    this.zeros(from + size, from + ((size + 3) & ~3), end);
    return { blob: this.bytes.toString('base64', from, from + size) };
  }

  /** A character in 32 bits: ASCII by the specification, any code point here. */
  character(end: number): string {
    const code = this.int32(end);
    if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      throw malformed(`the character code ${code}`, this.at - 4);
    return String.fromCodePoint(code);
  }

  color(end: number): string {
    const from = this.take(4, end);
    const opaque = this.bytes[from + 3] === 255;
    return `#${this.bytes.toString('hex', from, from + (opaque ? 3 : 4))}`;
  }

  tagsEnd(end: number): number {
    let stop = this.at;
    while (stop < end && this.bytes[stop] !== 0) stop++;
    return stop;
  }

  /** From the zero byte that ends a text to the next multiple of 4. */
  skipPadding(zero: number, end: number): void {
    if (zero >= end) throw malformed('text without its zero byte', this.at);
    this.zeros(zero, (zero + 4) & ~3, end);
  }

  zeros(from: number, until: number, end: number): void {
    if (until > end) throw malformed('padding cut short', from);
    for (let index = from; index < until; index++)
      if (this.bytes[index] !== 0) throw malformed('padding that is not zero', index);
    this.at = until;
  }
}

function malformed(what: string, offset: number): Error {
  return failure('E_OSC_MALFORMED', `OSC packet with ${what} at offset ${offset}`, { offset });
}
