import { randomInt } from 'node:crypto';
import type { Audio, PeerConnection, RtcConfig, Track, Video } from 'node-datachannel';
import { failure } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { Matte } from '../../src/contract/packed-matte.ts';
import { COLOR_SPACE_URI, PLAYOUT_DELAY_URI } from '../../src/protocols/rtp/header-extensions.ts';
import { isRtcp } from '../../src/protocols/rtp/packet.ts';
import { parseRtcp } from '../../src/protocols/rtp/rtcp-parse.ts';
import { Channels } from './channels.ts';
import { feedOf, projectorOf, tidy } from './house.ts';
import { Inlet, type InletPlace } from './inlet.ts';
import type { Library } from './library.ts';
import { isCandidate, isReachable, MAX_CANDIDATES, type Offer } from './offer.ts';
import { Outlet } from './outlet.ts';
import type { LinePlan } from './plan.ts';
import { MAX_MESSAGE } from './settings.ts';

/**
 * Longest wait for our own candidates: four round trips to a TURN server at the other end of the world. With a server that does not
 * answer (a show without internet) every session starts so much later, with the candidates that are there.
 */
const GATHER_MS = 2_000;
/**
 * The peer's candidates are tried this long after our answer. Those who offer reach us by ours, so nothing is late; and a peer whose
 * library is ours (OBS) stumbles over checks that come before the answer does.
 */
const HOLD_MS = 200;
/** A peer that does not connect, or is gone without a word, ends after this long. */
const CONNECT_MS = 30_000;
const LOST_MS = 5_000;

export interface PeerRequest {
  readonly id: string;
  readonly client: string;
  /** A node and the sink that shows it. */
  readonly views: readonly { readonly node: string; readonly port: string; readonly matte: Matte }[];
  /** Source nodes that are this session's now. */
  readonly feeds: readonly string[];
  readonly refused: readonly { readonly node: string; readonly reason: string }[];
  readonly offer: Offer;
  readonly plan: readonly LinePlan[];
}

export interface PeerEvents {
  changed(peer: Peer): void;
  text(peer: Peer, channel: string, text: string): void;
  channel(peer: Peer, channel: string, open: boolean): void;
  taken(peer: Peer, channel: string, bytes: number): void;
  log(line: string): void;
}

type VideoPlan = Extract<LinePlan, { does: 'video' }>;

/** One WebRTC peer that made us an offer: its connection, its video lines, its data channels. */
export class Peer {
  readonly id: string;
  readonly channels: Channels;
  readonly #request: PeerRequest;
  readonly #library: Library;
  readonly #connection: PeerConnection;
  readonly #events: PeerEvents;
  /** The library frees what JavaScript lets go of. */
  readonly #kept: unknown[] = [];
  /** The library holds the callbacks of a track, and with them this peer, until the track itself is closed. */
  readonly #tracks = new Set<Track>();
  readonly #outlets: { readonly outlet: Outlet; readonly port: string; readonly node: string }[] = [];
  readonly #inlets: { readonly inlet: Inlet; readonly node: string }[] = [];
  #state: 'connecting' | 'connected' | 'closed' = 'connecting';
  #reason: string | null = null;
  #limit: NodeJS.Timeout | null = null;
  #candidates = 0;
  /** Candidates that wait for the answer to arrive; null once they go straight in. */
  #held: { readonly candidate: string; readonly mid: string }[] | null;

