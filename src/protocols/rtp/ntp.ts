/** 64-bit NTP time in its two halves: seconds since 1900-01-01 and units of 2^-32 s (RFC 3550 §4). */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** From 1900-01-01 to 1970-01-01. */
const EPOCH_SECONDS = 2_208_988_800;

/** `us`: microseconds since 1970. Any clock will do that all reports of a session share. */
export function ntpTime(us: number): NtpTime {
  const seconds = Math.floor(us / 1_000_000);
  const fraction = Math.floor(((us - seconds * 1_000_000) / 1_000_000) * 2 ** 32);
  return { seconds: (seconds + EPOCH_SECONDS) % 2 ** 32, fraction };
}

/** The middle 32 bits, in units of 1/65536 s: what reports refer to each other by. */
export function compactNtp({ seconds, fraction }: NtpTime): number {
  return (seconds & 0xffff) * 65_536 + Math.floor(fraction / 65_536);
}
