// Action Message Format 0 (Adobe, "AMF 0 Specification", 2007): the values that RTMP's commands are made of.
const NUMBER = 0;
const BOOLEAN = 1;
const STRING = 2;
const OBJECT = 3;
const NULL = 5;
const UNDEFINED = 6;
const ECMA_ARRAY = 8;
const OBJECT_END = 9;
const STRICT_ARRAY = 10;
/** No server nests deeper, and what comes in is not trusted. */
const DEEPEST = 8;

export type AmfValue =
  number | boolean | string | null | readonly AmfValue[] | { readonly [key: string]: AmfValue };

/** Strings are of 65,535 bytes at most; lists are written as strict arrays. */
export function encodeAmf(values: readonly AmfValue[]): Buffer {
  return Buffer.concat(values.map(encodeValue));
}

/** All values up to the end, or up to the first that is damaged or of a kind that commands do not have. */
export function decodeAmf(bytes: Uint8Array): AmfValue[] {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const values: AmfValue[] = [];
  while (!reader.ended) {
    const value = reader.value(0);
    if (value === undefined) break;
    values.push(value);
  }
  return values;
}

function encodeValue(value: AmfValue): Buffer {
  if (value === null) return Buffer.from([NULL]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === 'boolean') return Buffer.from([BOOLEAN, value ? 1 : 0]);
  if (typeof value === 'string') return Buffer.concat([Buffer.from([STRING]), text(value)]);
  if (isList(value)) {
    const head = Buffer.alloc(5);
    head[0] = STRICT_ARRAY;
    head.writeUInt32BE(value.length, 1);
    return Buffer.concat([head, ...value.map(encodeValue)]);
  }
  const fields = Object.entries(value).flatMap(([key, field]) => [text(key), encodeValue(field)]);
  return Buffer.concat([Buffer.from([OBJECT]), ...fields, Buffer.from([0, 0, OBJECT_END])]);
}

const isList = (value: AmfValue): value is readonly AmfValue[] => Array.isArray(value);

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8').subarray(0, 65_535);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(bytes.length);
  return Buffer.concat([head, bytes]);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(depth: number): AmfValue | undefined {
    if (depth > DEEPEST) return undefined;
    switch (this.#take(1)?.[0]) {
      case NUMBER:
        return this.#take(8)?.readDoubleBE();
      case BOOLEAN: {
        const byte = this.#take(1)?.[0];
        return byte === undefined ? undefined : byte !== 0;
      }
      case STRING:
        return this.#text();
      case OBJECT:
        return this.#fields(depth);
      case ECMA_ARRAY:
        return this.#take(4) === null ? undefined : this.#fields(depth);
      case STRICT_ARRAY:
        return this.#list(depth);
      case NULL:
      case UNDEFINED:
        return null;
      default:
        return undefined;
    }
  }

  #fields(depth: number): AmfValue | undefined {
    const fields: [string, AmfValue][] = [];
    for (;;) {
      const key = this.#text();
      if (key === undefined) return undefined;
      if (key === '' && this.#bytes[this.#at] === OBJECT_END) {
        this.#at += 1;
        return Object.fromEntries(fields);
      }
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      fields.push([key, value]);
    }
  }

  #list(depth: number): AmfValue | undefined {
    const count = this.#take(4)?.readUInt32BE();
    if (count === undefined || count > this.#bytes.length) return undefined;
    const values: AmfValue[] = [];
    for (let index = 0; index < count; index += 1) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  #text(): string | undefined {
    const length = this.#take(2)?.readUInt16BE();
    return length === undefined ? undefined : this.#take(length)?.toString('utf8');
  }

  #take(length: number): Buffer | null {
    if (this.#at + length > this.#bytes.length) return null;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
