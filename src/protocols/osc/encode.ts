import type { OscArgument, OscOutgoingMessage, OscPacket, OscTimetag } from './packet.ts';

/** Writes one packet. Throws a RangeError where a value does not fit its type tag or text holds a zero character. */
export function encodeOsc(packet: OscPacket): Buffer {
  const parts: Buffer[] = [];
  write(packet, parts);
  return Buffer.concat(parts);
}

function write(packet: OscPacket, into: Buffer[]): void {
  if (!('elements' in packet)) return writeMessage(packet, into);
  into.push(text('#bundle'), timetag(packet.timetag));
  for (const element of packet.elements) {
    const bytes = encodeOsc(element);
    into.push(int32(bytes.length), bytes);
  }
}

function writeMessage({ address, args }: OscOutgoingMessage, into: Buffer[]): void {
  if (!/^\/[!-~]*$/.test(address)) throw new RangeError(`"${address}" is no OSC address`);
  into.push(text(address), text(`,${tagsOf(args)}`));
  for (const argument of args) writeArgument(argument, into);
}

function tagsOf(args: readonly OscArgument[]): string {
  return args
    .map((argument) => (argument.type === '[' ? `[${tagsOf(argument.value)}]` : argument.type))
    .join('');
}

function writeArgument(argument: OscArgument, into: Buffer[]): void {
  switch (argument.type) {
    case 'i':
      into.push(int32(argument.value));
      return;
    case 'f':
      into.push(sized(4, (bytes) => bytes.writeFloatBE(argument.value)));
      return;
    case 'd':
      into.push(sized(8, (bytes) => bytes.writeDoubleBE(argument.value)));
      return;
    case 'h':
      into.push(sized(8, (bytes) => bytes.writeBigInt64BE(argument.value)));
      return;
    case 's':
    case 'S':
      into.push(text(argument.value));
      return;
    case 'c':
      into.push(int32(codeOf(argument.value)));
      return;
    case 'b':
      into.push(
        int32(argument.value.length),
        Buffer.from(argument.value),
        Buffer.alloc(-argument.value.length & 3),
      );
      return;
    case 't':
      into.push(timetag(argument.value));
      return;
    case 'r':
      into.push(colorBytes(argument.value));
      return;
    case 'm':
      into.push(sized(4, (bytes) => argument.value.forEach((byte, index) => bytes.writeUInt8(byte, index))));
      return;
    case '[':
      for (const inner of argument.value) writeArgument(inner, into);
      return;
    case 'T':
    case 'F':
    case 'N':
    case 'I':
      return;
  }
}

function sized(size: number, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  fill(bytes);
  return bytes;
}

function int32(value: number): Buffer {
  if (!Number.isInteger(value)) throw new RangeError(`${value} is no whole number`);
  return sized(4, (bytes) => bytes.writeInt32BE(value));
}

function timetag({ seconds, fraction }: OscTimetag): Buffer {
  return sized(8, (bytes) => bytes.writeUInt32BE(fraction, bytes.writeUInt32BE(seconds)));
}

function text(value: string): Buffer {
  if (value.includes('\0')) throw new RangeError('OSC text cannot hold a zero character');
  return sized((Buffer.byteLength(value) + 4) & ~3, (bytes) => bytes.write(value));
}

function codeOf(character: string): number {
  const code = character.codePointAt(0);
  if (code === undefined || String.fromCodePoint(code) !== character)
    throw new RangeError(`"${character}" is not one character`);
  return code;
}

function colorBytes(color: string): Buffer {
  if (!/^#([0-9a-f]{2}){3,4}$/i.test(color))
    throw new RangeError(`"${color}" is neither #rrggbb nor #rrggbbaa`);
  return Buffer.from(color.slice(1).padEnd(8, 'f'), 'hex');
}
