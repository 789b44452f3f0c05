// Stands for the WebRTC peers behind the server. It cannot show SDP, ICE, codecs, pictures or that a browser takes the answer: it
// keeps the books of sessions as the contract tells them, and lets a test play the peer's part.
import { failure } from '../../../src/contract/error.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import type {
  IceCandidate,
  SessionAnswer,
  SessionEvent,
  SessionOffer,
  SessionReport,
  SessionsApi,
} from '../../../src/contract/session.ts';

export class SessionsDouble implements SessionsApi {
  readonly offers: SessionOffer[] = [];
  readonly candidates: IceCandidate[] = [];
  readonly sent: { readonly id: string; readonly channel: string; readonly text: string }[] = [];
  /** Adapter of each source, as the graph has it; a feed of another adapter than `webrtc` is refused. */
  adapterOf: (node: string) => string | null = () => null;
  /** Bytes that no peer has taken. */
  unread = 0;
  /** Set to refuse the next offers. */
  refusal: Error | null = null;
  /** What candidates wait for. */
  taking: () => Promise<void> = async () => undefined;
  readonly #reports = new Map<string, SessionReport>();
  readonly #listeners = new Set<(event: SessionEvent) => void>();

  async open(offer: SessionOffer): Promise<SessionAnswer> {
    await Promise.resolve();
    this.offers.push(offer);
    if (this.refusal !== null) throw this.refusal;
    const id = `session-${this.offers.length}`;
    const judged = offer.feeds.map((node) => ({ node, reason: this.#noFeed(node) }));
    const report: SessionReport = {
      id,
      client: offer.client,
      state: 'connecting',
      views: offer.views,
      feeds: judged.filter(({ reason }) => reason === null).map(({ node }) => node),
      refused: judged.flatMap(({ node, reason }) => (reason === null ? [] : [{ node, reason }])),
      info: {},
    };
    this.#tell(report);
    return { id, sdp: 'v=0\r\nanswer' };
  }

  async addCandidates(id: string, candidates: readonly IceCandidate[]): Promise<void> {
    this.#mustBeOpen(id);
    await this.taking();
    this.candidates.push(...candidates);
  }

  async close(id: string): Promise<void> {
    this.#mustBeOpen(id);
    this.hangUp(id);
    return Promise.resolve();
  }

  send(id: string, channel: string, text: string): void {
    this.sent.push({ id, channel, text });
  }

  waiting(): number {
    return this.unread;
  }

  closeChannel(id: string, channel: string): void {
    this.#emit({ type: 'channel', id, channel, open: false });
  }

  reports(): readonly SessionReport[] {
    return [...this.#reports.values()];
  }

  iceServers() {
    return [{ urls: 'stun:127.0.0.1:3478' }];
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The peer opens its data channel. */
  openChannel(id: string, channel = 'parameters'): void {
    this.#emit({ type: 'channel', id, channel, open: true });
  }

  /** The peer says something on a data channel. */
  say(id: string, message: unknown, channel = 'parameters'): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.#emit({ type: 'message', id, channel, text });
  }

  /** The peer closes its connection, and says nothing else. */
  hangUp(id: string): void {
    const report = this.#reports.get(id);
    if (report === undefined) return;
    this.#reports.delete(id);
    this.#emit({ type: 'state', session: { ...report, state: 'closed' } });
  }

  /** What a peer was sent on its channels, read. */
  heard(id: string): JsonObject[] {
    return this.sent.filter((each) => each.id === id).map((each) => JSON.parse(each.text) as JsonObject);
  }

  #noFeed(node: string): string | null {
    if (this.adapterOf(node) !== 'webrtc') return `Node "${node}" takes no picture from WebRTC`;
    const holder = [...this.#reports.values()].find(({ feeds }) => feeds.includes(node));
    return holder === undefined ? null : `Node "${node}" is fed by session ${holder.id}`;
  }

  #mustBeOpen(id: string): void {
    if (!this.#reports.has(id)) throw failure('E_SESSION_UNKNOWN', `There is no session "${id}"`);
  }

  #tell(report: SessionReport): void {
    this.#reports.set(report.id, report);
    this.#emit({ type: 'state', session: report });
  }

  #emit(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
