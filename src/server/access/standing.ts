import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { isLoopbackName } from '../host-name.ts';

/** What of a request decides whether it must show a token. */
export interface Caller {
  /** Address of the other end of the connection. */
  readonly address: string | undefined;
  /** As Node tells it: `1.1`. */
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
}

/** Headers by which proxies, tunnels and load balancers say that they speak for somebody; `x-forwarded-…` all the same. */
const forwarding = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-ray',
  'fly-client-ip',
  'ngrok-auth-user-id',
]);

/**
 * Whether a request comes from this machine itself: by a loopback connection, to a loopback name, and not handed on by a
 * proxy or tunnel that runs here and speaks for a stranger. Only such a request needs no token, whatever the server listens on.
 */
export function isFromThisMachine(caller: Caller): boolean {
  const { address, headers } = caller;
  return isLoopbackAddress(address ?? '') && isLoopbackName(headers.host ?? '') && !isHandedOn(caller);
}

// nginx with nothing but a `proxy_pass` asks for `localhost` by HTTP/1.0 and adds no header; no browser has spoken that for decades.
function isHandedOn({ httpVersion, headers }: Caller): boolean {
  const says = (name: string): boolean => forwarding.has(name) || name.startsWith('x-forwarded');
  return httpVersion === '1.0' || Object.keys(headers).some(says);
}

/** `127.0.0.0/8`, `::1`, and how a socket of both families writes the former. */
function isLoopbackAddress(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

/** The token of `Authorization: Bearer …`; null where there is no such header. */
export function bearerOf(headers: IncomingHttpHeaders): string | null {
  return /^Bearer +([\x21-\x7e]{1,200})$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** The password of `Authorization: Basic …`, as players send what stands in `http://user:password@host`; null where there is none. */
export function passwordOf(headers: IncomingHttpHeaders): string | null {
  const coded = /^Basic +([A-Za-z0-9+/=]{1,600})$/i.exec(headers.authorization ?? '')?.[1];
  if (coded === undefined) return null;
  const pair = Buffer.from(coded, 'base64').toString('latin1');
  const colon = pair.indexOf(':');
  return colon === -1 ? null : pair.slice(colon + 1);
}

export function cookieOf(headers: IncomingHttpHeaders, name: string): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name) return value.slice(0, 200);
  }
  return null;
}
