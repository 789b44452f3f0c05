import {
  formats,
  REMB_NAME,
  types,
  type ReportBlock,
  type RtcpPacket,
  type SourceDescription,
} from './rtcp.ts';

const HEADER = 4;
const REPORT_BLOCK = 24;

/** Reads a compound packet. Null where a size does not add up anywhere in it; unknown packets are kept as `other`. */
export function parseRtcp(bytes: Uint8Array): RtcpPacket[] | null {
  const packets: RtcpPacket[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < bytes.length) {
    if (at + HEADER > bytes.length) return null;
    const first = view.getUint8(at);
    const end = at + HEADER + view.getUint16(at + 2) * 4;
    if (first >> 6 !== 2 || end > bytes.length) return null;
    let stop = end;
    if ((first & 0x20) !== 0) {
      const padding = view.getUint8(end - 1);
      stop -= padding;
      if (padding === 0 || padding % 4 !== 0 || stop < at + HEADER) return null;
    }
    const packet = parsePacket(view.getUint8(at + 1), first & 0x1f, bytes.subarray(at + HEADER, stop));
    if (packet === null) return null;
    packets.push(packet);
    at = end;
  }
  return packets;
}

function parsePacket(type: number, count: number, body: Uint8Array): RtcpPacket | null {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  switch (type) {
    case types.SR:
      return senderReport(view, count);
    case types.RR: {
      const reports = reportBlocks(view, 4, count);
      return reports === null ? null : { type: 'receiver-report', ssrc: view.getUint32(0), reports };
    }
    case types.SDES:
      return sourceDescription(body, view, count);
    case types.BYE:
      return bye(body, view, count);
    case types.RTPFB:
    case types.PSFB:
      return body.length < 8 ? null : feedback(type, count, body, view);
    default:
      return { type: 'other', payloadType: type, count, body };
  }
}

function senderReport(view: DataView, count: number): RtcpPacket | null {
  const reports = reportBlocks(view, 24, count);
  if (reports === null) return null;
  return {
    type: 'sender-report',
    ssrc: view.getUint32(0),
    ntp: { seconds: view.getUint32(4), fraction: view.getUint32(8) },
    rtpTimestamp: view.getUint32(12),
    packets: view.getUint32(16),
    octets: view.getUint32(20),
    reports,
  };
}

/** What follows the blocks are extensions of a profile, which RFC 3550 §6.4.3 lets us pass over. */
function reportBlocks(view: DataView, from: number, count: number): ReportBlock[] | null {
  if (from + count * REPORT_BLOCK > view.byteLength) return null;
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * REPORT_BLOCK;
    const loss = view.getUint32(at + 4);
    return {
      ssrc: view.getUint32(at),
      fractionLost: loss >>> 24,
      // 24 bits with a sign.
      lost: (loss << 8) >> 8,
      highestSequence: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastSenderReport: view.getUint32(at + 16),
      delaySinceSenderReport: view.getUint32(at + 20),
    };
  });
}

function sourceDescription(body: Uint8Array, view: DataView, count: number): RtcpPacket | null {
  const sources: SourceDescription[] = [];
  let at = 0;
  for (let chunk = 0; chunk < count; chunk += 1) {
    if (at + 4 > body.length) return null;
    const ssrc = view.getUint32(at);
    const items: { item: number; text: string }[] = [];
    at += 4;
    for (; (body[at] ?? 0) !== 0; at += 2 + (body[at + 1] ?? 0)) {
      const end = at + 2 + (body[at + 1] ?? 0);
      if (at + 2 > body.length || end > body.length) return null;
      items.push({ item: body[at] ?? 0, text: text(body.subarray(at + 2, end)) });
    }
    // A zero ends the chunk, and zeros fill it up to the next word.
    if (at >= body.length) return null;
    at = (at + 4) & ~3;
    sources.push({ ssrc, items });
  }
  return { type: 'source-description', sources };
}

function bye(body: Uint8Array, view: DataView, count: number): RtcpPacket | null {
  const at = count * 4;
  if (at > body.length) return null;
  const sources = Array.from({ length: count }, (_, index) => view.getUint32(index * 4));
  if (at === body.length) return { type: 'bye', sources, reason: null };
  const end = at + 1 + (body[at] ?? 0);
  return end > body.length ? null : { type: 'bye', sources, reason: text(body.subarray(at + 1, end)) };
}

function feedback(type: number, format: number, body: Uint8Array, view: DataView): RtcpPacket | null {
  const sender = view.getUint32(0);
  const media = view.getUint32(4);
  if (type === types.RTPFB && format === formats.NACK)
    return { type: 'nack', sender, media, sequences: nackedSequences(view) };
  if (type === types.PSFB && format === formats.PLI) return { type: 'pli', sender, media };
  if (type === types.PSFB && format === formats.FIR) {
    if (body.length % 8 !== 0) return null;
    const requests = Array.from({ length: body.length / 8 - 1 }, (_, index) => ({
      ssrc: view.getUint32(8 + index * 8),
      sequence: view.getUint8(12 + index * 8),
    }));
    return { type: 'fir', sender, requests };
  }
  if (type === types.PSFB && format === formats.AFB && body.length >= 16 && view.getUint32(8) === REMB_NAME)
    return remb(view, sender);
  return { type: 'other', payloadType: type, count: format, body };
}

/** Each pair: a sequence number, and a bit for each of the sixteen that follow it. */
function nackedSequences(view: DataView): number[] {
  const sequences: number[] = [];
  for (let at = 8; at + 4 <= view.byteLength; at += 4) {
    const first = view.getUint16(at);
    const mask = view.getUint16(at + 2);
    sequences.push(first);
    for (let bit = 0; bit < 16; bit += 1)
      if (((mask >> bit) & 1) !== 0) sequences.push((first + bit + 1) & 0xffff);
  }
  return sequences;
}

function remb(view: DataView, sender: number): RtcpPacket | null {
  const count = view.getUint8(12);
  if (16 + count * 4 > view.byteLength) return null;
  const exponent = view.getUint8(13) >> 2;
  const mantissa = view.getUint32(12) & 0x3ffff;
  return {
    type: 'remb',
    sender,
    bitrateBps: mantissa * 2 ** exponent,
    ssrcs: Array.from({ length: count }, (_, index) => view.getUint32(16 + index * 4)),
  };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
