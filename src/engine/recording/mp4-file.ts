import { open, type FileHandle } from 'node:fs/promises';
import type { Size } from '../../contract/frame.ts';
import {
  BOX_HEADER_BYTES,
  boxHeader,
  fragmentFacts,
  movieFacts,
  type MovieFacts,
} from '../../protocols/mp4/boxes.ts';

/** What is in a recording. */
export interface Mp4Facts {
  readonly frames: number;
  readonly seconds: number;
  readonly size: Size | null;
  /** It was finished: its index is at its end. */
  readonly finished: boolean;
}

/** Of the tables that are read into memory: an hour at 60 frames a second needs less than two megabytes. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024;

/**
 * Looks through the boxes of a recording and takes away what a death left half written, so that every player reads it to its
 * last whole fragment. Null where it has nothing to play.
 */
export async function mendMp4(path: string): Promise<Mp4Facts | null> {
  const file = await open(path, 'r+');
  try {
    const { size: bytes } = await file.stat();
    const first = await survey(file, bytes);
    const found = first.mended ? await survey(file, bytes) : first;
    if (found.whole < bytes && found.movie !== null) await file.truncate(found.whole);
    const { movie, frames, seconds } = found;
    return movie === null || frames === 0
      ? null
      : { frames, seconds, size: movie.size, finished: movie.frames > 0 };
  } finally {
    await file.close();
  }
}

interface Survey {
  readonly movie: MovieFacts | null;
  readonly frames: number;
  readonly seconds: number;
  /** Bytes up to the end of the last whole fragment. */
  readonly whole: number;
  /** The box around the fragments was taken off: look again. */
  readonly mended: boolean;
}

async function survey(file: FileHandle, bytes: number): Promise<Survey> {
  let movie: MovieFacts | null = null;
  let frames = 0;
  let end = 0;
  let whole = 0;
  let pending = { frames: 0, end: 0 };
  let around: { readonly at: number; readonly headerBytes: number } | null = null;
  for (let at = 0; at < bytes;) {
    const header = boxHeader(await read(file, at, BOX_HEADER_BYTES));
    const next = header === null ? Infinity : header.size === null ? bytes : at + header.size;
    if (header?.type === 'mdat' && movie === null) around = { at, headerBytes: header.headerBytes };
    if (header === null || next > bytes) break;
    const body = (): Promise<Uint8Array> =>
      read(file, at + header.headerBytes, Math.min(next - at - header.headerBytes, MAX_TABLE_BYTES));
    if (header.type === 'moov') {
      movie = movieFacts(await body()) ?? movie;
      frames = movie?.frames ?? 0;
      end = (movie?.seconds ?? 0) * (movie?.timescale ?? 1);
    } else if (header.type === 'moof') {
      const facts = fragmentFacts(await body());
      pending = { frames: facts?.frames ?? 0, end: (facts?.start ?? 0) + (facts?.duration ?? 0) };
    } else if (header.type === 'mdat' && pending.frames > 0) {
      frames += pending.frames;
      end = Math.max(end, pending.end);
      pending = { frames: 0, end: 0 };
    }
    at = next;
    // A fragment is whole with its data; what stands before it alone says nothing.
    if (header.type !== 'moof') whole = at;
  }
  const mended = movie === null && around !== null && (await takeOff(file, around));
  return { movie, frames, seconds: end / (movie?.timescale ?? 1), whole, mended };
}

/**
 * FFmpeg's hybrid files begin with fragments; the last step puts one `mdat` around them all and writes an index behind it. Where
 * only the first half of that happened, the header of the `mdat` is made the `free` that it was: the fragments are there again.
 */
async function takeOff(
  file: FileHandle,
  { at, headerBytes }: { readonly at: number; readonly headerBytes: number },
): Promise<boolean> {
  const inside = boxHeader(await read(file, at + headerBytes, BOX_HEADER_BYTES));
  if (inside?.type !== 'ftyp' || inside.size === null) return false;
  const free = Buffer.alloc(headerBytes);
  if (headerBytes === 16) {
    free.writeUInt32BE(8, 0);
    free.write('free', 4, 'latin1');
  }
  free.writeUInt32BE(8 + inside.size, headerBytes - 8);
  free.write('free', headerBytes - 4, 'latin1');
  await file.write(free, 0, free.length, at);
  return true;
}

async function read(file: FileHandle, at: number, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, at);
  return buffer.subarray(0, bytesRead);
}
