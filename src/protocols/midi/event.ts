/** What a control of a MIDI device can be, in the words of control-event.ts. */
export const midiKinds = [
  'note',
  'poly',
  'cc',
  'cc14',
  'nrpn',
  'rpn',
  'pitch',
  'pressure',
  'program',
] as const;
export type MidiKind = (typeof midiKinds)[number];

/**
 * A control moved. Channels are 1..16. `number` is the note, controller or parameter; 0 for `pitch`, `pressure` and `program`.
 * `value` is 0..127, and 0..16383 for `cc14`, `nrpn`, `rpn` and `pitch` (8192 is its centre). A note that is let go has value 0.
 */
export interface MidiControlEvent {
  readonly kind: MidiKind;
  readonly channel: number;
  readonly number: number;
  readonly value: number;
  /** Of a program change: the bank that was selected before it, 0..16383; null where none was, and for all other kinds. */
  readonly bank: number | null;
}

export type MidiClockEvent =
  | { readonly kind: 'clock'; readonly what: 'tick' | 'start' | 'stop' | 'continue' }
  /** Song position in sixteenths (MIDI beats, six ticks each), 0..16383. */
  | { readonly kind: 'clock'; readonly what: 'position'; readonly sixteenths: number };

export type MidiEvent = MidiControlEvent | MidiClockEvent;
