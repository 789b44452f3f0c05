/** Bytes of MIDI 1.0 (Complete MIDI 1.0 Detailed Specification, table I to VII) that are named more than once. */
export const status = {
  noteOff: 0x80,
  noteOn: 0x90,
  poly: 0xa0,
  controller: 0xb0,
  program: 0xc0,
  pressure: 0xd0,
  pitch: 0xe0,
  sysex: 0xf0,
  timeCode: 0xf1,
  songPosition: 0xf2,
  songSelect: 0xf3,
  tuneRequest: 0xf6,
  sysexEnd: 0xf7,
  tick: 0xf8,
  start: 0xfa,
  continue: 0xfb,
  stop: 0xfc,
  sensing: 0xfe,
  reset: 0xff,
} as const;

/** Controllers that mean more than a knob. */
export const controller = {
  bankCoarse: 0,
  dataCoarse: 6,
  bankFine: 32,
  dataFine: 38,
  increment: 96,
  decrement: 97,
  nrpnFine: 98,
  nrpnCoarse: 99,
  rpnFine: 100,
  rpnCoarse: 101,
  allSoundOff: 120,
  allNotesOff: 123,
} as const;

/** How many data bytes follow a status byte; null for system exclusive, which has any number, and for what MIDI 1.0 leaves undefined. */
export function dataBytes(byte: number): 0 | 1 | 2 | null {
  if (byte < 0x80) return null;
  if (byte < 0xf0) {
    const kind = byte & 0xf0;
    return kind === status.program || kind === status.pressure ? 1 : 2;
  }
  switch (byte) {
    case status.timeCode:
    case status.songSelect:
      return 1;
    case status.songPosition:
      return 2;
    case status.tuneRequest:
    case status.tick:
    case status.start:
    case status.continue:
    case status.stop:
    case status.sensing:
    case status.reset:
      return 0;
    default:
      return null;
  }
}
