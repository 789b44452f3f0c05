import { BlockList, isIP } from 'node:net';
import { failure } from '../../contract/error.ts';

/** Verdicts kept; a sender on a network that changes its address for every packet must not fill memory. */
const MAX_REMEMBERED = 1024;

const thisMachine = ['127.0.0.0/8', '::1'];

/** Who may send: this machine always, others only where `allow`, given with `flag`, lists them or their network. */
export function senderCheck(allow: readonly string[], flag: string): (address: string) => boolean {
  return addressCheck([...thisMachine, ...allow], flag);
}

/** Whether an address is one of `entries`, which are addresses and networks given with `flag`. */
export function addressCheck(entries: readonly string[], flag: string): (address: string) => boolean {
  if (entries.length === 0) return () => false;
  const list = new BlockList();
  for (const entry of entries) addEntry(list, entry, flag);
  const verdicts = new Map<string, boolean>();
  return (address) => {
    const known = verdicts.get(address);
    if (known !== undefined) return known;
    const verdict = list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
    if (verdicts.size >= MAX_REMEMBERED) verdicts.clear();
    verdicts.set(address, verdict);
    return verdict;
  };
}

function addEntry(list: BlockList, entry: string, flag: string): void {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const version = isIP(address);
  const bits = prefix === undefined ? null : Number(prefix);
  if (version === 0 || (bits ?? 0) > (version === 4 ? 32 : 128)) {
    throw failure(
      'E_OPTION_INVALID',
      `"${entry}" is neither an address nor a network; write 192.168.1.20 or 10.0.0.0/24 with ${flag}`,
      { entry },
    );
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (bits === null) list.addAddress(address, family);
  else list.addSubnet(address, bits, family);
}

/** A socket that takes both families shows IPv4 senders as `::ffff:192.168.1.20`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
