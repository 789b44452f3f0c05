import { readFileSync } from 'node:fs';
import type { SessionReport } from '../../src/contract/session.ts';
import { WebRtcPeer, type Wishes } from '../support/webrtc-peer.ts';
import { startReverie, within, type Reverie, type Setup } from './reverie.ts';

export const LONG = 20_000;

export interface Signalled {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

export interface Joined {
  readonly peer: WebRtcPeer;
  readonly location: string;
}

/** The code of a refusal. */
export const codeOf = ({ text }: Signalled): string =>
  (JSON.parse(text) as { error: { code: string } }).error.code;

/** A daemon, the peers that came to it, and what its status says of them. */
export class WebRtcRoom {
  readonly reverie: Reverie;
  readonly #peers: WebRtcPeer[] = [];

  private constructor(reverie: Reverie) {
    this.reverie = reverie;
  }

  static async open(setup: Setup, live = 'out'): Promise<WebRtcRoom> {
    const reverie = await startReverie(setup);
    await reverie.live(live, LONG);
    return new WebRtcRoom(reverie);
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.reverie.dispose();
  }

  /** A peer that has not offered yet. */
  peer(wishes: Wishes): WebRtcPeer {
    const peer = new WebRtcPeer(wishes);
    this.#peers.push(peer);
    return peer;
  }

  async post(path: string, body: string, type = 'application/sdp'): Promise<Signalled> {
    const headers = { 'content-type': type };
    const response = await fetch(`${this.reverie.url}${path}`, { method: 'POST', headers, body });
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
    };
  }

  /** A connected peer, its data channel open where it has one. */
  async join(path: string, wishes: Wishes): Promise<Joined> {
    const peer = this.peer(wishes);
    const answer = await this.post(path, await peer.offer());
    if (answer.status !== 201) throw new Error(`The offer was refused: ${answer.status} ${answer.text}`);
    peer.accept(answer.text);
    await within(
      LONG,
      'the connection',
      () => peer.connection.state(),
      () => peer.connected && peer.channel?.isOpen() !== false,
    );
    return { peer, location: answer.location };
  }

  async report(location: string): Promise<SessionReport | undefined> {
    const { sessions } = await this.reverie.get<{ sessions: SessionReport[] }>('sessions');
    return sessions.find(({ id }) => location.endsWith(id));
  }

  /** What its first view says of itself. */
  async sending(location: string): Promise<Readonly<Record<string, unknown>>> {
    const sending: unknown = (await this.report(location))?.info['sending'];
    return Array.isArray(sending) ? (sending[0] as Record<string, unknown>) : {};
  }

  /** How many pictures a viewer was sent. */
  async pictures(location: string): Promise<number> {
    return Number((await this.sending(location))['pictures'] ?? -1);
  }

  /** What its data channels count. */
  async channels(location: string): Promise<Readonly<Record<string, number>>> {
    return Object((await this.report(location))?.info['channels'] ?? {}) as Record<string, number>;
  }

  /** Waits for so many more pictures. */
  async plays(location: string, more = 10): Promise<void> {
    const before = await this.pictures(location);
    let seen = before;
    await within(
      LONG,
      `${more} pictures more than ${before}`,
      () => String(seen),
      async () => (seen = await this.pictures(location)) >= before + more,
    );
  }

  async end(location: string): Promise<number> {
    return (await fetch(`${this.reverie.url}${location}`, { method: 'DELETE' })).status;
  }
}

/** Memory that is a process's own or its share of what is shared, bytes. */
export function shareOfMemory(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1024;
}
