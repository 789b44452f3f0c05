// Header extensions beyond the RFCs that browsers offer; their formats: https://webrtc.googlesource.com/src, docs/native-code/rtp-hdrext.

export const COLOR_SPACE_URI = 'http://www.webrtc.org/experiments/rtp-hdrext/color-space';
export const PLAYOUT_DELAY_URI = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';

/** What the numbers of a picture mean, where its codec cannot say so (VP8). Codes of ITU-T H.273. */
export interface ColorSpace {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  /** Null where the sender leaves it open. */
  readonly range: 'limited' | 'full' | null;
}

/** Comes with the last packet of key pictures. 4 bytes, or 28 with HDR metadata, which is left aside. */
export function parseColorSpace(data: Uint8Array): ColorSpace | null {
  if (data.length !== 4 && data.length !== 28) return null;
  const [primaries = 2, transfer = 2, matrix = 2, flags = 0] = data;
  // Two bits each: range, horizontal and vertical chroma siting.
  const range = (flags >> 4) & 3;
  return { primaries, transfer, matrix, range: range === 1 ? 'limited' : range === 2 ? 'full' : null };
}

/** Bounds of the time a receiver may hold a picture back, in steps of 10 ms up to 40.95 s. 0, 0 asks for no jitter buffer. */
export function buildPlayoutDelay(minimumMs: number, maximumMs: number): Uint8Array {
  const [low, high] = [minimumMs, maximumMs].map((ms) => Math.min(0xfff, Math.max(0, Math.round(ms / 10))));
  return Uint8Array.of((low ?? 0) >> 4, (((low ?? 0) & 0xf) << 4) | ((high ?? 0) >> 8), (high ?? 0) & 0xff);
}
