import { failure } from '../../contract/error.ts';

/** Header extension as it is sent: a number that the SDP gave a meaning, and its bytes. */
export interface RtpExtension {
  /** 1..14 in the one-byte form, which is what we send. */
  readonly id: number;
  /** 1 to 16 bytes in the one-byte form. */
  readonly data: Uint8Array;
}

/** One RTP packet (RFC 3550 §5.1). Contributing sources are read over and never sent: nobody mixes here. */
export interface RtpPacket {
  readonly marker: boolean;
  /** 0..127 */
  readonly payloadType: number;
  /** 0..65535 */
  readonly sequence: number;
  /** 0..2^32-1, in units of the payload type's clock; 90 kHz for video. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly extensions: readonly RtpExtension[];
  /** Points into the bytes that were parsed. Empty in packets that only pad, as senders probe with. */
  readonly payload: Uint8Array;
}

const FIXED_HEADER = 12;
/** RFC 8285 §4.2 and §4.3. */
const ONE_BYTE_FORM = 0xbede;
const TWO_BYTE_FORM = 0x1000;

/** RTP and RTCP share a port; the second byte tells them apart (RFC 5761 §4). */
export function isRtcp(bytes: Uint8Array): boolean {
  const type = bytes[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** Null where the bytes are no RTP packet: another version, or sizes that do not add up. */
export function parseRtp(bytes: Uint8Array): RtpPacket | null {
  if (bytes.length < FIXED_HEADER) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = view.getUint8(0);
  if (first >> 6 !== 2) return null;
  let start = FIXED_HEADER + (first & 0x0f) * 4;
  let extensions: RtpExtension[] = [];
  if ((first & 0x10) !== 0) {
    if (start + 4 > bytes.length) return null;
    const end = start + 4 + view.getUint16(start + 2) * 4;
    if (end > bytes.length) return null;
    extensions = parseExtensions(view.getUint16(start), bytes.subarray(start + 4, end));
    start = end;
  }
  let end = bytes.length;
  if ((first & 0x20) !== 0) {
    const padding = view.getUint8(end - 1);
    if (padding === 0) return null;
    end -= padding;
  }
  if (start > end) return null;
  const second = view.getUint8(1);
  return {
    marker: second >= 0x80,
    payloadType: second & 0x7f,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    extensions,
    payload: bytes.subarray(start, end),
  };
}

export function buildRtp(packet: RtpPacket): Uint8Array {
  const { extensions, payload } = packet;
  const words = Math.ceil(extensions.reduce((sum, { data }) => sum + 1 + data.length, 0) / 4);
  const header = FIXED_HEADER + (extensions.length > 0 ? 4 + words * 4 : 0);
  const bytes = new Uint8Array(header + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x80 | (extensions.length > 0 ? 0x10 : 0));
  view.setUint8(1, (packet.marker ? 0x80 : 0) | packet.payloadType);
  view.setUint16(2, packet.sequence);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  if (extensions.length > 0) {
    view.setUint16(FIXED_HEADER, ONE_BYTE_FORM);
    view.setUint16(FIXED_HEADER + 2, words);
    writeExtensions(extensions, bytes, FIXED_HEADER + 4);
  }
  bytes.set(payload, header);
  return bytes;
}

/** Extensions of a form we do not know are passed over, as RFC 3550 §5.3.1 wants it. */
function parseExtensions(form: number, block: Uint8Array): RtpExtension[] {
  const oneByte = form === ONE_BYTE_FORM;
  if (!oneByte && (form & 0xfff0) !== TWO_BYTE_FORM) return [];
  const extensions: RtpExtension[] = [];
  let at = 0;
  while (at < block.length) {
    const first = block[at] ?? 0;
    if (first === 0) {
      at += 1;
      continue;
    }
    const id = oneByte ? first >> 4 : first;
    // RFC 8285 §4.2: what follows an id of 15 cannot be told.
    if (oneByte && id === 15) break;
    const length = oneByte ? (first & 0x0f) + 1 : (block[at + 1] ?? 0);
    at += oneByte ? 1 : 2;
    if (at + length > block.length) break;
    if (id !== 0) extensions.push({ id, data: block.subarray(at, at + length) });
    at += length;
  }
  return extensions;
}

function writeExtensions(extensions: readonly RtpExtension[], bytes: Uint8Array, from: number): void {
  let at = from;
  for (const { id, data } of extensions) {
    if (id < 1 || id > 14 || data.length < 1 || data.length > 16)
      throw failure(
        'E_INTERNAL',
        `RTP header extension ${id} of ${data.length} bytes has no place in the one-byte form`,
      );
    bytes[at] = (id << 4) | (data.length - 1);
    bytes.set(data, at + 1);
    at += 1 + data.length;
  }
}
