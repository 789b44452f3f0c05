import { randomUUID } from 'node:crypto';
import type { EngineEvent } from '../contract/engine-api.ts';
import { failure, ReverieError, isErrorCode } from '../contract/error.ts';
import type { IceServer } from '../contract/ice-server.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type {
  IceCandidate,
  SessionAnswer,
  SessionEvent,
  SessionOffer,
  SessionReport,
  SessionsApi,
} from '../contract/session.ts';
import type { Fault } from '../contract/status.ts';
import { refusedFeeds, reportFrom, type Refusal } from './session-report.ts';
import { SideSinks, type SideSinkHost } from './side-sinks.ts';

/** Id of the hidden node that answers offers, in the runner in which all WebRTC nodes work. */
export const DESK_ID = '~webrtc';
/** Viewers beyond this are refused: each costs the runner some percent of a core. */
const MAX_SESSIONS = 64;
/** Browsers offer 5 to 20 KB. */
const MAX_SDP = 65_536;
/** A cold start of the runner and its library takes half a second; a busy machine several. */
const DESK_LIMIT_MS = 10_000;

export interface SessionsHost<Node> extends SideSinkHost<Node> {
  readonly iceServers: readonly IceServer[];
  openDesk(): Node;
  request(node: Node, method: string, params: JsonObject): Promise<JsonValue>;
  tell(node: Node, method: string, params: JsonObject): void;
  /** Adapter and role of a node of the graph, or null where there is none of that id. */
  node(id: string): { readonly role: string; readonly module: string } | null;
  log(level: 'info' | 'warn', message: string): void;
}

interface Session<Node> {
  report: SessionReport;
  readonly holds: { readonly target: string; node: Node }[];
  /** Bytes that were sent to each data channel and wait to be taken. */
  readonly waiting: Map<string, number>;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * WebRTC peers, seen from the daemon. The peers live in the runner of the adapter `webrtc`: its desk, which starts with the first
 * session, answers offers; a view is a hidden sink beside the node that is looked at. Where that runner dies, its sessions are
 * closed with the reason, the supervisor brings desk and views back, and clients offer again. `Node` is the host's own matter.
 */
export class Sessions<Node> implements SessionsApi {
  readonly #host: SessionsHost<Node>;
  readonly #views: SideSinks<Node>;
  readonly #sessions = new Map<string, Session<Node>>();
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #waiting = new Set<Waiter>();
  #desk: Node | null = null;
  #deskReady = false;
  #opening = 0;

  constructor(host: SessionsHost<Node>) {
    this.#host = host;
    this.#views = new SideSinks(host);
  }

