import { describe, expect, test } from 'vitest';
import { encodeOsc } from '../../../../src/protocols/osc/encode.ts';
import type { OscArgument } from '../../../../src/protocols/osc/packet.ts';
import { bundle, hex, message, text } from './vectors.ts';

describe('an encoded packet', () => {
  test('has the bytes of the specification', () => {
    const args: OscArgument[] = [
      { type: 'i', value: -7 },
      { type: 'f', value: 0.5 },
      { type: 's', value: 'héllo' },
      { type: '[', value: [{ type: 'h', value: -2n }, { type: 'T' }] },
      { type: 'b', value: Uint8Array.of(1, 2, 3) },
      { type: 'r', value: '#ff8000' },
      { type: 'm', value: [0, 0x90, 60, 100] },
    ];
    const values = [
      hex('fffffff9'),
      hex('3f000000'),
      text('héllo'),
      hex('ffffffff fffffffe'),
      hex('00000003 01020300'),
      hex('ff8000ff'),
      hex('00903c64'),
    ];
    expect(encodeOsc({ address: '/a', args })).toEqual(message('/a', 'ifs[hT]brm', ...values));
  });

  test('puts the size before each element of a bundle', () => {
    const packet = {
      timetag: { seconds: 1, fraction: 2 },
      elements: [
        { address: '/a', args: [] },
        { timetag: { seconds: 0, fraction: 1 }, elements: [] },
      ],
    };
    expect(encodeOsc(packet)).toEqual(bundle([message('/a', ''), bundle([])], hex('00000001 00000002')));
  });
});

describe('a value that does not fit its type', () => {
  const misfits: OscArgument[] = [
    { type: 'i', value: 0.5 },
    { type: 'i', value: 2 ** 31 },
    { type: 'h', value: 2n ** 63n },
    { type: 's', value: 'a\0b' },
    { type: 'c', value: 'ab' },
    { type: 'r', value: 'red' },
    { type: 'm', value: [0, 256, 0, 0] },
    { type: 't', value: { seconds: -1, fraction: 0 } },
  ];
  test.each(misfits)('is refused: $type $value', (argument) => {
    expect(() => encodeOsc({ address: '/a', args: [argument] })).toThrow(RangeError);
  });

  test('is refused where it is the address', () => {
    expect(() => encodeOsc({ address: 'a', args: [] })).toThrow(RangeError);
    expect(() => encodeOsc({ address: '/a b', args: [] })).toThrow(RangeError);
  });
});
