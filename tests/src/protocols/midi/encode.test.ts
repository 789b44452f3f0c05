import { expect, test } from 'vitest';
import { encodeMidi, splitMidi } from '../../../../src/protocols/midi/encode.ts';

const refusal = expect.objectContaining({ code: 'E_MIDI_MESSAGE' });

test.each([
  [
    ['note', 1, 60, 127],
    [0x90, 60, 127],
  ],
  [
    ['note', 1, 60, 0],
    [0x90, 60, 0],
  ],
  [
    ['poly', 2, 60, 5],
    [0xa1, 60, 5],
  ],
  [
    ['cc', 16, 74, 1],
    [0xbf, 74, 1],
  ],
  [
    ['cc14', 1, 1, 8193],
    [0xb0, 1, 64, 0xb0, 33, 1],
  ],
  [
    ['nrpn', 1, 130, 8197],
    [0xb0, 99, 1, 0xb0, 98, 2, 0xb0, 6, 64, 0xb0, 38, 5],
  ],
  [
    ['rpn', 1, 1, 8192],
    [0xb0, 101, 0, 0xb0, 100, 1, 0xb0, 6, 64, 0xb0, 38, 0],
  ],
  [
    ['pitch', 1, 0, 8192],
    [0xe0, 0, 64],
  ],
  [
    ['pressure', 3, 0, 9],
    [0xd2, 9],
  ],
  [
    ['program', 4, 0, 7],
    [0xc3, 7],
  ],
] as const)('%j is sent as %j', ([kind, channel, number, value], bytes) => {
  expect(encodeMidi(kind, channel, number, value)).toEqual(bytes);
});

test.each([
  ['note', 0, 60, 1, 'channel'],
  ['note', 17, 60, 1, 'channel'],
  ['note', 1, 128, 1, 'note'],
  ['cc', 1, 1, 300, 'value'],
  ['cc', 1, 1, 0.5, 'value'],
  ['cc', 1, 1, Number.NaN, 'value'],
  ['cc14', 1, 32, 0, 'controller'],
  ['pitch', 1, 0, 16_384, 'value'],
  ['program', 1, 0, -1, 'program'],
] as const)('%s on %d, %d, %d is refused, naming the %s', (kind, channel, number, value, word) => {
  expect(() => encodeMidi(kind, channel, number, value)).toThrow(refusal);
  expect(() => encodeMidi(kind, channel, number, value)).toThrow(word);
});

test('bytes are split into messages, of which each is whole', () => {
  expect(splitMidi([0x90, 60, 127, 0xc0, 1, 0xf8, 0xf0, 1, 2, 0xf7, 0xb0, 1, 2])).toEqual([
    [0x90, 60, 127],
    [0xc0, 1],
    [0xf8],
    [0xf0, 1, 2, 0xf7],
    [0xb0, 1, 2],
  ]);
});

// RtMidi sends the first as 44, and the next two as they are.
test.each([
  [[300], 'status byte'],
  [[], 'at least one byte'],
  [[60], 'status byte'],
  [[0x90, 60], 'missing'],
  [[0x90, 60, 128], '0x80'],
  [[0x90, 60, 1, 2], 'status byte'],
  [[0x90, 60, '1'], 'no number'],
  [[0x90, 60, 0.5], '0.5'],
  [[0xf4], 'undefined'],
  [[0xf7], 'undefined'],
  [[0xf0, 1, 2], 'missing'],
  [[0xf0, 1, 0x90, 0xf7], '0x90'],
  [[0xf0, ...new Array<number>(2000).fill(1), 0xf7], 'longer'],
])('%j is not sent: %s', (bytes, word) => {
  expect(() => splitMidi(bytes)).toThrow(refusal);
  expect(() => splitMidi(bytes)).toThrow(word);
});
