export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Row-major, top row first, sRGB, straight alpha, one byte a channel. The only format that crosses a link. */
export type FrameFormat = 'rgba8';

export const BYTES_PER_PIXEL = 4;
export const MAX_DIMENSION = 8192;

/** One frame in shared memory. `data` is valid until the call or handler that received it returns. */
export interface Frame extends Size {
  /** `[height, width, 4]`, uint8. */
  readonly data: Uint8Array;
  readonly format: FrameFormat;
  /** Counts up by one per frame of its producer. */
  readonly sequence: number;
  /** When it should be seen, monotonic microseconds. */
  readonly ptsUs: number;
  /** When its light was captured or its source made it, monotonic microseconds. */
  readonly captureUs: number;
}

/** How a picture of one shape is put into another. */
export type AspectPolicy = 'fill' | 'fit' | 'stretch';
export type Rotation = 0 | 90 | 180 | 270;

/** What crosses the daemon for a frame: where it lies and when it is from. Never pixels. */
export interface Token {
  readonly link: string;
  readonly generation: number;
  readonly slot: number;
  readonly sequence: number;
  readonly ptsUs: number;
  readonly captureUs: number;
  /** When the producer let go of it; the next runner measures its hop against this. */
  readonly publishedUs: number;
}

export interface SlotRef {
  readonly link: string;
  readonly generation: number;
  readonly slot: number;
}

/** The part of a token that says where its frame lies. */
export function slotRef({ link, generation, slot }: SlotRef): SlotRef {
  return { link, generation, slot };
}

export function frameBytes(size: Size): number {
  return size.width * size.height * BYTES_PER_PIXEL;
}

export function sameSize(a: Size | null, b: Size | null): boolean {
  return a === b || (a !== null && b !== null && a.width === b.width && a.height === b.height);
}

export function isFrameSize(size: Size): boolean {
  const whole = Number.isInteger(size.width) && Number.isInteger(size.height);
  return (
    whole && size.width > 0 && size.height > 0 && size.width <= MAX_DIMENSION && size.height <= MAX_DIMENSION
  );
}

/** Bytes behind each slot that nobody may write; a producer that does is caught by them. */
export const GUARD_BYTES = 64;
const PAGE = 4096;

/** Distance between two slots of a segment: the frame and its guard, page-aligned. */
export function slotStride(size: Size): number {
  return Math.ceil((frameBytes(size) + GUARD_BYTES) / PAGE) * PAGE;
}
