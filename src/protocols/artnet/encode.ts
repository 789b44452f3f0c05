import { artNetId, artNetPort, opcodes, type ArtNetNode } from './packet.ts';

const REPLY_BYTES = 239;
/** Plays what it hears on Art-Net, DMX512. */
const OUTPUT_PORT = 0x80;
const RECEIVES = 0x80;
/** A visualiser or media server. */
const STYLE_MEDIA = 0x02;
/** Universes of 15 bits. */
const WIDE_UNIVERSES = 0x08;
/** Registered by nobody. */
const OEM_UNKNOWN = 0x00ff;

/** The answer to ArtPoll: who is here, and which universes it hears. */
export function encodePollReply(node: ArtNetNode): Buffer {
  const bytes = Buffer.alloc(REPLY_BYTES);
  const ports = node.ports.slice(0, 4);
  const first = ports[0]?.universe ?? 0;
  bytes.write(artNetId, 0, 'latin1');
  bytes.writeUInt16LE(opcodes.pollReply, 8);
  bytes.set(node.address, 10);
  bytes.writeUInt16LE(artNetPort, 14);
  bytes[18] = first >> 8;
  bytes[19] = (first >> 4) & 0x0f;
  bytes.writeUInt16BE(OEM_UNKNOWN, 20);
  bytes.write(node.shortName.slice(0, 17), 26, 'latin1');
  bytes.write(node.longName.slice(0, 63), 44, 'latin1');
  bytes.write(`#0001 [0000] ${ports.length} universes`, 108, 'latin1');
  bytes.writeUInt16BE(ports.length, 172);
  for (const [index, { universe, receives }] of ports.entries()) {
    bytes[174 + index] = OUTPUT_PORT;
    bytes[182 + index] = receives ? RECEIVES : 0;
    bytes[190 + index] = universe & 0x0f;
  }
  bytes[200] = STYLE_MEDIA;
  bytes.set(node.address, 207);
  bytes[211] = node.page;
  bytes[212] = WIDE_UNIVERSES;
  return bytes;
}
