import { describe, expect, test } from 'vitest';
import { MidiDecoder } from '../../../../src/protocols/midi/decode.ts';
import type { MidiEvent } from '../../../../src/protocols/midi/event.ts';

/** `note 1 60 127`, `clock tick`: what bytes in hex mean, each piece read by itself. */
function heard(...pieces: string[]): string[] {
  const decoder = new MidiDecoder();
  return pieces.flatMap((piece) => decoder.read(Buffer.from(piece.replaceAll(' ', ''), 'hex')).map(words));
}

function words(event: MidiEvent): string {
  if (event.kind !== 'clock') {
    const bank = event.bank === null ? '' : ` of bank ${event.bank}`;
    return `${event.kind} ${event.channel} ${event.number} ${event.value}${bank}`;
  }
  return event.what === 'position' ? `position ${event.sixteenths}` : event.what;
}

// Status bytes and their data: Complete MIDI 1.0 Detailed Specification, tables I to V.
test.each([
  ['90 3c 64', 'note 1 60 100'],
  ['9f 00 7f', 'note 16 0 127'],
  ['90 3c 00', 'note 1 60 0'],
  ['80 3c 40', 'note 1 60 0'],
  ['a2 3c 21', 'poly 3 60 33'],
  ['b0 4a 7f', 'cc 1 74 127'],
  ['c3 05', 'program 4 0 5'],
  ['d0 50', 'pressure 1 0 80'],
  ['e0 00 40', 'pitch 1 0 8192'],
  ['ef 7f 7f', 'pitch 16 0 16383'],
  ['f8', 'tick'],
  ['fa', 'start'],
  ['fb', 'continue'],
  ['fc', 'stop'],
  ['f2 10 02', 'position 272'],
])('%s is %s', (bytes, meaning) => {
  expect(heard(bytes)).toEqual([meaning]);
});

