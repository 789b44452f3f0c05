import type { OscTimetag } from './packet.ts';

/** Seconds from 1900-01-01 to 1970-01-01 (RFC 5905, figure 4). */
const UNIX_EPOCH_IN_NTP = 2_208_988_800;
const ERA_SECONDS = 2 ** 32;

/** The reserved value 63 zero bits and a one: act at once (OSC 1.0, "OSC Time Tags"). */
export const IMMEDIATELY: OscTimetag = { seconds: 0, fraction: 1 };

export function isImmediate(timetag: OscTimetag): boolean {
  return timetag.seconds === 0 && timetag.fraction <= 1;
}

/**
 * Milliseconds since 1970, as near as a double comes (a quarter of a microsecond). NTP seconds wrap in 2036: those without
 * the top bit count from then on (RFC 4330 §3).
 */
export function unixMsOf(timetag: OscTimetag): number {
  const era = timetag.seconds < 2 ** 31 ? ERA_SECONDS : 0;
  return (timetag.seconds + era - UNIX_EPOCH_IN_NTP) * 1000 + (timetag.fraction * 1000) / 2 ** 32;
}

export function timetagAt(unixMs: number): OscTimetag {
  const whole = Math.floor(unixMs / 1000);
  const fraction = Math.floor((unixMs / 1000 - whole) * 2 ** 32);
  return { seconds: (whole + UNIX_EPOCH_IN_NTP) % ERA_SECONDS, fraction };
}
