import type { AssembledPicture } from './assembled-picture.ts';

// RTP payload format for H.264: RFC 6184 §5.6 (single NAL unit), §5.7.1 (STAP-A), §5.8 (FU-A). Byte stream: H.264 Annex B.
const SLICE = 1;
const IDR = 5;
const SPS = 7;
const PPS = 8;
const STAP_A = 24;
const FU_A = 28;
const START = 0x80;
const END = 0x40;
const startCode = Uint8Array.of(0, 0, 0, 1);

/** `picture` is Annex B. Parameter sets travel in one STAP-A, as browsers send them. */
export function packetizeH264(picture: Uint8Array, maxPayload: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let sets: Uint8Array[] = [];
  const flush = (): void => {
    if (sets.length > 0) payloads.push(...aggregated(sets, maxPayload));
    sets = [];
  };
  for (const unit of nalUnits(picture)) {
    const type = typeOf(unit);
    if (type === SPS || type === PPS) {
      sets.push(unit);
    } else {
      flush();
      payloads.push(...fragments(unit, maxPayload));
    }
  }
  flush();
  return payloads;
}

export function assembleH264(payloads: readonly Uint8Array[]): AssembledPicture | null {
  const parts: Uint8Array[] = [];
  let key = false;
  let fragmented = false;
  for (const payload of payloads) {
    const type = typeOf(payload);
    if (type === FU_A) {
      const header = payload[1] ?? 0;
      const starts = (header & START) !== 0;
      if (payload.length < 3 || starts === fragmented) return null;
      const unit = header & 0x1f;
      if (starts) parts.push(startCode, Uint8Array.of(((payload[0] ?? 0) & 0xe0) | unit));
      parts.push(payload.subarray(2));
      key ||= unit === IDR;
      fragmented = (header & END) === 0;
      continue;
    }
    if (fragmented) return null;
    const units = unitsOf(payload);
    if (units === null) return null;
    for (const unit of units) {
      parts.push(startCode, unit);
      key ||= typeOf(unit) === IDR;
    }
  }
  return parts.length === 0 || fragmented ? null : { data: Buffer.concat(parts), key };
}

export function h264StartsPicture(payload: Uint8Array): boolean {
  return firstUnits(payload).some((unit) => {
    const type = typeOf(unit);
    return type < SLICE || type > IDR || isFirstSlice(unit);
  });
}

export function h264StartsKey(payload: Uint8Array): boolean {
  return firstUnits(payload).some((unit) => typeOf(unit) === SPS);
}

/** An Annex B picture that a decoder can begin with. */
export function isH264Key(picture: Uint8Array): boolean {
  for (const unit of nalUnits(picture)) if (typeOf(unit) === IDR) return true;
  return false;
}

/** The parameter sets that stand before the first slice of an Annex B picture, one after the other; empty where it has none. */
export function h264ParameterSets(picture: Uint8Array): Uint8Array {
  const sets: Uint8Array[] = [];
  for (const unit of nalUnits(picture)) {
    const type = typeOf(unit);
    if (type >= SLICE && type <= IDR) break;
    if (type === SPS || type === PPS) sets.push(unit);
  }
  return Buffer.concat(sets);
}

/** NAL units between the start codes of an Annex B byte stream, without the zeros that may trail them. */
export function* nalUnits(stream: Uint8Array): Generator<Uint8Array, void> {
  let start = -1;
  for (let at = nextStart(stream, 0); ; at = nextStart(stream, start)) {
    if (start >= 0) {
      let end = at < 0 ? stream.length : at;
      while (end > start && stream[end - 1] === 0) end -= 1;
      if (end > start) yield stream.subarray(start, end);
    }
    if (at < 0) return;
    start = at + 3;
  }
}

/** Where the next `00 00 01` is; -1 where none is. */
function nextStart(stream: Uint8Array, from: number): number {
  for (let at = stream.indexOf(1, from + 2); at >= 0; at = stream.indexOf(1, at + 1))
    if (stream[at - 1] === 0 && stream[at - 2] === 0) return at - 2;
  return -1;
}

/** Units that begin in this payload; of a fragmented one its start. */
function firstUnits(payload: Uint8Array): Uint8Array[] {
  if (typeOf(payload) !== FU_A) return unitsOf(payload) ?? [];
  const header = payload[1] ?? 0;
  return (header & START) === 0 ? [] : [Uint8Array.of(header & 0x1f, payload[2] ?? 0)];
}

/** `first_mb_in_slice` stands first in a slice header, and 0 is the one bit 1 (H.264 §7.3.3, §9.1). */
function isFirstSlice(unit: Uint8Array): boolean {
  return ((unit[1] ?? 0) & 0x80) !== 0;
}

function typeOf(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 0x1f;
}

/** One STAP-A of all, or each on its own where they are alone or too large together. */
function aggregated(units: readonly Uint8Array[], maxPayload: number): Uint8Array[] {
  const size = units.reduce((sum, unit) => sum + 2 + unit.length, 1);
  if (units.length === 1 || size > maxPayload) return units.flatMap((unit) => fragments(unit, maxPayload));
  const payload = new Uint8Array(size);
  const importance = Math.max(...units.map((unit) => (unit[0] ?? 0) & 0x60));
  payload[0] = importance | STAP_A;
  let at = 1;
  for (const unit of units) {
    payload[at] = unit.length >> 8;
    payload[at + 1] = unit.length & 0xff;
    payload.set(unit, at + 2);
    at += 2 + unit.length;
  }
  return [payload];
}

/** The unit itself where it fits, else FU-As of equal size. */
function fragments(unit: Uint8Array, maxPayload: number): Uint8Array[] {
  if (unit.length <= maxPayload) return [unit];
  const header = unit[0] ?? 0;
  const body = unit.subarray(1);
  const room = Math.max(1, maxPayload - 2);
  const size = Math.ceil(body.length / Math.ceil(body.length / room));
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    const payload = new Uint8Array(2 + part.length);
    payload[0] = (header & 0xe0) | FU_A;
    payload[1] = (at === 0 ? START : 0) | (at + part.length === body.length ? END : 0) | (header & 0x1f);
    payload.set(part, 2);
    payloads.push(payload);
  }
  return payloads;
}

/** NAL units of a payload that is no fragment; null where its type is not one of mode 1, or sizes do not add up. */
function unitsOf(payload: Uint8Array): Uint8Array[] | null {
  const type = typeOf(payload);
  if (type >= 1 && type <= 23) return [payload];
  if (type !== STAP_A) return null;
  const units: Uint8Array[] = [];
  let at = 1;
  while (at < payload.length) {
    if (at + 2 > payload.length) return null;
    const size = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
    if (size === 0 || at + 2 + size > payload.length) return null;
    units.push(payload.subarray(at + 2, at + 2 + size));
    at += 2 + size;
  }
  return units.length > 0 ? units : null;
}
