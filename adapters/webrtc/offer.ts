import { failure } from '../../src/contract/error.ts';
import { COLOR_SPACE_URI, PLAYOUT_DELAY_URI } from '../../src/protocols/rtp/header-extensions.ts';
import type { VideoCodec } from '../../src/protocols/rtp/payload.ts';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One way of coding video that the peer offers and we speak. */
export interface Format {
  readonly codec: VideoCodec;
  readonly payloadType: number;
  /** Its `a=fmtp` parameters, empty where it has none. */
  readonly parameters: string;
  /** Whether we can send it too: what we encode is of one profile, what we decode of any. */
  readonly sendable: boolean;
}

export interface MediaLine {
  readonly kind: 'video' | 'audio' | 'application' | 'other';
  readonly mid: string;
  /** Seen from the peer; `inactive` also where its port is 0. */
  readonly direction: Direction;
  /** It is sent in several encodings at once (RFC 8853, or the older a=ssrc-group:SIM). */
  readonly simulcast: boolean;
  /** Those of video that we speak, in the order of the offer. */
  readonly formats: readonly Format[];
  /** Numbers of the RTP header extensions that we use, by URI. */
  readonly extensions: ReadonlyMap<string, number>;
  /** The first format of the line whatever it is: what an inactive answer names. */
  readonly first: { readonly payloadType: number; readonly encoding: string } | null;
}

export interface Offer {
  readonly lines: readonly MediaLine[];
  /** Those that can be of use, `candidate:…`, with the mid of their m-line. */
  readonly candidates: readonly { readonly candidate: string; readonly mid: string }[];
  /** Of the ICE session that it begins; candidates that come later name one. */
  readonly iceUsers: readonly string[];
  /** The offer with what we do not use left out: what the library is given to read. */
  readonly sdp: string;
}

const MAX_LINES = 2_000;
const MAX_LINE_LENGTH = 2_000;
const MAX_MEDIA = 32;
/** Browsers gather under ten. */
export const MAX_CANDIDATES = 50;

/**
 * What the library reads of a session or media section; the rest of an offer (simulcast, header extensions, codecs of no use) never
 * reaches it. Candidates are added one by one.
 */
const knownAttributes = new Set([
  'group',
  'msid-semantic',
  'ice-ufrag',
  'ice-pwd',
  'ice-options',
  'ice-lite',
  'fingerprint',
  'setup',
  'mid',
  'sendrecv',
  'sendonly',
  'recvonly',
  'inactive',
  'rtcp-mux',
  'rtcp-rsize',
  'rtpmap',
  'fmtp',
  'rtcp-fb',
  'ssrc',
  'msid',
  'sctp-port',
  'sctpmap',
  'max-message-size',
]);

/**
 * Reads a WebRTC offer (RFC 8866, RFC 8829). Everything a stranger could send ends here: what is not an offer is refused with
 * `E_SESSION_OFFER`, naming what is wrong.
 */
export function readOffer(sdp: string): Offer {
  const lines = sdp.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length > MAX_LINES || lines.some((line) => line.length > MAX_LINE_LENGTH))
    throw wrong(`it has more than ${MAX_LINES} lines, or one of more than ${MAX_LINE_LENGTH} characters`);
  if (lines[0] !== 'v=0') throw wrong('it does not begin with v=0');
  // Control characters have no place in SDP, and what follows them is read differently by different readers.
  const odd = lines.find((line) => !/^[a-z]=[\x20-\x7e\x80-\u{10ffff}]*$/u.test(line));
  if (odd !== undefined) throw wrong(`line "${odd.slice(0, 40)}" is not of the form x=…`);
  const starts = lines.flatMap((line, index) => (line.startsWith('m=') ? [index] : []));
  if (starts.length === 0) throw wrong('it has no m-line');
  if (starts.length > MAX_MEDIA) throw wrong(`it has more than ${MAX_MEDIA} m-lines`);
  const session = lines.slice(0, starts[0]);
  const sections = starts.map((start, index) => lines.slice(start, starts[index + 1]));
  for (const needed of ['ice-ufrag', 'ice-pwd', 'fingerprint']) {
    const holds = (part: readonly string[]): boolean => attribute(part, needed) !== null;
    if (!holds(session) && !sections.some(holds)) throw wrong(`it has no a=${needed}`);
  }
  const media = sections.map((section) => readMedia(section));
  if (new Set(media.map(({ mid }) => mid)).size !== media.length) throw wrong('two m-lines have one mid');
  const candidates = sections.flatMap((section, index) =>
    section
      .filter((line) => line.startsWith('a=candidate:') && isReachable(line.slice(2)))
      .map((line) => ({ candidate: line.slice(2), mid: media[index]?.mid ?? '' })),
  );
  return {
    lines: media,
    candidates: candidates.slice(0, MAX_CANDIDATES),
    iceUsers: lines.flatMap((line) =>
      line.startsWith('a=ice-ufrag:') ? [line.slice('a=ice-ufrag:'.length).trim()] : [],
    ),
    sdp: `${lines.filter(isKnown).join('\r\n')}\r\n`,
  };
}

