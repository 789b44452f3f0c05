import { failure, type ErrorCode, type ReverieError } from '../contract/error.ts';
import type { Av } from './av.ts';

/** FFmpeg's own words for one of its codes. */
export function wordsOf(av: Av, code: number): string {
  return av.FFmpegError.strerror(code);
}

/** A coded error that names the file, what was tried and what FFmpeg said. */
export function avFailure(
  av: Av,
  code: ErrorCode,
  path: string,
  doing: string,
  result: number,
): ReverieError {
  return failure(code, `${path}: ${doing} failed: ${wordsOf(av, result)}`, { path, ffmpeg: result });
}
