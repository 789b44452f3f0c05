import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk } from '../../adapters/webrtc/desk.ts';
import type { ControlContext } from '../../src/contract/adapter.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { DESK_ID, Sessions, type SessionsHost } from '../../src/engine/sessions.ts';
import { createApp } from '../../src/server/app.ts';
import type { App } from '../../src/server/dependencies.ts';
import { signallingRoutes } from '../../src/server/signalling/routes.ts';
import { offerOf } from '../adapters/webrtc/offers.ts';
import { house, nodesOf, quiet } from '../src/server/doubles.ts';
import { libraryDouble } from '../support/webrtc-library.ts';
import '../support/seed.ts';
import { graphOf, sinkNode } from './reverie.ts';

// What a stranger may offer, on its way from the route to the library, in one process: HTTP, the daemon's book of sessions, and the desk of
// the WebRTC runner with its reader of offers. A daemon with the real library takes its share in whip.test.ts.
const RUNS = 50_000;
/** Every so many offers go by HTTP too, which costs ten times the rest. */
const BY_HTTP = 25;

const graph = graphOf(
  [{ id: 'in', type: 'source', adapter: 'webrtc', config: { name: 'whip:cam1' } }, sinkNode('out')],
  [['in', 'out']],
);

/** Joins the daemon's side to the desk's, where else two processes and their channel are. */
class Joined implements SessionsHost<string> {
  readonly iceServers = [];
  readonly #desk = new Map<string, (params: JsonObject) => Promise<JsonValue>>();
  readonly library = libraryDouble();
  #opened: Desk | null = null;
  heard: (name: string, data: JsonObject) => void = () => undefined;

  openDesk(): string {
    const context: ControlContext = {
      node: DESK_ID,
      config: { bindAddress: '127.0.0.1', iceServers: [] },
      signal: new AbortController().signal,
      log: () => undefined,
      busy: () => undefined,
      describe: () => undefined,
      onRequest: (method, handler) => void this.#desk.set(method, handler),
      event: (name, data) => this.heard(name, data),
      bulk: () => undefined,
      send: () => undefined,
      reject: () => undefined,
      live: () => undefined,
    };
    this.#opened = new Desk(context, this.library.library);
    queueMicrotask(() => this.heard('ready', {}));
    return DESK_ID;
  }
  open(target: string): string {
    return `~view-${target}`;
  }
  close(): void {}
  end(): void {
    this.#opened?.close();
  }
  async request(_node: string, method: string, params: JsonObject): Promise<JsonValue> {
    const handler = this.#desk.get(method);
    if (handler === undefined) throw new Error(`The desk answers no "${method}"`);
    return handler(params);
  }
  tell(): void {}
  node(id: string): { readonly role: string; readonly module: string } | null {
    return nodesOf(graph).find((node) => node.id === id) ?? null;
  }
  log(): void {}
}

const video = { kind: 'video', codecs: ['VP8', 'H264'] };
const candidates =
  'a=candidate:1 1 udp 2113937151 127.0.0.1 5000 typ host generation 0\r\na=candidate:2 1 udp 2113937151 cafe.local 5000 typ host\r\na=candidate:3 1 tcp 1518280447 ::1 9 typ host tcptype active\r\n';
/** As browsers, OBS and others make them; what they feed and watch are the same lines. */
const offers = [
  offerOf([{ ...video, direction: 'sendrecv' }]) + candidates,
  offerOf([
    { kind: 'audio', direction: 'sendrecv', codecs: ['opus'] },
    { ...video, direction: 'sendrecv', codecs: ['H264'] },
  ]),
  `${offerOf([{ ...video, direction: 'sendrecv' }])}a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rid:h send\r\na=rid:l send\r\na=simulcast:send h;l\r\n`,
  offerOf([
    { ...video, direction: 'sendrecv', codecs: ['AV1', 'VP9', 'VP8'] },
    { ...video, direction: 'recvonly' },
    { kind: 'application', direction: 'sendrecv', codecs: [] },
  ]).replace('m=application 9 UDP/TLS/RTP/SAVPF ', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel'),
];
const hostile = [
  '',
  ' ',
  ':',
  '/',
  ';',
  '\r\n',
  '\r\nm=video 9 UDP/TLS/RTP/SAVPF 96',
  '-1',
  '0',
  '65536',
  '4294967296',
  '99999999999999999999',
  '1e9',
  'NaN',
  '%n%s',
  '../..',
  '\u0000',
  '\u202e',
  '😀',
  '\ud800',
  'a'.repeat(3_000),
  '1 '.repeat(900),
  'a=mid:0\r\n'.repeat(300),
  'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:q\r\n',
  'a=candidate:1 1 udp 1 256.256.256.256 99999 typ host\r\n',
  'a=rtpmap:96 H264/90000\r\n',
  'a=fmtp:96 profile-level-id=zzzzzz;packetization-mode=1\r\n',
];

type Change = (sdp: string) => string;
const spot = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const text = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 12 }));
const lineAt = (lines: readonly string[], at: number): number => Math.floor(at * lines.length);
/** Bytes cut out and put in, lines left out, doubled, swapped and cut short, words of lines replaced. */
const change: fc.Arbitrary<Change> = fc
  .tuple(fc.nat(5), spot, spot, text)
  .map(([kind, first, second, put]) => (sdp) => {
    const at = Math.floor(first * sdp.length);
    if (kind === 0) return sdp.slice(0, at) + put + sdp.slice(at + Math.floor(second * 40));
    if (kind === 1) return sdp.slice(0, at);
    const lines = sdp.split('\r\n');
    const [from, to] = [lineAt(lines, first), lineAt(lines, second)];
    const [line = '', other = ''] = [lines[from], lines[to]];
    if (kind === 2) lines.splice(from, 1);
    if (kind === 3) lines.splice(to, 0, line);
    if (kind === 4) [lines[from], lines[to]] = [other, line];
    if (kind === 5) {
      const words = line.split(/(?<=[ :/;=])/);
      words[lineAt(words, second)] = put;
      lines[from] = words.join('');
    }
    return lines.join('\r\n');
  });
