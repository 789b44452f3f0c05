import type { DataChannel, PeerConnection, Track } from 'node-datachannel';
import library from 'node-datachannel';
import type { VideoCodec } from '../../src/protocols/rtp/payload.ts';

/** What a test peer offers. */
export interface Wishes {
  readonly receive?: VideoCodec;
  readonly send?: VideoCodec;
  /** Label of a data channel. */
  readonly channel?: string;
  /** Longest text that it sends and takes, bytes, whatever the other side says; 262,144 else. */
  readonly maxMessage?: number;
}

const PAYLOAD_TYPE = 96;
const SSRC = 0x5eed;
const baseline = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';

/** Ends the library's threads, which else keep the process. After the last test. */
export const endPeers = (): void => library.cleanup();

/**
 * Stands for a browser that offers: the same library as the daemon's, bound to loopback. It cannot show what real browsers offer,
 * decode or feed back.
 */
export class WebRtcPeer {
  readonly connection: PeerConnection;
  readonly track: Track | null;
  readonly channel: DataChannel | null;
  readonly texts: string[] = [];
  /** RTP and RTCP as they came. */
  readonly packets: Buffer[] = [];
  readonly #kept: unknown[] = [];
  readonly #gathered: Promise<void>;
  readonly #maxMessage: number | null;

  constructor(wishes: Wishes) {
    this.#maxMessage = wishes.maxMessage ?? null;
    this.connection = new library.PeerConnection('test', {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
      ...(this.#maxMessage === null ? {} : { maxMessageSize: this.#maxMessage }),
    });
    this.#gathered = new Promise((resolve) => {
      this.connection.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
    });
    this.track = this.#addTrack(wishes);
    this.channel = wishes.channel === undefined ? null : this.connection.createDataChannel(wishes.channel);
    this.channel?.onMessage((text) => this.texts.push(String(text)));
  }

  /** With all candidates. */
  async offer(): Promise<string> {
    this.connection.setLocalDescription('offer');
    await this.#gathered;
    return this.connection.localDescription()?.sdp ?? '';
  }

  accept(answer: string): void {
    const longer = `a=max-message-size:${this.#maxMessage}`;
    const read = this.#maxMessage === null ? answer : answer.replace(/a=max-message-size:\d+/, longer);
    this.connection.setRemoteDescription(read, 'answer');
  }

  get connected(): boolean {
    return this.connection.state() === 'connected';
  }

  close(): void {
    this.connection.close();
  }

  #addTrack({ receive, send }: Wishes): Track | null {
    const codec = receive ?? send;
    if (codec === undefined) return null;
    const direction = receive === undefined ? 'SendOnly' : send === undefined ? 'RecvOnly' : 'SendRecv';
    const video = new library.Video('0', direction);
    if (codec === 'h264') video.addH264Codec(PAYLOAD_TYPE, baseline);
    else video.addVP8Codec(PAYLOAD_TYPE);
    if (send !== undefined) video.addSSRC(SSRC, 'test', 'test', 'test');
    const track = this.connection.addTrack(video);
    track.onMessage((packet) => this.packets.push(packet));
    this.#kept.push(video);
    return track;
  }
}

export interface Joined {
  readonly peer: WebRtcPeer;
  /** Of its session; deleting it ends it. */
  readonly location: string;
}

/** A peer whose offer to `url`, of WHIP or WHEP, was answered; it may not be connected yet. Throws what it was told instead. */
export async function joinBy(url: string, wishes: Wishes, tries = 5): Promise<Joined> {
  const peer = new WebRtcPeer(wishes);
  const headers = { 'content-type': 'application/sdp' };
  const answer = await fetch(url, { method: 'POST', headers, body: await peer.offer() });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${answer.status} ${text}`);
  const location = String(new URL(answer.headers.get('location') ?? '', url));
  try {
    peer.accept(text);
    return { peer, location };
  } catch (error) {
    // On a busy machine the daemon's first checks overtake its answer, which this library does not bear: it comes again.
    peer.close();
    await fetch(location, { method: 'DELETE' });
    if (tries === 1) throw error;
    return joinBy(url, wishes, tries - 1);
  }
}

/** Sends coded pictures as a browser would. */
export const testStream = { payloadType: PAYLOAD_TYPE, ssrc: SSRC };