  constructor(library: Library, settings: RtcConfig, request: PeerRequest, events: PeerEvents) {
    this.id = request.id;
    this.#request = request;
    this.#library = library;
    this.#events = events;
    this.channels = new Channels({
      text: (channel, text) => events.text(this, channel, text),
      open: (channel, open) => events.channel(this, channel, open),
      taken: (channel, bytes) => events.taken(this, channel, bytes),
    });
    this.#connection = new library.PeerConnection(request.id, settings);
    this.#held = [...request.offer.candidates];
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** The answer, with all our candidates. Throws `E_SESSION_OFFER` where the library cannot read the offer. */
  async answer(): Promise<string> {
    const connection = this.#connection;
    this.#closeIn(CONNECT_MS, `It did not connect within ${CONNECT_MS / 1000} s`);
    connection.onStateChange((state) => this.#stateChanged(state));
    connection.onDataChannel((channel) => this.channels.add(channel));
    for (const plan of this.#request.plan) this.#addLine(plan);
    const gathered = new Promise<void>((resolve) => {
      connection.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
      setTimeout(resolve, GATHER_MS).unref();
    });
    try {
      connection.setRemoteDescription(this.#request.offer.sdp, 'offer');
      connection.setLocalDescription('answer');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw failure('E_SESSION_OFFER', `The offer cannot be answered: ${why}`, null, error);
    }
    await gathered;
    const sdp = connection.localDescription()?.sdp;
    if (sdp === undefined || this.closed)
      throw failure('E_SESSION_CLOSED', 'The peer was gone before the answer was ready');
    setTimeout(() => this.#letIn(), HOLD_MS);
    // libdatachannel as the other side (OBS) may take the end of the candidates for there being none.
    return sdp
      .replaceAll('a=end-of-candidates\r\n', '')
      .replace(/(?<=a=max-message-size:)\d+/, String(MAX_MESSAGE));
  }

  /** Throws `E_SESSION_RESTART` where candidates are for another ICE session than the offer's. */
  mustBeOf(iceUser: string): void {
    if (this.#request.offer.iceUsers.includes(iceUser)) return;
    throw failure('E_SESSION_RESTART', 'This ICE session cannot be restarted; it goes on as it is');
  }

  addCandidate(candidate: string, mid: string): void {
    if (candidate === '') return;
    if (!isCandidate(candidate))
      throw failure('E_SESSION_CANDIDATE', `"${candidate.slice(0, 80)}" is no ICE candidate`);
    this.#candidates += 1;
    if (this.#candidates > MAX_CANDIDATES)
      throw failure('E_SESSION_CANDIDATE', `More than ${MAX_CANDIDATES} ICE candidates came for one session`);
    if (!isReachable(candidate)) return;
    if (this.#held !== null) this.#held.push({ candidate, mid });
    else this.#try(candidate, mid);
  }

  /** Once a second. */
  tick(): void {
    for (const { outlet } of this.#outlets) outlet.tick();
    for (const { inlet } of this.#inlets) inlet.tick();
  }

  close(reason: string): void {
    if (this.closed) return;
    this.#state = 'closed';
    this.#reason = reason;
    if (this.#limit !== null) clearTimeout(this.#limit);
    for (const { outlet, port } of this.#outlets) {
      outlet.close();
      projectorOf(port).leave(outlet);
    }
    for (const { inlet, node } of this.#inlets) {
      void inlet.close();
      feedOf(node).seat.leave(this.id);
    }
    for (const node of this.#request.feeds) feedOf(node).seat.leave(this.id);
    tidy();
    this.channels.close();
    for (const track of this.#tracks) track.close();
    this.#connection.close();
    this.#events.changed(this);
  }

  report(): JsonObject {
    const { id, client, views, feeds, refused, plan } = this.#request;
    const audio = plan.some(({ line }) => line.kind === 'audio');
    return {
      id,
      client,
      state: this.#state,
      views: views.map(({ node }) => node),
      feeds: [...feeds],
      refused: refused.map((each) => ({ ...each })),
      info: {
        ...(this.#reason === null ? {} : { reason: this.#reason }),
        ...(audio ? { audio: 'inactive: Reverie has no sound' } : {}),
        sending: this.#outlets.map(({ outlet, node }) => ({ node, ...outlet.info() })),
        receiving: this.#inlets.map(({ inlet, node }) => ({ node, ...inlet.info() })),
        channels: this.channels.info(),
        path: this.#path(),
      },
    };
  }

  #letIn(): void {
    for (const { candidate, mid } of this.#held ?? []) this.#try(candidate, mid);
    this.#held = null;
  }

  #try(candidate: string, mid: string): void {
    try {
      if (!this.closed) this.#connection.addRemoteCandidate(candidate, mid);
    } catch (error) {
      this.#events.log(
        `A candidate could not be used: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #addLine(plan: LinePlan): void {
    if (plan.does === 'video') return this.#addVideo(plan);
    if (plan.does === 'data' || plan.line.kind === 'other') return;
    const { mid, kind, first } = plan.line;
    const { Audio, Video } = this.#library;
    const silent = kind === 'audio' ? new Audio(mid, 'Inactive') : new Video(mid, 'Inactive');
    const name = first?.encoding.split('/')[0] ?? '';
    if (first !== null && silent instanceof Audio) silent.addAudioCodec(first.payloadType, name || 'PCMU');
    if (first !== null && silent instanceof Video) silent.addVideoCodec(first.payloadType, name || 'VP8');
    this.#kept.push(silent);
    this.#addTrack(silent);
  }

  #addTrack(media: Audio | Video): Track {
    const track = this.#connection.addTrack(media);
    this.#tracks.add(track);
    track.onClosed(() => void this.#tracks.delete(track));
    return track;
  }

  #addVideo(plan: VideoPlan): void {
    const { line, format, view, feed } = plan;
    const direction = view === null ? 'RecvOnly' : feed === null ? 'SendOnly' : 'SendRecv';
    const video = new this.#library.Video(line.mid, direction);
    if (format.codec === 'h264') video.addH264Codec(format.payloadType, format.parameters);
    else video.addVP8Codec(format.payloadType);
    for (const [uri, id] of line.extensions) video.parseSdpLine(`a=extmap:${id} ${uri}`);
    const ssrc = randomInt(1, 2 ** 32);
    // Every view is a stream of its own, so that browsers hand each out as `event.streams[0]`.
    if (view !== null) video.addSSRC(ssrc, 'reverie', `reverie-${view}`, `video-${line.mid}`);
    this.#kept.push(video);
    const track = this.#addTrack(video);
    const wire = {
      send: (packet: Uint8Array) => sendOn(track, packet),
      wallUs: () => Date.now() * 1000,
      log: (text: string) => this.#events.log(`${this.id}: ${text}`),
    };
    const outlet = view === null ? null : this.#addOutlet(plan, ssrc, view, wire);
    const inlet = feed === null ? null : this.#addInlet(plan, ssrc, feed, wire);
    track.onOpen(() => outlet?.open());
    if (track.isOpen()) outlet?.open();
    const seat = inlet === null || feed === null ? null : feedOf(this.#request.feeds[feed] ?? '').seat;
    track.onMessage((bytes) => {
      seat?.heard(this.id);
      if (!isRtcp(bytes)) return inlet?.packet(bytes);
      const packets = parseRtcp(bytes) ?? [];
      outlet?.heard(packets);
      inlet?.heard(packets);
    });
  }

  #addOutlet(
    { format, line }: VideoPlan,
    ssrc: number,
    view: number,
    wire: ConstructorParameters<typeof Outlet>[3],
  ): Outlet | null {
    const shown = this.#request.views[view];
    if (shown === undefined) return null;
    const { payloadType, codec } = format;
    const start = { ssrc, payloadType, sequence: randomInt(65_536), clock: randomInt(2 ** 32) };
    const delayId = line.extensions.get(PLAYOUT_DELAY_URI) ?? null;
    const outlet = new Outlet({ codec, matte: shown.matte }, start, delayId, wire);
    this.#outlets.push({ outlet, ...shown });
    projectorOf(shown.port).join(outlet);
    return outlet;
  }

  #addInlet(
    { format, line: { extensions } }: VideoPlan,
    ssrc: number,
    feed: number,
    wire: ConstructorParameters<typeof Inlet>[2],
  ): Inlet | null {
    const node = this.#request.feeds[feed];
    if (node === undefined) return null;
    const colorSpaceId = extensions.get(COLOR_SPACE_URI) ?? null;
    const { payloadType, codec } = format;
    const place = feedOf(node);
    const line: InletPlace = {
      describe: (name, picture) => place.describe(this.id, name, picture),
      put: (picture, captureUs) => place.put(this.id, picture, captureUs),
    };
    const inlet = new Inlet({ codec, payloadType, ssrc, colorSpaceId }, line, wire);
    this.#inlets.push({ inlet, node });
    return inlet;
  }

  #stateChanged(state: string): void {
    if (this.closed) return;
    switch (state) {
      case 'connected':
        if (this.#limit !== null) clearTimeout(this.#limit);
        this.#state = 'connected';
        return this.#events.changed(this);
      case 'disconnected':
        return this.#closeIn(LOST_MS, 'The peer was not heard of any more');
      case 'failed':
        return this.close('No way to the peer was found, or it broke off');
      case 'closed':
        return this.close('The peer ended it');
      default:
        return;
    }
  }

  #closeIn(ms: number, reason: string): void {
    if (this.#limit !== null) clearTimeout(this.#limit);
    this.#limit = setTimeout(() => this.close(reason), ms);
  }

  #path(): string | null {
    if (this.#state !== 'connected') return null;
    const pair = this.#connection.getSelectedCandidatePair();
    return pair === null
      ? null
      : `${pair.local.type} to ${pair.remote.type} over ${pair.remote.transportType}`;
  }
}

/** False where the track is closed: it may have been between two turns of the loop. */
function sendOn(track: Track, packet: Uint8Array): boolean {
  try {
    return (
      track.isOpen() && track.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.length))
    );
  } catch {
    return false;
  }
}