  async open(offer: SessionOffer): Promise<SessionAnswer> {
    this.#checkRoom();
    if (offer.sdp.length > MAX_SDP)
      throw failure(
        'E_SESSION_OFFER',
        `The offer is ${offer.sdp.length} characters long; ${MAX_SDP} are taken`,
      );
    for (const view of offer.views) this.#mustExist(view);
    const refused = refusedFeeds(offer.feeds, (id) => this.#host.node(id));
    const feeds = offer.feeds.filter((id) => !refused.some(({ node }) => node === id));
    const id = randomUUID();
    const session: Session<Node> = {
      report: openingReport(id, offer, refused),
      holds: this.#hold(offer.views),
      waiting: new Map(),
    };
    this.#opening += 1;
    try {
      await this.#deskWorks();
      const { matte = 'none' } = offer;
      const views = offer.views.map((node) => ({ node, port: this.#portOf(node), matte }));
      const params = { id, sdp: offer.sdp, client: offer.client, views, feeds };
      const answer = (await this.#ask('offer', params)) as { sdp: string; session: JsonObject };
      session.report = reportFrom(answer.session, refused);
      this.#sessions.set(id, session);
      this.#emit({ type: 'state', session: session.report });
      return { id, sdp: answer.sdp };
    } catch (error) {
      this.#release(session);
      const why = error instanceof Error ? error.message : String(error);
      this.#host.log('warn', `The WebRTC offer of "${offer.client}" was refused: ${why}`);
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  async addCandidates(
    id: string,
    candidates: readonly IceCandidate[],
    iceUser: string | null = null,
  ): Promise<void> {
    this.#session(id);
    const plain = candidates.map((candidate) => ({ ...candidate }));
    await this.#ask('candidates', { id, candidates: plain, iceUser });
  }

  async close(id: string): Promise<void> {
    this.#session(id);
    await this.#ask('close', { id });
  }

  send(id: string, channel: string, text: string): void {
    const session = this.#sessions.get(id);
    if (this.#desk === null || session === undefined) return;
    session.waiting.set(channel, this.waiting(id, channel) + Buffer.byteLength(text));
    this.#host.tell(this.#desk, 'send', { id, channel, text });
  }

  waiting(id: string, channel: string): number {
    return this.#sessions.get(id)?.waiting.get(channel) ?? 0;
  }

  closeChannel(id: string, channel: string): void {
    if (this.#desk !== null) this.#host.tell(this.#desk, 'close-channel', { id, channel });
  }

  reports(): readonly SessionReport[] {
    return [...this.#sessions.values()].map(({ report }) => report);
  }

  iceServers(): readonly IceServer[] {
    return this.#host.iceServers;
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** True where the event was the desk's and nobody else's business. */
  see(event: EngineEvent): boolean {
    if (event.type === 'graph') this.#lookAgain();
    if (event.type === 'fault' && event.fault.node === DESK_ID) this.#deskLost(event.fault);
    if (event.type !== 'node-event' || event.node !== DESK_ID) return false;
    this.#heard(event.name, event.data);
    return true;
  }

  /** The node left the graph; its viewers stay, and see it again if it comes back. */
  drop(target: string): void {
    this.#views.drop(target);
  }

  stop(): void {
    this.#views.close();
  }

  #checkRoom(): void {
    if (this.#sessions.size + this.#opening < MAX_SESSIONS) return;
    throw failure('E_SESSION_LIMIT', `${MAX_SESSIONS} WebRTC sessions are open, and no more are allowed`, {
      limit: MAX_SESSIONS,
    });
  }

  #mustExist(node: string): void {
    if (this.#host.node(node) === null)
      throw failure('E_GRAPH_UNKNOWN_NODE', `There is no node "${node}" in the graph`, { node });
  }

  #session(id: string): Session<Node> {
    const session = this.#sessions.get(id);
    if (session === undefined)
      throw failure('E_SESSION_UNKNOWN', `There is no WebRTC session "${id.slice(0, 64)}"`);
    return session;
  }

  /** A sink of the adapter itself shows what comes in; every other node gets a hidden one beside it. */
  #hasPort(target: string): boolean {
    const node = this.#host.node(target);
    return node?.module === 'webrtc' && node.role === 'sink';
  }

  #portOf(target: string): string {
    return this.#hasPort(target) ? target : viewId(target);
  }

  #hold(targets: readonly string[]): Session<Node>['holds'] {
    return targets
      .filter((target) => !this.#hasPort(target))
      .map((target) => ({ target, node: this.#views.hold(target) }));
  }

  #release(session: Session<Node>): void {
    for (const { target, node } of session.holds.splice(0)) this.#views.release(target, node);
  }

  /** After a change of the graph: views of nodes that came back are opened again. */
  #lookAgain(): void {
    for (const { report, holds } of this.#sessions.values()) {
      const back = report.views.filter((target) => this.#host.node(target) !== null);
      const again = this.#hold(back);
      for (const { target, node } of holds.splice(0)) this.#views.release(target, node);
      holds.push(...again);
    }
  }

  async #deskWorks(): Promise<void> {
    this.#desk ??= this.#host.openDesk();
    if (this.#deskReady) return;
    let timer: NodeJS.Timeout | undefined;
    let waiter: Waiter | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        waiter = { resolve, reject };
        this.#waiting.add(waiter);
        const late = failure('E_SESSION_UNAVAILABLE', 'The WebRTC runner did not start in time');
        timer = setTimeout(() => reject(late), DESK_LIMIT_MS);
      });
    } finally {
      clearTimeout(timer);
      if (waiter !== undefined) this.#waiting.delete(waiter);
    }
  }

  async #ask(method: string, params: JsonObject): Promise<JsonValue> {
    if (this.#desk === null) throw failure('E_SESSION_UNAVAILABLE', 'WebRTC has not been started');
    return this.#host.request(this.#desk, method, params);
  }

  #heard(name: string, data: JsonObject): void {
    switch (name) {
      case 'ready':
        this.#deskReady = true;
        for (const { resolve } of this.#waiting) resolve();
        return;
      case 'reports':
        for (const item of listOf(data['sessions'])) this.#changed(item);
        return;
      case 'messages':
        for (const { id, channel, text } of listOf(data['messages']))
          this.#emit({ type: 'message', id: String(id), channel: String(channel), text: String(text) });
        return;
      case 'channel': {
        const { id, channel, open } = data;
        this.#sessions.get(String(id))?.waiting.delete(String(channel));
        return this.#emit({ type: 'channel', id: String(id), channel: String(channel), open: open === true });
      }
      case 'taken':
        return this.#taken(String(data['id']), String(data['channel']), Number(data['bytes']));
      default:
        return;
    }
  }

  /** What was sent before a channel opened anew may be told as taken after it: never less than nothing waits. */
  #taken(id: string, channel: string, bytes: number): void {
    this.#sessions.get(id)?.waiting.set(channel, Math.max(0, this.waiting(id, channel) - bytes));
  }

  #changed(item: JsonObject): void {
    const session = this.#sessions.get(String(item['id']));
    if (session === undefined) return;
    const before = session.report;
    session.report = reportFrom(item, before.refused);
    if (session.report.state !== before.state) this.#emit({ type: 'state', session: session.report });
    if (session.report.state === 'closed') this.#forget(session);
  }

  #forget(session: Session<Node>): void {
    this.#sessions.delete(session.report.id);
    this.#release(session);
  }

  #deskLost(fault: Fault): void {
    this.#deskReady = false;
    const why = `The WebRTC runner was lost: ${fault.message}`;
    const code = isErrorCode(fault.code) ? fault.code : 'E_SESSION_UNAVAILABLE';
    // A runner that died comes back at once, and whoever waits is answered by the next; one that cannot work says so.
    if (fault.exitCode === null && fault.signal === null)
      for (const { reject } of this.#waiting) reject(new ReverieError(code, fault.message, null, undefined));
    for (const session of this.#sessions.values()) {
      const { report } = session;
      session.report = { ...report, state: 'closed', info: { ...report.info, reason: why, code } };
      this.#emit({ type: 'state', session: session.report });
      this.#forget(session);
    }
  }

  #emit(event: SessionEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#host.log('warn', `A listener of the WebRTC sessions failed: ${String(error)}`);
      }
    }
  }
}

export function viewId(target: string): string {
  return `~view-${target}`;
}

function openingReport(id: string, offer: SessionOffer, refused: readonly Refusal[]): SessionReport {
  const { client, views } = offer;
  return { id, client, state: 'connecting', views, feeds: [], refused, info: {} };
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}
