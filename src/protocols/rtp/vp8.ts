import type { AssembledPicture } from './assembled-picture.ts';

// RTP payload format for VP8: RFC 7741 §4.2 (payload descriptor); the frame itself: RFC 6386 §9.1.
const EXTENDED = 0x80;
const START_OF_PARTITION = 0x10;
const PARTITION = 0x07;

/**
 * Without picture ids on purpose: viewers of one stream share the payloads, and a viewer that changes streams would see the ids
 * jump back. Without them a receiver goes by sequence numbers, which are each viewer's own.
 */
export function packetizeVp8(frame: Uint8Array, maxPayload: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const room = Math.max(1, maxPayload - 1);
  // Parts of equal size: a small last packet would cost as much as a full one.
  const parts = Math.ceil(frame.length / room);
  const size = Math.ceil(frame.length / Math.max(1, parts));
  for (let at = 0; at < frame.length; at += size) {
    const part = frame.subarray(at, at + size);
    const payload = new Uint8Array(1 + part.length);
    payload[0] = at === 0 ? START_OF_PARTITION : 0;
    payload.set(part, 1);
    payloads.push(payload);
  }
  return payloads;
}

export function assembleVp8(payloads: readonly Uint8Array[]): AssembledPicture | null {
  const parts: Uint8Array[] = [];
  for (const payload of payloads) {
    const body = bodyOf(payload);
    if (body === null || vp8StartsPicture(payload) !== (parts.length === 0)) return null;
    parts.push(body);
  }
  const data = Buffer.concat(parts);
  // The frame tag alone has three bytes.
  if (data.length < 3) return null;
  const key = isVp8Key(data);
  return key && !hasStartCode(data) ? null : { data, key };
}

export function vp8StartsPicture(payload: Uint8Array): boolean {
  const first = payload[0] ?? 0;
  return (first & START_OF_PARTITION) !== 0 && (first & PARTITION) === 0;
}

export function vp8StartsKey(payload: Uint8Array): boolean {
  const body = bodyOf(payload);
  return body !== null && vp8StartsPicture(payload) && isVp8Key(body);
}

/** Bit 0 of the frame tag is 0 in key frames. */
export function isVp8Key(frame: Uint8Array): boolean {
  return frame.length > 0 && ((frame[0] ?? 1) & 1) === 0;
}

function hasStartCode(frame: Uint8Array): boolean {
  return frame.length >= 10 && frame[3] === 0x9d && frame[4] === 0x01 && frame[5] === 0x2a;
}

/** What follows the payload descriptor; null where nothing does. */
function bodyOf(payload: Uint8Array): Uint8Array | null {
  let at = 1;
  if (((payload[0] ?? 0) & EXTENDED) !== 0) {
    const fields = payload[1] ?? 0;
    at = 2;
    // I: a picture id of 7 bits, or 15 where its first bit says so. L: TL0PICIDX. T, K: one byte for both.
    if ((fields & 0x80) !== 0) at += ((payload[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((fields & 0x40) !== 0) at += 1;
    if ((fields & 0x30) !== 0) at += 1;
  }
  return at < payload.length ? payload.subarray(at) : null;
}
