import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReverieError } from '../../../src/contract/error.ts';
import { checkReach, privateHosts, privateHostsOf, reachOf } from '../../../src/contract/host-reach.ts';

const nobody = privateHosts([]);

describe('where an address leads', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:0:0:1',
  ])('%s is this machine', (address) => expect(reachOf(address)).toBe('loopback'));

  test.each([
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.20',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '239.1.1.1',
    '255.255.255.255',
    '::',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:10.0.0.1',
    '0:0:0:0:0:ffff:0a00:0001',
    '::ffff:a9fe:a9fe',
    '::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
  ])('%s is a network around it', (address) => expect(reachOf(address)).toBe('private'));

  test.each(['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s is out in the world',
    (address) => expect(reachOf(address)).toBe('public'),
  );

  test.each(['', 'camera.local', '1.2.3', '0x7f.1'])('"%s" is no address and not trusted', (text) =>
    expect(reachOf(text)).toBe('private'),
  );

  test('any text gets an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
        expect(['loopback', 'private', 'public']).toContain(reachOf(text));
      }),
    );
  });
});

describe('what a show may reach', () => {
  const reaching = (addresses: readonly string[], allowed = nobody) => {
    try {
      checkReach('camera.local', addresses, allowed);
      return null;
    } catch (error) {
      return error instanceof ReverieError ? error : null;
    }
  };

  test('is this machine and the world', () => {
    expect(reaching(['127.0.0.1', '8.8.8.8'])).toBeNull();
  });

  test('is no private host, and the error names it and the flag that helps', () => {
    const error = reaching(['8.8.8.8', '192.168.1.20']);
    expect(error?.code).toBe('E_HOST_PRIVATE');
    expect(error?.message).toContain('camera.local (192.168.1.20)');
    expect(error?.remedy).toContain('--allow-private-hosts');
  });

  test('is also what the operator lists, and nothing beside it', () => {
    const allowed = privateHosts(['192.168.1.0/24', 'fd00::7']);
    expect(reaching(['192.168.1.20', 'fd00::7', '::ffff:192.168.1.9'], allowed)).toBeNull();
    expect(reaching(['192.168.2.20'], allowed)?.code).toBe('E_HOST_PRIVATE');
    expect(reaching(['fd00::8'], allowed)?.code).toBe('E_HOST_PRIVATE');
  });

  test('is everything where the operator says all', () => {
    expect(reaching(['169.254.169.254', 'fe80::1%eth0'], privateHosts(['all']))).toBeNull();
  });

  test.each(['camera.local', '10.0.0.0/33', '10.0.0.0/8/8', ''])(
    '"%s" is nothing an operator can allow',
    (entry) => {
      expect(() => privateHosts([entry])).toThrow('--allow-private-hosts');
    },
  );

  test('comes to a runner by its environment', () => {
    expect(privateHostsOf({})('10.0.0.1')).toBe(false);
    expect(privateHostsOf({ REVERIE_ALLOW_PRIVATE_HOSTS: '10.0.0.0/8,fd00::/8' })('10.0.0.1')).toBe(true);
  });
});
