import { BlockList, isIP } from 'node:net';
import { failure } from './error.ts';

/** Where an address leads: to this machine, to the networks around it, or out into the world. */
type HostReach = 'loopback' | 'private' | 'public';

/** The operator's word on private hosts: whether this address may be reached all the same. */
export type PrivateHosts = (address: string) => boolean;

const flag = '--allow-private-hosts';

const loopback = listOf(['127.0.0.0/8', '::1/128']);

/** IANA's special-purpose registries (RFC 6890 and its successors), multicast, and where clouds keep their secrets. */
const around = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  // Azure's own services, metadata among them, behind a public number.
  '168.63.129.16/32',
  // With the old way to write IPv4 as IPv6 (RFC 4291 §2.5.5.1).
  '::/96',
  // IPv4 written as IPv6: what is behind cannot be told from here.
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
]);

/** `address` is an IPv4 or IPv6 address; what is neither counts as private. A listener on all addresses is private, too. */
export function reachOf(address: string): HostReach {
  const plain = plainOf(address);
  if (isIP(plain) === 0) return 'private';
  if (isIn(loopback, plain)) return 'loopback';
  return isIn(around, plain) ? 'private' : 'public';
}

/** Reads the entries of `--allow-private-hosts`: addresses, networks, `all`. Throws `E_OPTION_INVALID`. */
export function privateHosts(entries: readonly string[]): PrivateHosts {
  if (entries.includes('all')) return () => true;
  const wrong = entries.find((entry) => !isNetwork(entry));
  if (wrong !== undefined)
    throw failure(
      'E_OPTION_INVALID',
      `"${wrong}" is neither an address nor a network; write 192.168.1.20, 10.0.0.0/24 or all with ${flag}`,
      { given: wrong },
    );
  const list = listOf(entries);
  return (address) => isIP(plainOf(address)) !== 0 && isIn(list, plainOf(address));
}

/**
 * Throws `E_HOST_PRIVATE` unless all addresses to which `host` was resolved may be reached: loopback and public ones always,
 * private ones where the operator allows them. Whoever connects afterwards uses one of these addresses, not the name.
 */
export function checkReach(host: string, addresses: readonly string[], allowed: PrivateHosts): void {
  const refused = addresses.find((address) => reachOf(address) === 'private' && !allowed(address));
  if (refused === undefined) return;
  const via = refused === host ? '' : ` (${refused})`;
  throw failure('E_HOST_PRIVATE', `${host}${via} is on a private network, which a show may not reach`, {
    host,
    address: refused,
  });
}

/** How the daemon tells its runners what the operator allows; no show file can. */
export const PRIVATE_HOSTS_VARIABLE = 'REVERIE_ALLOW_PRIVATE_HOSTS';

/** In a runner: what the operator allows. */
export function privateHostsOf(environment: Readonly<Record<string, string | undefined>>): PrivateHosts {
  const text = environment[PRIVATE_HOSTS_VARIABLE] ?? '';
  return privateHosts(text.split(',').filter((entry) => entry !== ''));
}

function isNetwork(entry: string): boolean {
  const [address = '', prefix, more] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function listOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const version = isIP(address);
    const family = version === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(address, prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix), family);
  }
  return list;
}

/** Brackets of a URL and the zone of a link-local address are left away, IPv4 in IPv6 (RFC 4291 §2.5.5) is taken out. */
function plainOf(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  const value = parseInt(high, 16) * 65_536 + parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
