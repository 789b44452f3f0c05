import { expect, test } from 'vitest';
import { checkOscDoor } from '../../src/doors.ts';
import { defaultOptions } from '../../src/options.ts';

const options = defaultOptions('/home/ada');

test('OSC hears the network only where somebody said who may send', () => {
  for (const oscHost of ['0.0.0.0', '::', '192.168.1.5'])
    expect(() => checkOscDoor({ ...options, oscHost })).toThrow(/--osc-allow 192\.168\.1\.0\/24/);
  expect(() => checkOscDoor({ ...options, oscHost: '0.0.0.0', oscAllow: ['10.0.0.0/24'] })).not.toThrow();
});

test('OSC of this machine alone needs no such word', () => {
  for (const oscHost of ['127.0.0.1', '::1', 'localhost'])
    expect(() => checkOscDoor({ ...options, oscHost })).not.toThrow();
});
