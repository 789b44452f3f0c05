import { BlockList, isIPv4 } from 'node:net';

export type Ipv4 = readonly [number, number, number, number];

export interface Interface {
  readonly family: string;
  readonly address: string;
  readonly cidr: string | null;
  readonly internal: boolean;
}

/**
 * The address at which `peer` finds us, where we listen on all: that of the network both are in, else the first that leads out
 * of this machine.
 */
export function ownAddress(interfaces: readonly Interface[], peer: string): string {
  const candidates = interfaces.filter(({ family }) => family === 'IPv4');
  const shared = candidates.find(({ cidr }) => cidr !== null && isIn(cidr, peer));
  return (shared ?? candidates.find(({ internal }) => !internal))?.address ?? '127.0.0.1';
}

function isIn(cidr: string, peer: string): boolean {
  const [network = '', bits] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(bits), 'ipv4');
  return isIPv4(peer) && list.check(peer, 'ipv4');
}

/** Four numbers, as packets carry it. */
export function numbersOf(address: string): Ipv4 {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return [a, b, c, d];
}
