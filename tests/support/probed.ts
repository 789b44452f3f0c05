import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';

/** What ffprobe says of a recording. */
export interface Probed {
  readonly frames: number;
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  /** Presentation times, seconds. */
  readonly times: readonly number[];
}

/** Decodes every picture; fails where FFmpeg has anything to complain of. */
export function probed(path: string): Probed {
  const complaints = execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', path, '-f', 'null', '-'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(complaints).toBe('');
  const entries = 'stream=width,height:format=duration:frame=pts_time';
  const text = execFileSync('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', path], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const { streams, format, frames } = JSON.parse(text) as {
    streams: { width: number; height: number }[];
    format: { duration: string };
    frames: { pts_time: string }[];
  };
  const [stream] = streams;
  const times = frames.map((frame) => Number(frame.pts_time));
  return {
    frames: times.length,
    seconds: Number(format.duration),
    width: stream?.width ?? 0,
    height: stream?.height ?? 0,
    times,
  };
}
