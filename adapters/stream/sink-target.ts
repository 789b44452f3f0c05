import { isIP, isIPv6 } from 'node:net';
import { failure } from '../../src/contract/error.ts';
import { checkReach, type PrivateHosts } from '../../src/contract/host-reach.ts';
import { readAddress, shownAddress, type StreamAddress } from './address.ts';
import { resolveByName, type Resolve } from './place.ts';

/** Where a stream goes. */
export interface SinkTarget extends StreamAddress {
  /** What is called or listened on: the address that was looked at, not its name. */
  readonly address: string;
  /** As errors and status call it, without keys and passwords. */
  readonly name: string;
}

/** Throws `E_STREAM_URL`, `E_HOST_PRIVATE`, or `E_SINK_LOST` where the name is not known. */
export async function sinkTarget(
  url: string,
  allowed: PrivateHosts,
  resolve: Resolve = resolveByName,
): Promise<SinkTarget> {
  const read = readAddress(url);
  const name = shownAddress(url);
  const target = read.scheme === 'udp' ? { ...read, listens: false } : read;
  const problem = refusalOf(target);
  if (problem !== null) throw failure('E_STREAM_URL', `${name}: ${problem}`);
  // A listener without a host is there for this machine alone.
  const host = target.host === '' ? '127.0.0.1' : target.host;
  const addresses = isIP(host) === 0 ? await resolved(host, name, resolve) : [host];
  checkReach(host, addresses, allowed);
  return { ...target, host, address: addresses[0] ?? host, name };
}

/** An address as it stands in a URL. */
export function inUrl(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

function refusalOf({ scheme, listens, path }: StreamAddress): string | null {
  switch (scheme) {
    case 'srt':
      return null;
    case 'udp':
      return null;
    case 'rtmp':
    case 'rtmps':
      if (listens)
        return 'RTMP is sent to a server, it does not wait for players; use srt with mode=listener';
      return /^\/[^/]+\/.+/.test(path) ? null : 'it names an application and a stream: rtmp://host/app/key';
    case 'rtsp':
    case 'rtsps':
      if (listens)
        return 'RTSP is sent to a server, it does not wait for players; let them fetch /stream/NODE.ts';
      return path.length > 1 ? null : 'it names a path: rtsp://host/path';
    default:
      return `nothing is sent by ${scheme}; use srt, rtsp, rtmp or udp, or let players fetch /stream/NODE.ts`;
  }
}

async function resolved(host: string, name: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (error) {
    throw failure('E_SINK_LOST', `${name}: there is no host "${host}"`, null, error);
  }
}
