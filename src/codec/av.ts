import type * as Lib from 'node-av/lib';
import type * as Constants from 'node-av/constants';
import type { Probe } from '../contract/adapter.ts';
import { errorCatalogue } from '../contract/error-catalogue.ts';
import { failure } from '../contract/error.ts';

/** FFmpeg through node-av's low-level classes. They free memory that others may still point to: they never leave `codec`. */
export type Av = typeof Lib & {
  readonly constants: typeof Constants;
  /** FFmpeg's codes of `EAGAIN`, `EIO` and `ENOSPC`, which differ from system to system. */
  readonly again: number;
  readonly inputOutput: number;
  readonly noSpace: number;
};

let loading: Promise<Av> | null = null;

/** Loads node-av when it is first needed. It is an optional dependency: without it, `E_CODEC_MISSING`. */
export async function loadAv(): Promise<Av> {
  loading ??= importAv();
  try {
    return await loading;
  } catch (error) {
    loading = null;
    const why = error instanceof Error ? error.message : String(error);
    throw failure('E_CODEC_MISSING', `FFmpeg (node-av) cannot be loaded: ${why}`, null, error);
  }
}

async function importAv(): Promise<Av> {
  const [lib, constants] = await Promise.all([import('node-av/lib'), import('node-av/constants')]);
  // Else FFmpeg writes to stderr by itself, a line for every damaged picture; what matters comes back as an error code.
  lib.Log.setLevel(constants.AV_LOG_QUIET);
  const { FFmpegError, PosixError } = lib;
  return {
    ...lib,
    constants,
    again: FFmpegError.AVERROR(PosixError.EAGAIN),
    inputOutput: FFmpegError.AVERROR(PosixError.EIO),
    noSpace: FFmpegError.AVERROR(PosixError.ENOSPC),
  };
}

/** For the `probe` of adapters that need FFmpeg. */
export async function probeAv(): Promise<Probe> {
  try {
    const av = await loadAv();
    return { available: true, version: `FFmpeg ${av.getFFmpegInfo().version}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { available: false, reason, remedy: errorCatalogue.E_CODEC_MISSING.remedy };
  }
}
