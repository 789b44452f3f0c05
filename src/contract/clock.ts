/**
 * The one clock of frames, ramps and beats: whole monotonic microseconds, equal in every process of one machine.
 * `process.hrtime()` reads CLOCK_MONOTONIC directly; `performance.now()` plus an offset is wrong by more than a hop takes.
 */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + Math.floor(nanoseconds / 1e3);
}

/** Reads the clock; handed in wherever time matters, so that tests own it. Microseconds. */
export type Clock = () => number;
