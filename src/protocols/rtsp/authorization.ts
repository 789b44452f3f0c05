import { createHash } from 'node:crypto';

/** Who asks, as a URL holds it. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** What is asked: part of what a digest is made of. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  /** Any text that was not used before. */
  readonly nonce: string;
}

/** `user:password` of a URL, where `%` stands before what a URL cannot hold; null where there is none. */
export function loginOf(text: string): Login | null {
  if (text === '') return null;
  const [user = '', ...rest] = text.split(':');
  return { user: plain(user), password: plain(rest.join(':')) };
}

/**
 * The `Authorization` that answers a server's challenges (RFC 7617, RFC 7616 with MD5 and SHA-256): the digest where both are offered. Null
 * where we know none of its ways.
 */
export function authorize(challenges: readonly string[], login: Login, asked: Asked): string | null {
  const digest = challenges.find((challenge) => /^digest\s/i.test(challenge));
  if (digest !== undefined) return digestOf(fieldsOf(digest), login, asked);
  if (challenges.some((challenge) => /^basic\b/i.test(challenge)))
    return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  return null;
}

function digestOf(
  fields: ReadonlyMap<string, string>,
  { user, password }: Login,
  { method, url, nonce: own }: Asked,
): string | null {
  const algorithm = fields.get('algorithm') ?? 'MD5';
  const kind = { md5: 'md5', 'sha-256': 'sha256' }[algorithm.toLowerCase()];
  const [realm, nonce] = [fields.get('realm'), fields.get('nonce')];
  if (kind === undefined || realm === undefined || nonce === undefined) return null;
  const hash = (text: string): string => createHash(kind).update(text).digest('hex');
  const [who, what] = [hash(`${user}:${realm}:${password}`), hash(`${method}:${url}`)];
  const protects = (fields.get('qop') ?? '').split(',').some((each) => each.trim() === 'auth');
  const response = hash(
    protects ? `${who}:${nonce}:00000001:${own}:auth:${what}` : `${who}:${nonce}:${what}`,
  );
  const opaque = fields.get('opaque');
  const parts = [
    `username="${quoted(user)}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${url}"`,
    `response="${response}"`,
    ...(fields.has('algorithm') ? [`algorithm=${algorithm}`] : []),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(protects ? [`qop=auth`, `nc=00000001`, `cnonce="${own}"`] : []),
  ];
  return `Digest ${parts.join(', ')}`;
}

/** Values stay as they are written between their quotes. */
function fieldsOf(challenge: string): ReadonlyMap<string, string> {
  const pairs = challenge.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g);
  return new Map([...pairs].map(([, name = '', text, word = '']) => [name.toLowerCase(), text ?? word]));
}

function quoted(text: string): string {
  return text.replaceAll(/["\\]/g, '\\$&').replaceAll(/[\r\n]/g, '');
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
