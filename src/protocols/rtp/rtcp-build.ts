import { failure } from '../../contract/error.ts';
import {
  formats,
  REMB_NAME,
  types,
  type ReportBlock,
  type RtcpPacket,
  type SourceDescription,
} from './rtcp.ts';

/** Writes a compound packet. Numbers are taken to be in range; more than fits a count throws `E_INTERNAL`. */
export function buildRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  return Buffer.concat(packets.map(buildPacket));
}

function buildPacket(packet: RtcpPacket): Uint8Array {
  switch (packet.type) {
    case 'sender-report': {
      const { ntp } = packet;
      const head = [
        packet.ssrc,
        ntp.seconds,
        ntp.fraction,
        packet.rtpTimestamp,
        packet.packets,
        packet.octets,
      ];
      return framed(types.SR, packet.reports.length, words([...head, ...packet.reports.flatMap(blockWords)]));
    }
    case 'receiver-report':
      return framed(
        types.RR,
        packet.reports.length,
        words([packet.ssrc, ...packet.reports.flatMap(blockWords)]),
      );
    case 'source-description':
      return framed(types.SDES, packet.sources.length, Buffer.concat(packet.sources.map(chunk)));
    case 'bye': {
      const reason = packet.reason === null ? Buffer.alloc(0) : padded(counted(packet.reason), 0);
      return framed(types.BYE, packet.sources.length, Buffer.concat([words(packet.sources), reason]));
    }
    case 'nack': {
      const pairs = nackPairs(packet.sequences);
      return framed(types.RTPFB, formats.NACK, words([packet.sender, packet.media, ...pairs]));
    }
    case 'pli':
      return framed(types.PSFB, formats.PLI, words([packet.sender, packet.media]));
    case 'fir': {
      const requests = packet.requests.flatMap(({ ssrc, sequence }) => [ssrc, sequence * 2 ** 24]);
      // RFC 5104 §4.3.1.2: the media source of the header is unused and 0.
      return framed(types.PSFB, formats.FIR, words([packet.sender, 0, ...requests]));
    }
    case 'remb':
      return framed(types.PSFB, formats.AFB, rembBody(packet));
    case 'other':
      return framed(packet.payloadType, packet.count, packet.body);
  }
}

function framed(type: number, count: number, body: Uint8Array): Uint8Array {
  if (count > 31 || body.length % 4 !== 0 || body.length / 4 > 0xffff)
    throw failure(
      'E_INTERNAL',
      `An RTCP packet of type ${type} cannot hold ${count} entries in ${body.length} bytes`,
    );
  const header = Buffer.alloc(4);
  header[0] = 0x80 | count;
  header[1] = type;
  header.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([header, body]);
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}

function blockWords(block: ReportBlock): number[] {
  // 24 bits with a sign, held at their ends (RFC 3550 A.3).
  const lost = Math.min(0x7fffff, Math.max(-0x800000, block.lost)) & 0xffffff;
  return [
    block.ssrc,
    block.fractionLost * 2 ** 24 + lost,
    block.highestSequence,
    block.jitter,
    block.lastSenderReport,
    block.delaySinceSenderReport,
  ];
}

function chunk({ ssrc, items }: SourceDescription): Buffer {
  const list = items.map(({ item, text }) => Buffer.concat([Buffer.of(item), counted(text)]));
  return Buffer.concat([words([ssrc]), padded(Buffer.concat(list), 1)]);
}

/** Text behind its length; what is beyond 255 bytes is left off. */
function counted(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8').subarray(0, 255);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/** Up to the next word, with at least `least` zeros. */
function padded(bytes: Buffer, least: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(((bytes.length + least + 3) & ~3) - bytes.length)]);
}

/** `sequences` ascend. Each pair holds one of them and a bit for each of the sixteen after it (RFC 4585 §6.2.1). */
function nackPairs(sequences: readonly number[]): number[] {
  const pairs: number[] = [];
  let first: number | null = null;
  let mask = 0;
  for (const sequence of sequences) {
    const ahead = first === null ? -1 : (sequence - first) & 0xffff;
    if (ahead === 0) continue;
    if (ahead >= 1 && ahead <= 16) {
      mask |= 1 << (ahead - 1);
    } else {
      if (first !== null) pairs.push(first * 65_536 + mask);
      first = sequence;
      mask = 0;
    }
  }
  if (first !== null) pairs.push(first * 65_536 + mask);
  return pairs;
}

/** A mantissa of 18 bits and an exponent of 6; rounded down, so that a limit stays one. */
function rembBody({ sender, bitrateBps, ssrcs }: Extract<RtcpPacket, { type: 'remb' }>): Buffer {
  const exponent = Math.min(63, Math.max(0, Math.floor(Math.log2(Math.max(1, bitrateBps))) - 17));
  const mantissa = Math.min(0x3ffff, Math.floor(bitrateBps / 2 ** exponent));
  return words([sender, 0, REMB_NAME, ssrcs.length * 2 ** 24 + exponent * 2 ** 18 + mantissa, ...ssrcs]);
}