function readMedia(section: readonly string[]): MediaLine {
  const [head = ''] = section;
  const match = /^m=([a-z]+) (\d{1,5})(?:\/\d+)? ([A-Za-z/]+) (.+)$/.exec(head);
  if (match === null) throw wrong(`"${head.slice(0, 60)}" is no m-line`);
  const [, kind = '', port = '', , formats = ''] = match;
  const mid = attribute(section, 'mid');
  if (mid === null || !/^[\x21-\x7e]{1,32}$/.test(mid)) throw wrong('an m-line has no a=mid');
  const rejected = Number(port) === 0 && !section.includes('a=bundle-only');
  const payloadTypes = formats
    .split(' ')
    .map(Number)
    .filter((type) => type >= 0 && type <= 127);
  const encodings = payloadTypes.map((payloadType) => ({
    payloadType,
    encoding: numbered(section, 'rtpmap', payloadType) ?? '',
  }));
  return {
    kind: kind === 'video' || kind === 'audio' || kind === 'application' ? kind : 'other',
    mid,
    direction: rejected ? 'inactive' : directionOf(section),
    simulcast: isSimulcast(section),
    formats:
      kind === 'video'
        ? encodings.flatMap(({ payloadType, encoding }) => formatOf(section, payloadType, encoding) ?? [])
        : [],
    extensions: extensionsOf(section),
    first: encodings[0] ?? null,
  };
}

function formatOf(section: readonly string[], payloadType: number, encoding: string): Format | null {
  const parameters = numbered(section, 'fmtp', payloadType) ?? '';
  switch (encoding.toLowerCase()) {
    case 'vp8/90000':
      return { codec: 'vp8', payloadType, parameters, sendable: true };
    case 'h264/90000':
      return { codec: 'h264', payloadType, parameters, sendable: isOurProfile(parameters) };
    default:
      return null;
  }
}

/** What we send is constrained baseline, in packets of mode 1 (RFC 6184); a decoder of any baseline profile takes it. */
function isOurProfile(parameters: string): boolean {
  const profile = /profile-level-id=([0-9a-f]{6})/i.exec(parameters)?.[1] ?? '42e01f';
  return /(^|;)\s*packetization-mode=1/.test(parameters) && profile.toLowerCase().startsWith('42');
}

/** Formats that stand for one another (`send h,v`) are one stream. */
function isSimulcast(section: readonly string[]): boolean {
  const layers = section.map(
    (line) => /^a=simulcast:.*?\bsend (\S+)/.exec(line)?.[1]?.split(';').length ?? 0,
  );
  const streams = section.filter((line) => /^a=rid:\S+ send\b/.test(line)).length;
  const isGrouped = section.some((line) => /^a=ssrc-group:SIM(?: \d+){2}/.test(line));
  return Math.max(streams, ...layers) > 1 || isGrouped;
}

const usedExtensions = [PLAYOUT_DELAY_URI, COLOR_SPACE_URI];

/** RFC 8285 §5. Only numbers of the one-byte form are taken. */
function extensionsOf(section: readonly string[]): Map<string, number> {
  const found = section.flatMap((line): [string, number][] => {
    const [, id = '', uri = ''] = /^a=extmap:(\d{1,2})(?:\/\w+)? (\S+)/.exec(line) ?? [];
    return usedExtensions.includes(uri) && Number(id) >= 1 && Number(id) <= 14 ? [[uri, Number(id)]] : [];
  });
  return new Map(found);
}

function directionOf(section: readonly string[]): Direction {
  const directions: readonly Direction[] = ['sendonly', 'recvonly', 'inactive'];
  return directions.find((direction) => section.includes(`a=${direction}`)) ?? 'sendrecv';
}

function attribute(section: readonly string[], name: string): string | null {
  const line = section.find((candidate) => candidate.startsWith(`a=${name}:`));
  return line?.slice(name.length + 3).trim() ?? null;
}

/** The value of `a=name:96 value`. */
function numbered(section: readonly string[], name: string, payloadType: number): string | null {
  const start = `a=${name}:${payloadType} `;
  return (
    section
      .find((line) => line.startsWith(start))
      ?.slice(start.length)
      .trim() ?? null
  );
}

function isKnown(line: string): boolean {
  return !line.startsWith('a=') || knownAttributes.has(/^a=([a-z-]+)/.exec(line)?.[1] ?? '');
}

/**
 * Whether a candidate names an address. Names (mDNS, which hides a browser's addresses) would be looked up, and need not be: the
 * browser reaches us by our own candidates, and its checks tell where it is. TCP candidates are of no use to the library.
 */
export function isReachable(candidate: string): boolean {
  return /^candidate:\S{1,40} [12] udp \d{1,10} (?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*) \d{1,5} typ (?:host|srflx|prflx|relay)\b/i.test(
    candidate,
  );
}

/** Whether it has the form of a candidate at all (RFC 8839). */
export function isCandidate(text: string): boolean {
  return (
    text.length < 500 && /^candidate:\S+ \d+ [a-z]+ \d+ \S+ \d{1,5} typ [a-z]+( [\x20-\x7e]*)?$/i.test(text)
  );
}

function wrong(what: string): Error {
  return failure('E_SESSION_OFFER', `This is no WebRTC offer that can be answered: ${what}`);
}
