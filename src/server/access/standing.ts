import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { isLoopbackName } from '../host-name.ts';

/** What of a request decides whether it must show a token. */
export interface Caller {
  /** Address of the other end of the connection. */
  readonly address: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const forwarding = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'via',
  'cf-connecting-ip',
];

/**
 * Whether a request comes from this machine itself: by a loopback connection, to a loopback name, and not handed on by a
 * proxy or tunnel that runs here and speaks for a stranger. Only such a request needs no token, whatever the server listens on.
 */
export function isFromThisMachine({ address, headers }: Caller): boolean {
  return (
    isLoopbackAddress(address ?? '') &&
    isLoopbackName(headers.host ?? '') &&
    forwarding.every((name) => headers[name] === undefined)
  );
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

export function cookieOf(headers: IncomingHttpHeaders, name: string): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name) return value.slice(0, 200);
  }
  return null;
}
