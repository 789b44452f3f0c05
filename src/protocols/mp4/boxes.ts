import type { Size } from '../../contract/frame.ts';

/** A box of the ISO base media file format (ISO/IEC 14496-12 §4.2) as its first bytes tell it. */
export interface BoxHeader {
  readonly type: string;
  /** Of the whole box, header included; null where it goes to the end of the file. */
  readonly size: number | null;
  readonly headerBytes: 8 | 16;
}

/** What has to be read of a box to know its header. */
export const BOX_HEADER_BYTES = 16;

/** Null where these bytes are no header. */
export function boxHeader(bytes: Uint8Array): BoxHeader | null {
  if (bytes.length < 8) return null;
  const view = viewOf(bytes);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  if (!/^[\x20-\x7e]{4}$/.test(type)) return null;
  const size = view.getUint32(0);
  if (size === 0) return { type, size: null, headerBytes: 8 };
  if (size !== 1) return size < 8 ? null : { type, size, headerBytes: 8 };
  if (bytes.length < 16) return null;
  const large = Number(view.getBigUint64(8));
  return large < 16 || !Number.isSafeInteger(large) ? null : { type, size: large, headerBytes: 16 };
}

/** What the `moov` of a video says of it. */
export interface MovieFacts {
  /** Ticks a second of the video's times. */
  readonly timescale: number;
  readonly size: Size | null;
  /** 0 where the pictures are in fragments. */
  readonly frames: number;
  readonly seconds: number;
}

/** Of the body of a `moov`; null where it has no video. */
export function movieFacts(moov: Uint8Array): MovieFacts | null {
  for (const track of boxes(moov, 'trak')) {
    const media = box(track, 'mdia');
    const header = media === null ? null : box(media, 'mdhd');
    const handler = media === null ? null : box(media, 'hdlr');
    if (media === null || header === null || handler === null || handler.length < 12) continue;
    if (String.fromCharCode(...handler.subarray(8, 12)) !== 'vide') continue;
    // §8.4.2: version 1 has times of 64 bits.
    const long = header[0] === 1;
    if (header.length < (long ? 32 : 20)) continue;
    const view = viewOf(header);
    const timescale = view.getUint32(long ? 20 : 12);
    const duration = long ? Number(view.getBigUint64(24)) : view.getUint32(16);
    const info = box(media, 'minf');
    const table = info === null ? null : box(info, 'stbl');
    const sizes = table === null ? null : box(table, 'stsz');
    const frames = sizes === null || sizes.length < 12 ? 0 : viewOf(sizes).getUint32(8);
    return {
      timescale: Math.max(1, timescale),
      size: shownSize(track),
      frames,
      seconds: frames === 0 ? 0 : duration / Math.max(1, timescale),
    };
  }
  return null;
}

/** Pictures of one fragment, in ticks of the movie. */
export interface FragmentFacts {
  readonly start: number;
  readonly duration: number;
  readonly frames: number;
}

/** Of the body of a `moof` (§8.8.4), its first track; null where it is not one. */
export function fragmentFacts(moof: Uint8Array): FragmentFacts | null {
  const track = box(moof, 'traf');
  const header = track === null ? null : box(track, 'tfhd');
  const run = track === null ? null : box(track, 'trun');
  if (track === null || header === null || run === null || run.length < 8) return null;
  const time = box(track, 'tfdt');
  const { frames, duration } = runFacts(run, defaultDuration(header));
  return { start: time === null ? 0 : timeOf(time), duration, frames };
}

/** The boxes of one type that lie side by side in `bytes`, without their headers. */
function* boxes(bytes: Uint8Array, type: string): Generator<Uint8Array, void> {
  for (let at = 0; at + 8 <= bytes.length;) {
    const header = boxHeader(bytes.subarray(at));
    if (header === null) return;
    const end = header.size === null ? bytes.length : at + header.size;
    if (end > bytes.length) return;
    if (header.type === type) yield bytes.subarray(at + header.headerBytes, end);
    at = end;
  }
}

function box(bytes: Uint8Array, type: string): Uint8Array | null {
  const [first] = boxes(bytes, type);
  return first ?? null;
}

/** §8.3.2: 16.16 fixed point, the last eight bytes. */
function shownSize(track: Uint8Array): Size | null {
  const header = box(track, 'tkhd');
  if (header === null || header.length < 8) return null;
  const view = viewOf(header);
  const at = header.length - 8;
  return { width: view.getUint32(at) >>> 16, height: view.getUint32(at + 4) >>> 16 };
}

/** §8.8.7: which of the optional fields are there is in the flags. */
function defaultDuration(header: Uint8Array): number {
  const flags = header.length < 8 ? 0 : viewOf(header).getUint32(0) & 0xffffff;
  if ((flags & 0x8) === 0) return 0;
  const at = 8 + ((flags & 0x1) === 0 ? 0 : 8) + ((flags & 0x2) === 0 ? 0 : 4);
  return at + 4 > header.length ? 0 : viewOf(header).getUint32(at);
}

/** §8.8.8. */
function runFacts(run: Uint8Array, otherwise: number): { frames: number; duration: number } {
  const view = viewOf(run);
  const flags = view.getUint32(0) & 0xffffff;
  const frames = view.getUint32(4);
  const first = 8 + ((flags & 0x1) === 0 ? 0 : 4) + ((flags & 0x4) === 0 ? 0 : 4);
  const each = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length;
  if (first + frames * each > run.length) return { frames: 0, duration: 0 };
  if ((flags & 0x100) === 0) return { frames, duration: frames * otherwise };
  let duration = 0;
  for (let index = 0; index < frames; index += 1) duration += view.getUint32(first + index * each);
  return { frames, duration };
}

/** §8.8.12. */
function timeOf(time: Uint8Array): number {
  if (time.length < 8) return 0;
  return time[0] === 1 && time.length >= 12
    ? Number(viewOf(time).getBigUint64(4))
    : viewOf(time).getUint32(4);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