describe('bytes as they come', () => {
  test('a status byte that is left out is the one before', () => {
    expect(heard('90 3c 64 3e 65 3c 00')).toEqual(['note 1 60 100', 'note 1 62 101', 'note 1 60 0']);
  });

  test('a message may come in pieces', () => {
    expect(heard('90', '3c', '64', '3e', '65')).toEqual(['note 1 60 100', 'note 1 62 101']);
  });

  test('a clock tick in the midst of a message disturbs nothing', () => {
    expect(heard('90 f8 3c f8 64')).toEqual(['tick', 'tick', 'note 1 60 100']);
  });

  test('system exclusive is left out and counted, ticks inside it are heard', () => {
    const decoder = new MidiDecoder();
    expect(decoder.read(Buffer.from('f0430010f84100f7903c64', 'hex')).map(words)).toEqual([
      'tick',
      'note 1 60 100',
    ]);
    expect(decoder.counts).toEqual({ messages: 3, sysex: 1, ignored: 0, malformed: 0 });
  });

  test('after a system message a status byte is needed again', () => {
    const decoder = new MidiDecoder();
    expect(decoder.read(Buffer.from('903c64f300406490', 'hex')).map(words)).toEqual(['note 1 60 100']);
    expect(decoder.counts).toMatchObject({ ignored: 1, malformed: 2 });
  });

  test('active sensing, reset, time code and tune request are left out and counted', () => {
    const decoder = new MidiDecoder();
    expect(decoder.read(Buffer.from('fefff100f6f301', 'hex'))).toEqual([]);
    expect(decoder.counts).toEqual({ messages: 5, sysex: 0, ignored: 5, malformed: 0 });
  });

  test.each([
    ['data without a status', '4000'],
    ['a message cut short', '903c b0 07 7f'],
    ['undefined statuses', 'f4 f5 f9 fd'],
    ['the end of a system exclusive message that never began', 'f7'],
    ['a system exclusive message without end', 'f0 41 90 3c 64'],
  ])('%s is counted as malformed, and what follows is heard', (_what, bytes) => {
    const decoder = new MidiDecoder();
    decoder.read(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
    expect(decoder.counts.malformed).toBeGreaterThan(0);
    expect(decoder.read(Buffer.from('b0010a', 'hex')).map(words)).toEqual(['cc 1 1 10']);
  });
});

describe('fourteen bits', () => {
  test('a controller whose low half follows its high half is one of 14 bits as well', () => {
    expect(heard('b0 01 40 b0 21 01')).toEqual(['cc 1 1 64', 'cc 1 33 1', 'cc14 1 1 8193']);
  });

  test('then the low half alone is enough, and the high half alone sets the low one to zero', () => {
    expect(heard('b0 01 40', 'b0 21 01', 'b0 21 02', 'b0 01 41').slice(3)).toEqual([
      'cc 1 33 2',
      'cc14 1 1 8194',
      'cc 1 1 65',
      'cc14 1 1 8320',
    ]);
  });

  test('knobs that have nothing to do with each other are no pair, on whatever channel', () => {
    expect(heard('b0 21 01', 'b0 01 40', 'b0 07 01', 'b0 21 03', 'b1 21 03')).toEqual([
      'cc 1 33 1',
      'cc 1 1 64',
      'cc 1 7 1',
      'cc 1 33 3',
      'cc 2 33 3',
    ]);
  });
});

describe('parameters', () => {
  const only = (kind: string, pieces: string[]): string[] =>
    heard(...pieces).filter((line) => line.startsWith(kind));

  test('a parameter takes its data in both halves, or in the coarse one alone', () => {
    expect(only('nrpn', ['b0 63 01', 'b0 62 02', 'b0 06 40', 'b0 26 05', 'b0 06 41'])).toEqual([
      'nrpn 1 130 8192',
      'nrpn 1 130 8197',
      'nrpn 1 130 8320',
    ]);
  });

  test('the fine half of its number may come first', () => {
    expect(only('nrpn', ['b0 62 02', 'b0 63 01', 'b0 06 40'])).toEqual(['nrpn 1 130 8192']);
  });

  test('registered parameters are told apart', () => {
    expect(only('rpn', ['b3 65 00 64 01', 'b3 06 40 26 00'])).toEqual(['rpn 4 1 8192', 'rpn 4 1 8192']);
    expect(only('nrpn', ['b3 63 01 62 02', 'b3 65 00 64 01', 'b3 06 40'])).toEqual([]);
  });

  test('increment and decrement go on from where the parameter was, and not past its ends', () => {
    expect(
      only('nrpn', ['b0 63 00 62 07', 'b0 06 7f 26 7e', 'b0 60 00', 'b0 60 00', 'b0 61 00']).slice(2),
    ).toEqual(['nrpn 1 7 16383', 'nrpn 1 7 16383', 'nrpn 1 7 16382']);
    expect(only('nrpn', ['b0 63 00 62 08', 'b0 61 00'])).toEqual(['nrpn 1 8 0']);
  });

  test('each parameter goes on from its own value', () => {
    expect(
      only('nrpn', ['b0 63 00 62 01 06 10', 'b0 62 02 06 20', 'b0 62 01 60 00', 'b0 62 02 60 00']),
    ).toEqual(['nrpn 1 1 2048', 'nrpn 1 2 4096', 'nrpn 1 1 2049', 'nrpn 1 2 4097']);
  });

  test('after the null parameter, data means nothing', () => {
    expect(only('nrpn', ['b0 63 01 62 02', 'b0 63 7f 62 7f', 'b0 06 40 60 00'])).toEqual([]);
    expect(only('rpn', ['b0 65 00 64 00', 'b0 65 7f 64 7f', 'b0 06 40'])).toEqual([]);
  });

  test('data without a parameter is a controller like any other', () => {
    expect(heard('b0 06 40', 'b0 60 00')).toEqual(['cc 1 6 64', 'cc 1 96 0']);
  });
});

test('a program change knows the bank that was selected on its channel', () => {
  expect(heard('b0 00 01 20 02', 'c0 05', 'c1 05').filter((line) => line.startsWith('program'))).toEqual([
    'program 1 0 5 of bank 130',
    'program 2 0 5',
  ]);
});

describe('notes that are down', () => {
  test('are let go by all-notes-off of their channel', () => {
    expect(heard('90 3c 64 3e 64', '91 40 64', '90 3e 00', 'b0 7b 00').slice(4)).toEqual([
      'cc 1 123 0',
      'note 1 60 0',
    ]);
  });

  test('are let go by release, each once', () => {
    const decoder = new MidiDecoder();
    decoder.read(Buffer.from('903c6495404091', 'hex'));
    expect(decoder.release().map(words)).toEqual(['note 1 60 0', 'note 6 64 0']);
    expect(decoder.release()).toEqual([]);
  });
});