const mutated = fc
  .tuple(fc.constantFrom(...offers), fc.array(change, { minLength: 1, maxLength: 4 }))
  .map(([sdp, changes]) => changes.reduce((changed, each) => each(changed), sdp));
const random = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.oneof(text, fc.constantFrom(...offers.flatMap((sdp) => sdp.split('\r\n')))), { maxLength: 60 })
    .map((lines) => `v=0\r\n${lines.join('\r\n')}`),
);
const anyOffer = fc.oneof({ weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: random });

describe('offers of strangers', () => {
  const joined = new Joined();
  const sessions = new Sessions(joined);
  let app: App;

  beforeAll(async () => {
    joined.heard = (name, data) => void sessions.see({ type: 'node-event', node: DESK_ID, name, data });
    const { engine, show, ...rest } = house('/');
    engine.nodes = nodesOf(graph);
    app = createApp(quiet);
    const mine = { ...rest, engine, show: Object.assign(show, { graph: () => graph }), sessions };
    signallingRoutes(app, mine);
    await app.ready();
  });

  afterAll(async () => {
    sessions.stop();
    joined.end();
    await app.close();
  });

  const codeOf = (error: unknown): unknown => Object(error).code;
  const seen = new Map<unknown, number>();
  const count = (what: unknown): void => void seen.set(what, (seen.get(what) ?? 0) + 1);

  /** The library reads nothing that is not of the form of a line, and no candidate that was not looked at. */
  function libraryIsSafe(): void {
    for (const line of joined.library.read().split('\r\n').slice(0, -1))
      expect(line).toMatch(/^[a-z]=[\x20-\x7e\x80-\u{10ffff}]*$/u);
    expect(joined.library.read()).not.toMatch(/a=(?:candidate|simulcast|rid|extmap)/);
  }

  async function judge(sdp: string, feeds: boolean): Promise<void> {
    const who = feeds
      ? { client: 'whip', views: [], feeds: ['in'] }
      : { client: 'whep', views: ['out'], feeds: [] };
    try {
      const { id } = await sessions.open({ sdp, ...who });
      libraryIsSafe();
      await sessions.close(id);
      count('answered');
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'E_SESSION_OFFER' && code !== 'E_SESSION_SIMULCAST') throw error;
      count(code);
    }
  }

  async function judgeByHttp(payload: string, path: string): Promise<void> {
    const answer = await app.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/sdp' },
      payload,
    });
    count(answer.statusCode);
    if (answer.statusCode === 201) {
      expect(answer.headers['content-type']).toContain('application/sdp');
      const ended = await app.inject({ method: 'DELETE', url: String(answer.headers.location) });
      expect(ended.statusCode).toBe(200);
    } else {
      expect([400, 422]).toContain(answer.statusCode);
      expect(answer.json<{ error: { code: string } }>().error.code).toMatch(/^E_(?:SESSION|HTTP)_/);
    }
  }

  it(`are answered or refused with a code, ${RUNS} of them, and leave nothing behind`, async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(anyOffer, fc.boolean(), async (sdp, feeds) => {
        runs += 1;
        await judge(sdp, feeds);
        if (runs % BY_HTTP === 0) await judgeByHttp(sdp, feeds ? '/whip/cam1' : '/whep/out');
      }),
      { numRuns: RUNS },
    );
    expect(joined.library.open()).toBe(0);
    expect(sessions.reports()).toEqual([]);
    // All ends are reached often: else the offers would be too wild or too tame to show anything.
    for (const end of ['answered', 'E_SESSION_OFFER', 'E_SESSION_SIMULCAST', 201, 400, 422])
      expect([end, (seen.get(end) ?? 0) > 20]).toEqual([end, true]);
    await judgeByHttp(offers[0] ?? '', '/whip/cam1');
    expect(seen.get(201)).toBeGreaterThan(0);
  }, 180_000);
});
