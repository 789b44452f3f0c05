import { openNetworkWriter } from '../../src/codec/network-writer.ts';
import { failure } from '../../src/contract/error.ts';
import type { Line } from './line.ts';

/** FFmpeg counts these in microseconds, `connect_timeout` in milliseconds. */
const bounds = { listen_timeout: '400000', timeout: '1000000', connect_timeout: '2000' };

export interface SrtTarget {
  /** As it stands in a URL: IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  readonly listens: boolean;
  /** `latency`, `passphrase`, `streamid`, … as FFmpeg takes them. */
  readonly query: ReadonlyMap<string, string>;
  readonly name: string;
}

/**
 * Calls the other side, or waits until one calls, as long as it takes: a native wait cannot be ended, so it is a short one that begins
 * again. Answers null when aborted. Rejects with `E_SINK_LOST`.
 */
export async function openSrt(target: SrtTarget, signal: AbortSignal): Promise<Line | null> {
  const url = urlOf(target);
  while (!signal.aborted) {
    const writer = await openNetworkWriter(url, target.name);
    if (writer !== null) return writer;
    if (!target.listens) throw failure('E_SINK_LOST', `${target.name}: nobody answers`);
  }
  return null;
}

function urlOf({ host, port, listens, query }: SrtTarget): string {
  const options = {
    ...Object.fromEntries(query),
    ...bounds,
    mode: listens ? 'listener' : 'caller',
    pkt_size: '1316',
  };
  // FFmpeg decodes the stream's id alone.
  const pairs = Object.entries(options).map(
    ([name, value]) => `${name}=${name === 'streamid' ? encodeURIComponent(value) : value}`,
  );
  return `srt://${host}:${port}?${pairs.join('&')}`;
}
