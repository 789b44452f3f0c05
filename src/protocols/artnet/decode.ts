import { failure } from '../../contract/error.ts';
import { artNetId, artNetVersion, channelsOfUniverse, opcodes, type ArtNetPacket } from './packet.ts';

const HEADER_BYTES = 10;
const VERSION_AT = 10;
const POLL_BYTES = 14;
const DMX_BYTES = 18;
/** A poll with this flag names the universes it means. */
const TARGETED = 0x20;
const TARGETED_BYTES = 18;

/**
 * Reads one Art-Net packet (a datagram). Strict: what is too short for its kind, an older version, a net above 127, a channel
 * count that is 0, above 512 or beyond the end all throw `E_ARTNET_MALFORMED`, whose message and `details.offset` name the
 * place in bytes. Bytes after the last field are left alone, as later versions of the format append some. Nothing else is
 * thrown, whatever the bytes, and the work is the same for every packet.
 */
export function decodeArtNet(bytes: Uint8Array): ArtNetPacket {
  need(bytes, HEADER_BYTES, 'an Art-Net header');
  for (let at = 0; at < artNetId.length; at += 1)
    if (bytes[at] !== artNetId.charCodeAt(at)) throw malformed(at, 'it does not begin with "Art-Net"');
  const opcode = byte(bytes, 8) | (byte(bytes, 9) << 8);
  switch (opcode) {
    case opcodes.dmx:
      return readDmx(bytes);
    case opcodes.poll:
      return readPoll(bytes);
    case opcodes.pollReply:
      return { kind: 'poll-reply' };
    default:
      return { kind: 'other', opcode };
  }
}

function readDmx(bytes: Uint8Array): ArtNetPacket {
  need(bytes, DMX_BYTES, 'an ArtDmx header');
  checkVersion(bytes);
  const net = byte(bytes, 15);
  if (net > 0x7f) throw malformed(15, `net ${net} is above 127`);
  const length = (byte(bytes, 16) << 8) | byte(bytes, 17);
  if (length === 0 || length > channelsOfUniverse) throw malformed(16, `${length} channels are not 1 to 512`);
  need(bytes, DMX_BYTES + length, `${length} channels`);
  return {
    kind: 'dmx',
    sequence: byte(bytes, 12),
    universe: (net << 8) | byte(bytes, 14),
    channels: bytes.subarray(DMX_BYTES, DMX_BYTES + length),
  };
}

function readPoll(bytes: Uint8Array): ArtNetPacket {
  need(bytes, POLL_BYTES, 'an ArtPoll');
  checkVersion(bytes);
  const isTargeted = (byte(bytes, 12) & TARGETED) !== 0;
  if (!isTargeted || bytes.length < TARGETED_BYTES) return { kind: 'poll', among: null };
  const highest = (byte(bytes, 14) << 8) | byte(bytes, 15);
  const lowest = (byte(bytes, 16) << 8) | byte(bytes, 17);
  return { kind: 'poll', among: { lowest, highest } };
}

function checkVersion(bytes: Uint8Array): void {
  const version = (byte(bytes, VERSION_AT) << 8) | byte(bytes, VERSION_AT + 1);
  if (version < artNetVersion) throw malformed(VERSION_AT, `version ${version} is below ${artNetVersion}`);
}

function need(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length < length) throw malformed(bytes.length, `it ends before ${what}`);
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function malformed(offset: number, problem: string): Error {
  return failure('E_ARTNET_MALFORMED', `Not an Art-Net packet: ${problem} (byte ${offset})`, { offset });
}
