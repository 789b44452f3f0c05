import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { failure } from '../../src/contract/error.ts';
import { announcement } from '../../src/protocols/rtsp/announcement.ts';
import { authorize, type Login } from '../../src/protocols/rtsp/authorization.ts';
import {
  RtspReader,
  writeAnswer,
  writeInterleaved,
  writeRequest,
  type RtspItem,
  type RtspRequest,
  type RtspResponse,
} from '../../src/protocols/rtsp/messages.ts';
import { hangUp, listen } from './line.ts';

const AGENT = 'Reverie';
/** Packets and reports on the one connection. */
export const RTP_CHANNEL = 0;
export const RTCP_CHANNEL = 1;
/** A server that says nothing of its patience has this one (RFC 2326 §12.37). */
const USUAL_TIMEOUT_SECONDS = 60;
const UNAUTHORIZED = 401;

/** What a server is told of the stream. */
export interface RtspPlace {
  readonly url: string;
  /** Of the server. */
  readonly address: string;
  readonly login: Login | null;
  /** As errors call it, without the password. */
  readonly name: string;
}

type Headers = Readonly<Record<string, string | number>>;

/**
 * A publisher's side of RTSP over a connection that is open (RFC 2326 §10.3, §10.4, §10.11): ANNOUNCE, SETUP, RECORD, then packets on the same
 * connection. It never waits for the network.
 */
export class RtspSession {
  readonly lost: Promise<never>;
  readonly #socket: Duplex;
  readonly #place: RtspPlace;
  readonly #reader = new RtspReader();
  readonly #answers = new Map<number, (answer: RtspResponse) => void>();
  #sequence = 0;
  #session: string | null = null;
  /** What the server wants to see in every request from now on. */
  #challenges: readonly string[] = [];
  #alive: NodeJS.Timeout | null = null;

  constructor(socket: Duplex, place: RtspPlace) {
    this.#socket = socket;
    this.#place = place;
    const hear = (piece: Buffer): void => this.#reader.feed(piece).forEach((item) => this.#hear(item));
    this.lost = listen(socket, { name: place.name, protocol: 'RTSP', hear }).lost;
    this.lost.catch(() => this.#rest());
  }

  /** Bytes that have not left yet. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** Resolves when the server takes the stream. Rejects with `E_SINK_LOST` in its words. */
  async publish(): Promise<void> {
    const { url, address } = this.#place;
    await this.#must('OPTIONS', url);
    await this.#must('ANNOUNCE', url, { 'Content-Type': 'application/sdp' }, announcement(address));
    const transport = `RTP/AVP/TCP;unicast;interleaved=${RTP_CHANNEL}-${RTCP_CHANNEL};mode=record`;
    const setUp = await this.#must('SETUP', `${url}/streamid=0`, { Transport: transport });
    const [session = '', ...parameters] = (setUp.headers.get('session')?.[0] ?? '').split(';');
    this.#session = session.trim();
    await this.#must('RECORD', url, { Range: 'npt=0.000-' });
    this.#stayAlive(parameters);
  }

  packet(channel: number, bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(writeInterleaved(channel, bytes));
  }

  /** Says goodbye and hangs up, whether or not somebody listens. */
  close(): void {
    this.#rest();
    if (this.#session !== null) this.#send('TEARDOWN', this.#place.url);
    hangUp(this.#socket);
  }

  /** Some servers count requests only, not packets, and forget who makes none. */
  #stayAlive(parameters: readonly string[]): void {
    const told = parameters.map((each) => /^\s*timeout=(\d{1,6})/i.exec(each)?.[1]).find(Boolean);
    const seconds = Math.max(2, Number(told ?? USUAL_TIMEOUT_SECONDS));
    this.#alive = setInterval(() => this.#send('OPTIONS', this.#place.url), seconds * 500);
    this.#alive.unref();
  }

  #rest(): void {
    if (this.#alive !== null) clearInterval(this.#alive);
  }

  async #must(method: string, url: string, headers: Headers = {}, body = ''): Promise<RtspResponse> {
    let answer = await this.#ask(method, url, headers, body);
    if (answer.status === UNAUTHORIZED && this.#place.login !== null) {
      // What was made of an older challenge may be too old; what is made of this one is refused for good.
      this.#challenges = answer.headers.get('www-authenticate') ?? [];
      answer = await this.#ask(method, url, headers, body);
    }
    if (answer.status >= 200 && answer.status < 300) return answer;
    const why =
      answer.status === UNAUTHORIZED && this.#place.login === null
        ? 'it wants a user and a password: rtsp://user:password@host/path'
        : `it refused ${method}: ${answer.status} ${answer.reason.slice(0, 200)}`;
    throw failure('E_SINK_LOST', `${this.#place.name}: ${why}`);
  }

  #ask(method: string, url: string, headers: Headers, body: string): Promise<RtspResponse> {
    const id = this.#send(method, url, headers, body);
    const answered = new Promise<RtspResponse>((resolve) => this.#answers.set(id, resolve));
    return Promise.race([answered, this.lost]);
  }

  #send(method: string, url: string, headers: Headers = {}, body = ''): number {
    const id = (this.#sequence += 1);
    const session = this.#session;
    const authorization = this.#authorization(method, url);
    const all = {
      CSeq: id,
      'User-Agent': AGENT,
      ...(session === null || session === '' ? {} : { Session: session }),
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...headers,
    };
    if (this.#socket.writable) this.#socket.write(writeRequest(method, url, all, body));
    return id;
  }

  #authorization(method: string, url: string): string | null {
    const { login } = this.#place;
    if (login === null) return null;
    return authorize(this.#challenges, login, { method, url, nonce: randomBytes(8).toString('hex') });
  }

  #hear(item: RtspItem): void {
    if (item.kind === 'response') {
      const id = Number(item.headers.get('cseq')?.[0]);
      this.#answers.get(id)?.(item);
      this.#answers.delete(id);
    } else if (item.kind === 'request') this.#answer(item);
    // What a server reports of what it received changes nothing: the connection loses nothing.
  }

  #answer({ headers }: RtspRequest): void {
    const sequence = headers.get('cseq')?.[0];
    if (sequence !== undefined && this.#socket.writable) this.#socket.write(writeAnswer(200, 'OK', sequence));
  }
}
