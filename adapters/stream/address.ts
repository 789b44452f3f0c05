import { failure, type ReverieError } from '../../src/contract/error.ts';

/** A stream's URL in its parts. */
export interface StreamAddress {
  readonly scheme: Scheme;
  /** `user:password` as it stands in the URL; empty where there is none. */
  readonly login: string;
  /** Name or address, IPv6 without its brackets; empty where the URL has none. */
  readonly host: string;
  readonly port: number;
  /** With its slash. */
  readonly path: string;
  /** Without what is ours: `mode` and `listen`. Values as they are meant, not as they are written. */
  readonly query: ReadonlyMap<string, string>;
  /** Waits for the other side instead of calling it. */
  readonly listens: boolean;
}

const ports = {
  rtsp: 554,
  rtsps: 322,
  srt: 9710,
  rtmp: 1935,
  rtmps: 443,
  udp: 1234,
  http: 80,
  https: 443,
} as const;

export type Scheme = keyof typeof ports;

/** Parts of an SRT or UDP address that are known; those of other schemes are the server's. */
const known: Partial<Record<Scheme, readonly string[]>> = {
  srt: ['latency', 'passphrase', 'pbkeylen', 'streamid'],
  udp: ['buffer_size', 'pkt_size', 'ttl'],
};

const shape = /^([a-z]+):\/\/(?:([^@/?]*)@)?(\[[^\]]*\]|[^:/?]*)(?::(\d{1,5}))?(\/[^?]*)?(?:\?(.*))?$/i;

/** Throws `E_STREAM_URL`. */
export function readAddress(url: string): StreamAddress {
  const [, word = '', login = '', bracketed = '', digits, path = '', text = ''] = shape.exec(url) ?? [];
  const scheme = word.toLowerCase();
  if (!isScheme(scheme)) throw wrong(url, 'it begins with none of rtsp, srt, rtmp, udp and http');
  const port = digits === undefined ? ports[scheme] : Number(digits);
  if (port < 1 || port > 65_535) throw wrong(url, 'a port is a number from 1 to 65535');
  if (scheme === 'srt' && digits === undefined) throw wrong(url, 'an SRT address names its port');
  const query = queryOf(url, text);
  const listens = listensAs(url, scheme, bracketed, query);
  if (bracketed === '' && !listens) throw wrong(url, 'it names no host');
  const names = known[scheme];
  const strange = names === undefined ? undefined : [...query.keys()].find((name) => !names.includes(name));
  if (strange !== undefined)
    throw wrong(url, `${scheme} knows no "${strange}"; there are mode, ${names?.join(', ') ?? ''}`);
  return { scheme, login, host: bracketed.replace(/^\[|\]$/g, ''), port, path, query, listens };
}

/** As people and logs may read it: without passwords, keys and tokens. */
export function shownAddress(url: string): string {
  const [, scheme, login, host, port, path = '', text] = shape.exec(url) ?? [];
  if (scheme === undefined) return 'The address';
  const user = login === undefined || login === '' ? '' : `${login.replace(/:.*/, ':…')}@`;
  // What stands after the application in an RTMP address is the key of who sends.
  const place = /^rtmps?$/i.test(scheme) ? path.replace(/^(\/[^/]*\/).+/, '$1…') : path;
  const query = (text ?? '')
    .split('&')
    .map((pair) => (/^(mode|listen|latency)(=|$)/.test(pair) ? pair : pair.replace(/=.*/, '=…')))
    .join('&');
  return `${scheme}://${user}${host ?? ''}${port === undefined ? '' : `:${port}`}${place}${query === '' ? '' : `?${query}`}`;
}

function queryOf(url: string, text: string): Map<string, string> {
  const pairs = text.split('&').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(pair) ?? [];
      return [name, decoded(url, value)];
    }),
  );
}

function decoded(url: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw wrong(url, 'a % in it is not followed by two digits; write %25');
  }
}

/** `mode=listener` as SRT has it, and `listen` for the others; takes what says so out of the query. */
function listensAs(url: string, scheme: Scheme, host: string, query: Map<string, string>): boolean {
  if (scheme === 'udp') return true;
  const mode = query.get('mode');
  const listen = query.get('listen');
  if (scheme === 'http' || scheme === 'https') return false;
  query.delete('mode');
  query.delete('listen');
  if (mode === 'rendezvous') throw wrong(url, 'rendezvous is not spoken here; one side is mode=listener');
  if (mode !== undefined && mode !== 'listener' && mode !== 'caller')
    throw wrong(url, 'mode is caller or listener');
  const listens = mode === 'listener' || (listen !== undefined && listen !== '0');
  if (listens && (scheme === 'rtsps' || scheme === 'rtmps'))
    throw wrong(url, `${scheme} cannot be listened to; use ${scheme.slice(0, -1)}`);
  // FFmpeg's own habit: no host is a listener.
  return listens || (scheme === 'srt' && host === '' && mode === undefined);
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(ports, text);
}

function wrong(url: string, why: string): ReverieError {
  return failure('E_STREAM_URL', `${shownAddress(url)}: ${why}`);
}
