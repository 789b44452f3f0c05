import { failure } from '../../contract/error.ts';
import type { MidiKind } from './event.ts';
import { controller as names, dataBytes, status } from './message.ts';

/** Longest system exclusive message that is sent on: a dump is no feedback, and it would hold up a slow port for a second. */
const MAX_SYSEX = 1024;

/**
 * The bytes that move this control, as a device would send them: one message, or for 14 bits two and for parameters four.
 * Channel 1..16; ranges as in event.ts. Throws `E_MIDI_MESSAGE`.
 */
export function encodeMidi(kind: MidiKind, channel: number, number: number, value: number): number[] {
  const at = whole(channel, 1, 16, 'channel') - 1;
  const change = (which: number, to: number): number[] => [status.controller | at, which, to];
  switch (kind) {
    case 'note':
      return [status.noteOn | at, low(number, 'note'), low(value, 'velocity')];
    case 'poly':
      return [status.poly | at, low(number, 'note'), low(value, 'value')];
    case 'cc':
      return change(low(number, 'controller'), low(value, 'value'));
    case 'cc14': {
      const coarse = whole(number, 0, 31, 'controller');
      const [high, fine] = halves(value, 'value');
      return [...change(coarse, high), ...change(coarse + 32, fine)];
    }
    case 'nrpn':
    case 'rpn': {
      const [numberHigh, numberFine] = halves(number, 'parameter');
      const [high, fine] = halves(value, 'value');
      const [coarse, low] =
        kind === 'nrpn' ? [names.nrpnCoarse, names.nrpnFine] : [names.rpnCoarse, names.rpnFine];
      return [
        ...change(coarse, numberHigh),
        ...change(low, numberFine),
        ...change(names.dataCoarse, high),
        ...change(names.dataFine, fine),
      ];
    }
    case 'pitch': {
      const [high, fine] = halves(value, 'value');
      return [status.pitch | at, fine, high];
    }
    case 'pressure':
      return [status.pressure | at, low(value, 'value')];
    case 'program':
      return [status.program | at, low(value, 'program')];
  }
}

/**
 * The messages in these bytes, each whole and with its own status. A driver sends whatever it is given, 300 as 44, so what is
 * not MIDI is refused here. Throws `E_MIDI_MESSAGE`.
 */
export function splitMidi(bytes: readonly unknown[]): number[][] {
  const messages: number[][] = [];
  for (let from = 0; from < bytes.length;) {
    const length = lengthAt(bytes, from);
    const message = bytes.slice(from, from + length).filter((byte) => typeof byte === 'number');
    messages.push(message);
    from += length;
  }
  if (messages.length === 0) throw failure('E_MIDI_MESSAGE', 'A MIDI message has at least one byte');
  return messages;
}

function lengthAt(bytes: readonly unknown[], from: number): number {
  const first = byteAt(bytes, from, 0x80, 0xff, 'a status byte');
  if (first === status.sysex) return sysexLength(bytes, from);
  const data = dataBytes(first);
  if (data === null)
    throw failure('E_MIDI_MESSAGE', `Byte ${from} is ${hex(first)}, which MIDI leaves undefined`);
  for (let at = from + 1; at <= from + data; at++) byteAt(bytes, at, 0, 0x7f, 'a data byte, 0 to 127');
  return 1 + data;
}

function sysexLength(bytes: readonly unknown[], from: number): number {
  for (let at = from + 1; at < from + MAX_SYSEX; at++) {
    if (bytes[at] === status.sysexEnd) return at + 1 - from;
    byteAt(bytes, at, 0, 0x7f, 'a data byte, 0 to 127, or the end of a system exclusive message');
  }
  throw failure('E_MIDI_MESSAGE', `A system exclusive message is longer than ${MAX_SYSEX} bytes`);
}

function byteAt(
  bytes: readonly unknown[],
  at: number,
  minimum: number,
  maximum: number,
  what: string,
): number {
  const byte = bytes[at];
  if (typeof byte === 'number' && Number.isInteger(byte) && byte >= minimum && byte <= maximum) return byte;
  const is = at >= bytes.length ? 'missing' : typeof byte === 'number' ? hex(byte) : 'no number';
  throw failure('E_MIDI_MESSAGE', `Byte ${at} of a MIDI message is ${is}; here stands ${what}`);
}

function hex(byte: number): string {
  return Number.isInteger(byte) && byte >= 0 ? `0x${byte.toString(16)}` : String(byte);
}

const low = (value: number, what: string): number => whole(value, 0, 127, what);

function halves(value: number, what: string): readonly [number, number] {
  const known = whole(value, 0, 16_383, what);
  return [known >> 7, known & 0x7f];
}

function whole(value: number, minimum: number, maximum: number, what: string): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw failure(
    'E_MIDI_MESSAGE',
    `A MIDI ${what} is a whole number from ${minimum} to ${maximum}, and not ${value}`,
  );
}
