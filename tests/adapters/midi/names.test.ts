import { expect, test } from 'vitest';
import { deviceName, isNamed, isOwnPort } from '../../../adapters/midi/names.ts';

// Port names as people's programs and settings quote them.
test.each([
  ['LPD8:LPD8 MIDI 1 20:0', 'LPD8'],
  ['LPD8:LPD8 MIDI 1 24:0', 'LPD8'],
  ['Launchpad Pro:Launchpad Pro MIDI 2 24:1', 'Launchpad Pro MIDI 2'],
  ['MIDIIN2 (Launchpad Pro)', 'Launchpad Pro MIDI 2'],
  ['MIDIOUT2 (Launchpad Pro)', 'Launchpad Pro MIDI 2'],
  ['nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0', 'nanoKONTROL2'],
  ['nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTR 28:0', 'nanoKONTROL2'],
  ['nanoKONTROL2:nanoKONTROL2 _ CTRL 20:0', 'nanoKONTROL2'],
  ['nanoKONTROL2 SLIDER/KNOB', 'nanoKONTROL2'],
  ['nanoKONTROL2 1 SLIDER/KNOB', 'nanoKONTROL2'],
  ['nanoKONTROL2 CTRL', 'nanoKONTROL2'],
  ['APC mini mk2:APC mini mk2 APC mini mk2 Contro 24:0', 'APC mini mk2'],
  ['APC mini mk2 Control', 'APC mini mk2'],
  ['APC mini mk2 Notes', 'APC mini mk2 Notes'],
  ['Launch Control', 'Launch Control'],
  ['2- LPD8', 'LPD8'],
  ['Midi Through:Midi Through Port-0 14:0', 'Midi Through Port-0'],
  ['LPD8-01:LPD8 MIDI 1', 'LPD8'],
  ['Client-128:out 128:0', 'Client-128 out'],
  ['IAC Driver Bus 1', 'IAC Driver Bus 1'],
  ['', 'MIDI'],
])('"%s" is called "%s"', (port, name) => {
  expect(deviceName(port)).toBe(name);
});

test('ports that RtMidi opened itself are known', () => {
  expect(isOwnPort('RtMidi Output Client:RtMidi Output 129:0')).toBe(true);
  expect(isOwnPort('RtMidi Input Client-01:RtMidi Input')).toBe(true);
  expect(isOwnPort('LPD8:LPD8 MIDI 1 20:0')).toBe(false);
});

test('a device is meant by its name, the beginning of it, or a star, whatever the capitals', () => {
  expect(isNamed('LPD8#2', ['lpd8'])).toBe(true);
  expect(isNamed('LPD8', ['lpd8#2'])).toBe(false);
  expect(isNamed('LPD8', ['*'])).toBe(true);
  expect(isNamed('LPD8', ['', 'nano'])).toBe(false);
});
