import { isIP } from 'node:net';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The name in a Host header or URL authority, lower case, without its port; null where it is no authority. */
function hostName(authority: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(authority);
  return match?.[1]?.toLowerCase() ?? null;
}

/** Whether it is a name or address and nothing more: no scheme, no port, no path. */
export function isPlainName(text: string): boolean {
  return hostName(text) === text.toLowerCase();
}

export function isLoopbackName(authority: string): boolean {
  const name = hostName(authority);
  return name !== null && LOOPBACK.has(name);
}

/** Under which names the server answers. */
export interface Names {
  /** Configured ones, lower case. */
  readonly allowed: ReadonlySet<string>;
  /**
   * Addresses count as names, since it listens beyond this machine. A page cannot point an address elsewhere as it can a name of
   * its own, so that nothing is won by guessing which of them are ours.
   */
  readonly addresses: boolean;
}

/**
 * Whether the server answers under this Host. A page of another site that points its own name at 127.0.0.1 (DNS rebinding)
 * carries its own name here, and is refused.
 */
export function hostAccepted(host: string | undefined, names: Names): boolean {
  const name = hostName(host ?? '');
  if (name === null) return false;
  return LOOPBACK.has(name) || names.allowed.has(name) || (names.addresses && isAddress(name));
}

/**
 * Whether a page of this origin may use the server: no page at all, our own (the Host it was asked under), one of this machine,
 * one that is configured.
 */
export function originAccepted(origin: string | undefined, host: string | undefined, names: Names): boolean {
  if (origin === undefined) return true;
  const authority = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
  if (authority === undefined) return false;
  return (
    authority.toLowerCase() === host?.toLowerCase() || hostAccepted(authority, { ...names, addresses: false })
  );
}

function isAddress(name: string): boolean {
  return isIP(name.startsWith('[') ? name.slice(1, -1) : name) !== 0;
}
