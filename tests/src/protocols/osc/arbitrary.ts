import fc from 'fast-check';
import type { JsonValue } from '../../../../src/contract/json.ts';
import {
  MAX_DEPTH,
  type OscArgument,
  type OscPacket,
  type OscTimetag,
} from '../../../../src/protocols/osc/packet.ts';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const loneSurrogate = /\p{Surrogate}/u;
const byte = fc.integer({ min: 0, max: 255 });
const words = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((value) => !value.includes('\0') && !loneSurrogate.test(value));
export const timetags: fc.Arbitrary<OscTimetag> = fc.record(
  { seconds: uint32, fraction: uint32 },
  { noNullPrototype: true },
);
export const addresses = fc
  .string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 30,
  })
  .map((rest) => `/${rest}`);

const plain: fc.Arbitrary<OscArgument> = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value): OscArgument => ({ type: 'i', value })),
  fc.float().map((value): OscArgument => ({ type: 'f', value })),
  fc.double().map((value): OscArgument => ({ type: 'd', value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): OscArgument => ({ type: 'h', value })),
  fc
    .tuple(fc.constantFrom<'s' | 'S'>('s', 'S'), words)
    .map(([type, value]): OscArgument => ({ type, value })),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .filter((value) => !loneSurrogate.test(value))
    .map((value): OscArgument => ({ type: 'c', value })),
  fc.uint8Array({ maxLength: 40 }).map((value): OscArgument => ({ type: 'b', value })),
  timetags.map((value): OscArgument => ({ type: 't', value })),
  fc
    .uint8Array({ minLength: 4, maxLength: 4 })
    .map((value): OscArgument => ({ type: 'r', value: colorOf(value) })),
  fc.tuple(byte, byte, byte, byte).map((value): OscArgument => ({ type: 'm', value })),
  fc.constantFrom<'T' | 'F' | 'N' | 'I'>('T', 'F', 'N', 'I').map((type): OscArgument => ({ type })),
);

const argument = fc.letrec<{ any: OscArgument; list: OscArgument }>((tie) => ({
  any: fc.oneof({ maxDepth: MAX_DEPTH, depthIdentifier: 'list' }, plain, tie('list')),
  list: fc
    .array(tie('any'), { maxLength: 4, depthIdentifier: 'list' })
    .map((value): OscArgument => ({ type: '[', value })),
})).any;

export const messages = fc.record(
  { address: addresses, args: fc.array(argument, { maxLength: 8 }) },
  { noNullPrototype: true },
);

export const packets = fc.letrec<{ any: OscPacket; bundle: OscPacket }>((tie) => ({
  any: fc.oneof({ maxDepth: MAX_DEPTH, depthIdentifier: 'bundle' }, messages, tie('bundle')),
  bundle: fc.record(
    { timetag: timetags, elements: fc.array(tie('any'), { maxLength: 4, depthIdentifier: 'bundle' }) },
    { noNullPrototype: true },
  ),
})).any;

interface Expected {
  readonly address: string;
  readonly args: readonly JsonValue[];
  readonly timetag: OscTimetag | null;
}

/** What reading a packet must give, by the table of `OscMessage`. */
export function expected(packet: OscPacket, timetag: OscTimetag | null = null): Expected[] {
  if ('elements' in packet) return packet.elements.flatMap((element) => expected(element, packet.timetag));
  return [{ address: packet.address, args: packet.args.map(jsonOf), timetag }];
}

export function jsonOf(argument: OscArgument): JsonValue {
  switch (argument.type) {
    case 'h':
      return Number.isSafeInteger(Number(argument.value)) ? Number(argument.value) : String(argument.value);
    case 'b':
      return { blob: Buffer.from(argument.value).toString('base64') };
    case 'm':
      return { midi: [...argument.value] };
    case 'T':
      return true;
    case 'F':
      return false;
    case 'N':
      return null;
    case 'I':
      return { impulse: true };
    case '[':
      return argument.value.map(jsonOf);
    default:
      return argument.value;
  }
}

function colorOf(rgba: Uint8Array): string {
  const digits = Buffer.from(rgba).toString('hex');
  return `#${digits.endsWith('ff') ? digits.slice(0, 6) : digits}`;
}
