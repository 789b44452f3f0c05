import { expect, test } from 'vitest';
import { ownAddress } from '../../../adapters/artnet/own-address.ts';

const interfaces = [
  { family: 'IPv4', address: '127.0.0.1', cidr: '127.0.0.1/8', internal: true },
  { family: 'IPv6', address: 'fe80::1', cidr: 'fe80::1/64', internal: false },
  { family: 'IPv4', address: '192.168.1.4', cidr: '192.168.1.4/24', internal: false },
  { family: 'IPv4', address: '2.0.0.4', cidr: '2.0.0.4/8', internal: false },
];

test.each([
  ['2.7.8.9', '2.0.0.4'],
  ['192.168.1.77', '192.168.1.4'],
  ['127.0.0.1', '127.0.0.1'],
  ['10.1.1.1', '192.168.1.4'],
])('a desk at %s is told %s', (peer, address) => {
  expect(ownAddress(interfaces, peer)).toBe(address);
});

test('without any network there is this machine', () => {
  expect(ownAddress([], '10.1.1.1')).toBe('127.0.0.1');
});
