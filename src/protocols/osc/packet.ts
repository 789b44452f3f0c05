import type { JsonValue } from '../../contract/json.ts';

/**
 * A moment as OSC carries it: 64-bit NTP, kept as its two 32-bit halves so that nothing is rounded.
 * `seconds` since 1900-01-01 UTC, `fraction` in units of 2^-32 s.
 */
export type OscTimetag = { readonly seconds: number; readonly fraction: number };

/**
 * A decoded message. Arguments are JSON, one form per type tag, each of which can be turned back into the same bytes:
 *
 * | tag | JSON |
 * |---|---|
 * | `i` `f` `d` | number; `f` and `d` may be NaN or infinite, which is the reader's to refuse |
 * | `h` | number where it is exact, else a string of decimal digits |
 * | `s` `S` | string; UTF-8, of which OSC's ASCII is a part |
 * | `b` | `{ blob: base64 }`, so that bytes are never taken for text |
 * | `t` | `{ seconds, fraction }` |
 * | `c` | string of one character |
 * | `r` | `#rrggbb`; `#rrggbbaa` where it is not opaque |
 * | `m` | `{ midi: [port, status, data1, data2] }` |
 * | `T` `F` `N` | true, false, null |
 * | `I` | `{ impulse: true }` |
 * | `[` `]` | array |
 */
export interface OscMessage {
  readonly address: string;
  readonly args: readonly JsonValue[];
  /** Of the innermost bundle it came in, one object for all messages of that bundle; null outside of bundles. */
  readonly timetag: OscTimetag | null;
}

/** An argument to send. The caller names the type: receivers differ in what they take, and 1 is not 1.0 to all of them. */
export type OscArgument =
  | { readonly type: 'i' | 'f' | 'd'; readonly value: number }
  | { readonly type: 'h'; readonly value: bigint }
  | { readonly type: 's' | 'S' | 'c'; readonly value: string }
  | { readonly type: 'b'; readonly value: Uint8Array }
  | { readonly type: 't'; readonly value: OscTimetag }
  /** `#rrggbb` or `#rrggbbaa`. */
  | { readonly type: 'r'; readonly value: string }
  /** Port, status, two data bytes; 0..255 each. */
  | { readonly type: 'm'; readonly value: readonly [number, number, number, number] }
  | { readonly type: 'T' | 'F' | 'N' | 'I' }
  | { readonly type: '['; readonly value: readonly OscArgument[] };

/** What can be encoded: a message, or a bundle of either. */
export type OscPacket = OscOutgoingMessage | OscBundle;

export interface OscOutgoingMessage {
  readonly address: string;
  readonly args: readonly OscArgument[];
}

export interface OscBundle {
  readonly timetag: OscTimetag;
  readonly elements: readonly OscPacket[];
}

/** Bundles in bundles and arrays in arrays may go this deep. A packet of brackets must not exhaust anybody's stack. */
export const MAX_DEPTH = 8;

/** An argument of type `I`. */
export function isImpulse(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value['impulse'] === true;
}
