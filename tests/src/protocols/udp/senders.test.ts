import { describe, expect, test } from 'vitest';
import { plainAddress, senderCheck } from '../../../../src/protocols/udp/senders.ts';

describe('who may send', () => {
  test('this machine always may, and nobody else unless listed', () => {
    const maySend = senderCheck([], '--osc-allow');
    expect(['127.0.0.1', '127.3.2.1', '::1'].map(maySend)).toEqual([true, true, true]);
    expect(['192.168.1.20', '10.0.0.1', 'fe80::1', '::2'].map(maySend)).toEqual([false, false, false, false]);
  });

  test('a listed address may, and so may a listed network', () => {
    const maySend = senderCheck(['192.168.1.20', '10.0.0.0/24', 'fd00::/8'], '--osc-allow');
    expect(['192.168.1.20', '10.0.0.7', 'fd12::1'].map(maySend)).toEqual([true, true, true]);
    expect(['192.168.1.21', '10.0.1.7', 'fe80::1'].map(maySend)).toEqual([false, false, false]);
  });

  test('the answer is the same the second time, and after a thousand others asked', () => {
    const maySend = senderCheck(['10.0.0.1'], '--osc-allow');
    for (let host = 0; host < 3000; host++) maySend(`10.1.${host >> 8}.${host & 255}`);
    expect([maySend('10.0.0.1'), maySend('10.0.0.1'), maySend('10.1.0.1')]).toEqual([true, true, false]);
  });

  test.each(['', 'all', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/x', 'fd00::/129', '10.0.0.0/8/8x'])(
    '"%s" is refused as an entry',
    (entry) => {
      expect(() => senderCheck([entry], '--osc-allow')).toThrowError(
        expect.objectContaining({ code: 'E_OPTION_INVALID' }),
      );
    },
  );

  test('an address counts as what it is, however it is written', () => {
    const maySend = senderCheck(['192.168.1.20', '10.0.0.0/24'], '--osc-allow');
    const allowed = ['::ffff:192.168.1.20', '::ffff:c0a8:114', '::ffff:10.0.0.7', '::ffff:127.0.0.1'];
    expect(allowed.map(maySend)).toEqual([true, true, true, true]);
    const strangers = ['::ffff:192.168.1.21', '::ffff:a00:107', '::192.168.1.20', '64:ff9b::c0a8:114', ''];
    expect(strangers.map(maySend)).toEqual([false, false, false, false, false]);
  });

  test('a neighbour on the same cable is one of its network, by whichever interface it comes', () => {
    const maySend = senderCheck(['fe80::/10'], '--osc-allow');
    expect(['fe80::1', 'fe80::1%eth0', 'fec0::1%eth0'].map(maySend)).toEqual([true, true, false]);
  });

  test('an IPv4 sender on a socket for both families keeps its IPv4 address', () => {
    expect(plainAddress('::ffff:192.168.1.20')).toBe('192.168.1.20');
    expect(plainAddress('fd12::1')).toBe('fd12::1');
  });
});
