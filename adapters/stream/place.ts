import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { failure } from '../../src/contract/error.ts';
import { checkReach, type PrivateHosts } from '../../src/contract/host-reach.ts';
import type { MediaPlace } from '../../src/codec/media-place.ts';
import { readAddress, shownAddress, type StreamAddress } from './address.ts';

/** Without a word for this long, a sender counts as lost: two seconds with all that follows. */
const SILENCE_MS = 1_700;
/** FFmpeg's RTSP listens for no more than some time; its -1 for ever is out of its own range. */
const LISTEN_SECONDS = '1000000';

/** Addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const resolveByName: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

export interface StreamOptions {
  readonly transport: 'tcp' | 'udp';
  readonly allowed: PrivateHosts;
  /** File with the certificates that may vouch for a server; null takes any. */
  readonly trust: string | null;
  /** How long a server may take until it answers, milliseconds. */
  readonly patienceMs: number;
  /** Through which FFmpeg fetches what HTTP addresses name; it looks at every host on the way. */
  readonly proxy: () => Promise<string>;
  /** Listens at this address for one who is to be heard; answers the port of 127.0.0.1 at which it hands that one on. */
  readonly door: (host: string, port: number) => Promise<number>;
}

/**
 * How FFmpeg opens a stream with as little delay as can be. Names are resolved here, and the address that was looked at is the
 * one that is called. Throws `E_STREAM_URL`, `E_HOST_PRIVATE`, or `E_SOURCE_ABSENT` where the name is not known.
 */
export async function placeOf(
  url: string,
  { transport, allowed, trust, patienceMs, proxy, door }: StreamOptions,
  resolve: Resolve = resolveByName,
): Promise<MediaPlace> {
  const address = readAddress(url);
  const name = shownAddress(url);
  if (address.scheme === 'http' || address.scheme === 'https')
    return {
      name,
      url,
      format: null,
      options: { ...httpOptions(await proxy()), ...tlsOptions(trust) },
      live: { openMs: patienceMs, silenceMs: SILENCE_MS },
    };
  const target = await reachable(address, name, allowed, resolve);
  const live = { openMs: address.listens ? null : patienceMs, silenceMs: SILENCE_MS };
  if (!address.listens || !['rtmp', 'rtsp'].includes(address.scheme))
    return { name, ...openingOf(address, target, { transport, trust }), live };
  const port = await door(target.replace(/^\[|\]$/g, ''), address.port).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw failure('E_SOURCE_LOST', `${name}: it cannot be listened to: ${why}`, { source: name }, error);
  });
  return { name, ...openingOf({ ...address, port }, '127.0.0.1', { transport, trust }), live };
}

/** For listeners without a host, this machine alone. */
async function reachable(
  { host, scheme }: StreamAddress,
  name: string,
  allowed: PrivateHosts,
  resolve: Resolve,
): Promise<string> {
  const asked = host === '' ? '127.0.0.1' : host;
  const addresses = isIP(asked) === 0 ? await resolved(asked, name, resolve) : [asked];
  checkReach(asked, addresses, allowed);
  const first = addresses[0] ?? asked;
  // A certificate names the host, not its address.
  const target = scheme === 'rtsps' || scheme === 'rtmps' ? asked : first;
  return isIPv6(target) ? `[${target}]` : target;
}

async function resolved(host: string, name: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (error) {
    throw failure('E_SOURCE_ABSENT', `${name}: there is no host "${host}"`, { source: name }, error);
  }
}

/**
 * Quick to open: streams tell what they are in their first packets, and what is left open shows with the first picture. No
 * `nobuffer`, which throws away what was read meanwhile, and with it the first key picture.
 */
const quick = { probesize: '500000', analyzeduration: '500000', fpsprobesize: '0' };

function openingOf(
  { scheme, login, port, path, query, listens }: StreamAddress,
  host: string,
  { transport, trust }: Pick<StreamOptions, 'transport' | 'trust'>,
): Pick<MediaPlace, 'url' | 'format' | 'options'> {
  const user = login === '' ? '' : `${login}@`;
  const rest = query.size === 0 ? '' : `?${new URLSearchParams([...query]).toString()}`;
  const url = `${scheme}://${user}${host}:${port}${path}${rest}`;
  switch (scheme) {
    case 'srt':
      return {
        url: `srt://${host}:${port}`,
        format: 'mpegts',
        options: {
          ...quick,
          protocol_whitelist: 'srt',
          mode: listens ? 'listener' : 'caller',
          ...Object.fromEntries(query),
        },
      };
    case 'udp':
      return {
        url: `udp://${host}:${port}`,
        format: 'mpegts',
        // Bound to that address: a port is open to no more networks than it says. Late is worse than lost.
        options: {
          ...quick,
          protocol_whitelist: 'udp',
          overrun_nonfatal: '1',
          reuse: '1',
          ...udpOptions(host, query),
        },
      };
    case 'rtmp':
    case 'rtmps':
      return {
        url,
        format: 'flv',
        options: {
          ...quick,
          protocol_whitelist: 'rtmp,rtmps,tcp,tls',
          rtmp_buffer: '100',
          tcp_nodelay: '1',
          ...(scheme === 'rtmps' ? tlsOptions(trust) : {}),
          ...(listens ? { listen: '1' } : {}),
        },
      };
    default:
      return {
        url,
        format: 'rtsp',
        options: {
          ...quick,
          protocol_whitelist: 'rtsp,rtsps,rtp,rtcp,udp,tcp,tls',
          rtsp_transport: transport,
          allowed_media_types: 'video',
          // Else FFmpeg waits for packets that are late longer than people notice.
          reorder_queue_size: transport === 'udp' ? '32' : '0',
          max_delay: '100000',
          ...(scheme === 'rtsps' ? tlsOptions(trust) : {}),
          ...(listens ? { rtsp_flags: 'listen', listen_timeout: LISTEN_SECONDS } : {}),
        },
      };
  }
}

/** Packets of others that reach the same port of another address are not heard. */
function udpOptions(host: string, query: ReadonlyMap<string, string>): Record<string, string> {
  const { buffer_size = '1000000', ...others } = Object.fromEntries(query);
  // An address by itself has no brackets.
  const bound = isGroup(host) ? {} : { localaddr: host.replace(/^\[(.*)\]$/, '$1') };
  return { ...others, buffer_size, fifo_size: '10000', ...bound };
}

const isGroup = (host: string): boolean => /^(22[4-9]|23\d)\.|^\[ff/i.test(host);

/** FFmpeg takes any certificate unless it is told otherwise. */
function tlsOptions(trust: string | null): Record<string, string> {
  return trust === null ? {} : { tls_verify: '1', ca_file: trust };
}

function httpOptions(proxy: string): Record<string, string> {
  return {
    ...quick,
    protocol_whitelist: 'http,https,httpproxy,tcp,tls,crypto,hls',
    format_whitelist:
      'mpegts,mpjpeg,hls,mov,matroska,webm,flv,mp3,aac,webvtt,jpeg_pipe,png_pipe,mjpeg,h264,hevc,ogg',
    http_proxy: proxy,
    multiple_requests: '0',
  };
}
