import { isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** Whether a listener on this address is heard by its own machine only. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether a listener on this address is heard on all addresses of its machine. */
export function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The same port of one machine as it is reached from outside, best first; none where it listens to itself only. */
export function reachableAt(
  host: string,
  port: number,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): readonly string[] {
  if (isLoopbackHost(host)) return [];
  if (!isEverywhere(host)) return [urlOf(host, port)];
  const outward = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal);
  const ipv4 = outward.filter(({ family }) => family === 'IPv4');
  // An IPv6 address of one cable only (fe80::…) needs a zone, which no browser takes.
  const ipv6 = outward.filter(
    ({ family, address }) => host === '::' && family === 'IPv6' && !address.startsWith('fe80:'),
  );
  return [...ipv4, ...ipv6].map(({ address }) => urlOf(address, port));
}

export function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
