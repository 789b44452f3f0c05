import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { isLoopbackHost, reachableAt } from '../../../../src/server/access/reach.ts';

const info = (family: 'IPv4' | 'IPv6', address: string, internal = false): NetworkInterfaceInfo =>
  family === 'IPv4'
    ? { family, address, internal, netmask: '', mac: '', cidr: null }
    : { family, address, internal, netmask: '', mac: '', cidr: null, scopeid: 0 };

const interfaces = {
  lo: [info('IPv4', '127.0.0.1', true), info('IPv6', '::1', true)],
  wifi: [info('IPv4', '192.168.1.5'), info('IPv6', 'fe80::1'), info('IPv6', '2001:db8::5')],
};

test('other machines reach every outward address of a listener on all of them', () => {
  expect(reachableAt('0.0.0.0', 8000, interfaces)).toEqual(['http://192.168.1.5:8000']);
  expect(reachableAt('::', 8000, interfaces)).toEqual([
    'http://192.168.1.5:8000',
    'http://[2001:db8::5]:8000',
  ]);
  expect(reachableAt('10.1.2.3', 9000, interfaces)).toEqual(['http://10.1.2.3:9000']);
});

test('nobody reaches a listener on the loopback', () => {
  for (const host of ['127.0.0.1', '127.3.2.1', 'localhost', '::1']) {
    expect(isLoopbackHost(host)).toBe(true);
    expect(reachableAt(host, 8000, interfaces)).toEqual([]);
  }
  for (const host of ['0.0.0.0', '::', '192.168.1.5', '127.example.org'])
    expect(isLoopbackHost(host)).toBe(false);
});
