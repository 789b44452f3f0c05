import { encodeOsc } from './encode.ts';
import { IMMEDIATELY } from './timetag.ts';

/** What goes through any network as one frame (1,500 bytes less the headers of IPv6, UDP and a tunnel). */
export const PACKET_BYTES = 1400;
/** On the machine itself nothing is cut to frames, and each packet costs a system call; receivers keep room for 4,096 bytes at least. */
export const LOCAL_PACKET_BYTES = 4000;
/** More does not fit into a datagram. */
export const MAX_MESSAGE_BYTES = 65_000;

const HEAD = encodeOsc({ timetag: IMMEDIATELY, elements: [] });

/**
 * Packs encoded messages, in order, into as few packets as hold them: bundles of at most `most` bytes, and a message that is alone
 * or longer without a bundle around it. The packets share no memory with the messages.
 */
export function packOsc(messages: Iterable<Buffer>, most: number = PACKET_BYTES): Buffer[] {
  const packets: Buffer[] = [];
  let together: Buffer[] = [];
  let size = HEAD.length;
  const close = (): void => {
    const [only] = together;
    if (only !== undefined) packets.push(together.length === 1 ? Buffer.from(only) : bundle(together, size));
    together = [];
    size = HEAD.length;
  };
  for (const message of messages) {
    if (size + 4 + message.length > most) close();
    together.push(message);
    size += 4 + message.length;
  }
  close();
  return packets;
}

function bundle(messages: readonly Buffer[], size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let at = HEAD.copy(bytes);
  for (const message of messages) {
    at = bytes.writeInt32BE(message.length, at);
    at += message.copy(bytes, at);
  }
  return bytes;
}
