import type { RunContext } from '../../src/contract/adapter.ts';
import { failure } from '../../src/contract/error.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { feedOf, tidy } from './house.ts';
import type { Library } from './library.ts';
import { MessageQueue } from './message-queue.ts';
import { readOffer } from './offer.ts';
import { Peer, type PeerEvents, type PeerRequest } from './peer.ts';
import { planAnswer } from './plan.ts';
import type { Publisher } from './seat.ts';
import { peerSettings } from './settings.ts';

const TICK_MS = 1_000;

/** Answers the daemon's requests about peers, and tells it what they do. */
export class Desk {
  readonly #context: RunContext;
  readonly #library: Library;
  readonly #peers = new Map<string, Peer>();
  readonly #messages: MessageQueue;
  readonly #timer: NodeJS.Timeout;

  constructor(context: RunContext, library: Library) {
    this.#context = context;
    this.#library = library;
    this.#messages = new MessageQueue({
      setTimer: (callback, delayMs) => void setTimeout(callback, delayMs),
      send: (messages) => context.event('messages', { messages }),
      dropped: ({ id, channel }) => this.#peers.get(id)?.channels.dropped(channel),
    });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    context.onRequest('offer', (params) => this.#offer(params));
    context.onRequest('candidates', async (params) => this.#candidates(params));
    context.onRequest('close', async ({ id }) => {
      this.#peer(id).close('It was closed by request');
      return null;
    });
    context.onRequest('send', async ({ id, channel, text }) => {
      // A peer that ended a moment ago hears nothing more, and the daemon was told so.
      this.#peers.get(String(id))?.channels.send(String(channel), String(text));
      return null;
    });
    context.onRequest('close-channel', async ({ id, channel }) => {
      this.#peers.get(String(id))?.channels.end(String(channel));
      return null;
    });
  }

  close(): void {
    clearInterval(this.#timer);
    for (const peer of this.#peers.values()) peer.close('Reverie stops');
  }

  async #offer(params: JsonObject): Promise<JsonValue> {
    const id = String(params['id']);
    const client = String(params['client']);
    const offer = readOffer(String(params['sdp']));
    const views = listOf(params['views']).map(({ node, port, matte }) => ({
      node: String(node),
      port: String(port),
      matte: matte === 'packed' ? ('packed' as const) : ('none' as const),
    }));
    const wished = namesOf(params['feeds']);
    // Before others are asked to make room for it.
    planAnswer(offer, views.length, wished.length);
    let peer: Peer | null = null;
    const publisher = { session: id, client, end: (reason: string) => peer?.close(reason) };
    const { feeds, refused } = await claimFeeds(wished, publisher);
    try {
      const plan = planAnswer(offer, views.length, feeds.length);
      const request: PeerRequest = { id, client, views, feeds, refused, offer, plan };
      peer = new Peer(this.#library, peerSettings(this.#context.config), request, this.#events);
      const sdp = await peer.answer();
      this.#peers.set(id, peer);
      return { sdp, session: peer.report() };
    } catch (error) {
      peer?.close('The offer was refused');
      for (const node of feeds) feedOf(node).seat.leave(id);
      tidy();
      throw error;
    }
  }

  #candidates(params: JsonObject): JsonValue {
    const peer = this.#peer(params['id']);
    const { iceUser } = params;
    if (typeof iceUser === 'string') peer.mustBeOf(iceUser);
    for (const { candidate, sdpMid } of listOf(params['candidates']))
      peer.addCandidate(
        typeof candidate === 'string' ? candidate : '',
        typeof sdpMid === 'string' ? sdpMid : '0',
      );
    return null;
  }

  #peer(id: JsonValue | undefined): Peer {
    const peer = typeof id === 'string' ? this.#peers.get(id) : undefined;
    if (peer === undefined) throw failure('E_SESSION_UNKNOWN', 'There is no such WebRTC session');
    return peer;
  }

  readonly #events: PeerEvents = {
    changed: (peer) => {
      if (!this.#peers.has(peer.id)) return;
      if (peer.closed) this.#messages.finish(peer.id);
      this.#context.event('reports', { sessions: [peer.report()] });
      if (peer.closed) this.#peers.delete(peer.id);
    },
    text: (peer, channel, text) => this.#messages.add({ id: peer.id, channel, text }),
    channel: (peer, channel, open) => this.#context.event('channel', { id: peer.id, channel, open }),
    taken: (peer, channel, bytes) => this.#context.event('taken', { id: peer.id, channel, bytes }),
    log: (line) => this.#context.log(line),
  };

  #tick(): void {
    for (const peer of this.#peers.values()) peer.tick();
    const sessions = [...this.#peers.values()].map((peer) => peer.report());
    if (sessions.length > 0) this.#context.event('reports', { sessions });
  }
}

async function claimFeeds(
  nodes: readonly string[],
  publisher: Publisher,
): Promise<{ feeds: string[]; refused: { node: string; reason: string }[] }> {
  const feeds: string[] = [];
  const refused: { node: string; reason: string }[] = [];
  for (const node of nodes) {
    const reason = await feedOf(node).seat.claim(publisher);
    if (reason === null) feeds.push(node);
    else refused.push({ node, reason });
  }
  return { feeds, refused };
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
