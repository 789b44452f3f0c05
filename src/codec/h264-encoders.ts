import { failure } from '../contract/error.ts';
import { loadAv } from './av.ts';
import { findEncoder } from './encoder-settings.ts';
import { hardwareEncoders, SOFTWARE } from './h264-options.ts';
import { openVideoEncoder } from './video-encoder.ts';

/** One way of coding H.264 on this machine. */
export interface EncoderReport {
  /** FFmpeg's name. */
  readonly name: string;
  /** Why it cannot be used here; null where it works. */
  readonly problem: string | null;
}

const TRIAL = { width: 256, height: 256 };
const TRIAL_PICTURES = 4;

let known: Promise<readonly EncoderReport[]> | null = null;

/**
 * The encoders that this FFmpeg was built with, those of graphics cards first; each was opened and has coded some pictures, one in and one
 * out. Asked once a process. Rejects with `E_CODEC_MISSING`.
 */
export function h264Encoders(): Promise<readonly EncoderReport[]> {
  known ??= tryAll();
  return known;
}

/**
 * FFmpeg's name of what a person asked for: `auto` is a graphics card's encoder where one works, else, as `software`, x264. Throws
 * `E_CODEC_ENCODER` where the machine has none of that name, with what it has.
 */
export function encoderNamed(wish: string, encoders: readonly EncoderReport[]): string {
  if (wish === 'software') return SOFTWARE;
  const working = encoders.filter(({ problem }) => problem === null).map(({ name }) => name);
  if (wish === 'auto') return working.find((name) => name !== SOFTWARE) ?? SOFTWARE;
  if (working.includes(wish)) return wish;
  const problem = encoders.find(({ name }) => name === wish)?.problem;
  const why = problem === undefined ? 'this machine knows none of that name' : problem;
  throw failure('E_CODEC_ENCODER', `Encoder "${wish}": ${why}; there is ${working.join(', ')}`, {
    encoder: wish,
    available: working,
  });
}

/** In one line: what works, and why the others do not. */
export function encoderWords(encoders: readonly EncoderReport[]): string {
  const works = encoders.filter(({ problem }) => problem === null).map(({ name }) => name);
  const not = encoders.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`]));
  return `H.264 by ${works.join(', ') || 'nothing'}${not.length === 0 ? '' : `; not by ${not.join(', ')}`}`;
}

async function tryAll(): Promise<readonly EncoderReport[]> {
  const av = await loadAv();
  const built = [...hardwareEncoders, SOFTWARE].filter((name) => findEncoder(av, name) !== null);
  const reports: EncoderReport[] = [];
  // One after the other: a graphics card takes few encoders at a time.
  for (const name of built) reports.push({ name, problem: await problemOf(name) });
  return reports;
}

async function problemOf(name: string): Promise<string | null> {
  try {
    const encoder = await openVideoEncoder({
      codec: 'h264',
      ...TRIAL,
      rateHz: 30,
      bitrateBps: 1e6,
      encoder: { name, preset: null },
    });
    const pixels = new Uint8Array(TRIAL.width * TRIAL.height * 4).fill(255);
    try {
      for (let at = 0; at < TRIAL_PICTURES; at += 1) {
        const picture = await encoder.encode(pixels, { key: at === 0, timestampUs: at * 33_000 });
        if (picture === null) return 'it keeps pictures to itself, and would be late';
        if (at === 0 && !picture.key) return 'it does not begin with a key picture';
      }
      return null;
    } finally {
      await encoder.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
