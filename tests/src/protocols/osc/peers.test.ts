import fc from 'fast-check';
import oscJs from 'osc-js';
import {
  fromBuffer,
  toBuffer,
  type OscArgOutputOrArray,
  type OscPacketInput,
  type OscPacketOutput,
} from 'osc-min';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/contract/json.ts';
import { decodeOsc } from '../../../../src/protocols/osc/decode.ts';
import { encodeOsc } from '../../../../src/protocols/osc/encode.ts';
import type { OscArgument, OscPacket, OscTimetag } from '../../../../src/protocols/osc/packet.ts';
import { expected, packets } from './arbitrary.ts';

interface OscJs {
  readonly Message: new (address?: string, ...args: readonly (number | string)[]) => OscJsMessage;
  readonly Bundle: new (messages: readonly OscJsMessage[], unixMs: number) => { pack(): Uint8Array };
}
interface OscJsMessage {
  readonly address: string;
  readonly args: readonly unknown[];
  pack(): Uint8Array;
  unpack(bytes: DataView): void;
}
/** Its own types describe an ES module, which it is not. */
const OSC = oscJs as unknown as OscJs;

type PeerArgument = Exclude<Extract<OscPacketInput, { address: string }>['args'], undefined>;

/** Our packet in the words of osc-min, which writes and reads every type that we do. */
function inOscMin(packet: OscPacket): OscPacketInput {
  if ('elements' in packet)
    return {
      timetag: [packet.timetag.seconds, packet.timetag.fraction],
      elements: packet.elements.map(inOscMin),
    };
  return { address: packet.address, args: packet.args.map(argumentInOscMin) as PeerArgument };
}

const names = {
  i: 'integer',
  f: 'float',
  d: 'double',
  s: 'string',
  S: 'symbol',
  c: 'character',
  h: 'bigint',
  b: 'blob',
  m: 'midi',
} as const;

function argumentInOscMin(argument: OscArgument): unknown {
  switch (argument.type) {
    case 't':
      return { type: 'timetag', value: [argument.value.seconds, argument.value.fraction] };
    case 'r': {
      const [red, green, blue, alpha] = Buffer.from(argument.value.slice(1).padEnd(8, 'f'), 'hex');
      return { type: 'color', value: { red, green, blue, alpha } };
    }
    case 'T':
      return { type: 'true' };
    case 'F':
      return { type: 'false' };
    case 'N':
      return { type: 'null' };
    case 'I':
      return { type: 'bang' };
    case '[':
      return { type: 'array', value: argument.value.map(argumentInOscMin) };
    default:
      return { type: names[argument.type], value: argument.value };
  }
}

interface Read {
  readonly address: string;
  readonly args: readonly JsonValue[];
  readonly timetag: OscTimetag | null;
}

function fromOscMin(packet: OscPacketOutput, timetag: OscTimetag | null = null): Read[] {
  if (packet.oscType === 'message')
    return [{ address: packet.address, args: packet.args.map(jsonFromOscMin), timetag }];
  const [seconds, fraction] = packet.timetag;
  return packet.elements.flatMap((element) => fromOscMin(element, { seconds, fraction }));
}

function jsonFromOscMin(argument: OscArgOutputOrArray): JsonValue {
  switch (argument.type) {
    case 'bigint':
      return Number.isSafeInteger(Number(argument.value)) ? Number(argument.value) : String(argument.value);
    case 'timetag':
      return { seconds: argument.value[0], fraction: argument.value[1] };
    case 'blob':
      return {
        blob: Buffer.from(
          argument.value.buffer,
          argument.value.byteOffset,
          argument.value.byteLength,
        ).toString('base64'),
      };
    case 'midi':
      return { midi: [...argument.value] };
    case 'color': {
      const { red, green, blue, alpha } = argument.value;
      return `#${Buffer.from(alpha === 255 ? [red, green, blue] : [red, green, blue, alpha]).toString('hex')}`;
    }
    case 'bang':
      return { impulse: true };
    case 'array':
      return argument.value.map(jsonFromOscMin);
    default:
      return argument.value;
  }
}

/** Of what osc-min 2.1.2 writes, two types are not OSC: characters beyond ASCII in one byte, colours in 16 bytes instead of 4. */
function writable(packet: OscPacket): boolean {
  if ('elements' in packet) return packet.elements.every(writable);
  const fits = (argument: OscArgument): boolean => {
    if (argument.type === '[') return argument.value.every(fits);
    return argument.type !== 'r' && (argument.type !== 'c' || argument.value < '\x80');
  };
  return packet.args.every(fits);
}

const written = packets.filter(writable);

describe('osc-min', () => {
  test('reads what we write', () => {
    const agrees = fc.property(packets, (packet) => {
      expect(fromOscMin(fromBuffer(encodeOsc(packet)))).toEqual(expected(packet));
    });
    fc.assert(agrees, { numRuns: 300 });
  });

  test('writes what we read', () => {
    const agrees = fc.property(written, (packet) => {
      const { buffer, byteOffset, byteLength } = toBuffer(inOscMin(packet));
      expect(decodeOsc(new Uint8Array(buffer, byteOffset, byteLength))).toEqual(expected(packet));
    });
    fc.assert(agrees, { numRuns: 300 });
  });

  test('writes the same bytes as we do', () => {
    const agrees = fc.property(written, (packet) => {
      const { buffer, byteOffset, byteLength } = toBuffer(inOscMin(packet));
      expect(encodeOsc(packet)).toEqual(Buffer.from(buffer, byteOffset, byteLength));
    });
    fc.assert(agrees, { numRuns: 300 });
  });
});

describe('osc-js', () => {
  const sent = [7, 0.25, 'neon city night'];

  test('writes messages that we read', () => {
    const bytes = new OSC.Message('/reverie/main/strength', ...sent).pack();
    expect(decodeOsc(bytes)).toEqual([{ address: '/reverie/main/strength', args: sent, timetag: null }]);
  });

  test('writes bundles that we read', () => {
    const bytes = new OSC.Bundle([new OSC.Message('/a', 1), new OSC.Message('/b', 0.5)], 0).pack();
    const read = decodeOsc(bytes);
    expect(read.map(({ address, args }) => [address, args])).toEqual([
      ['/a', [1]],
      ['/b', [0.5]],
    ]);
    expect(read[0]?.timetag?.seconds).toBe(2_208_988_800);
  });

  test('reads messages that we write', () => {
    const bytes = encodeOsc({
      address: '/main/strength',
      args: [
        { type: 'i', value: 7 },
        { type: 'f', value: 0.25 },
        { type: 's', value: 'neon' },
      ],
    });
    const message = new OSC.Message();
    message.unpack(new DataView(Uint8Array.from(bytes).buffer));
    expect([message.address, message.args]).toEqual(['/main/strength', [7, 0.25, 'neon']]);
  });
});
