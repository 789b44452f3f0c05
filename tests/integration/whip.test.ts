import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../src/contract/session.ts';
import { endPeers, WebRtcPeer } from '../support/webrtc-peer.ts';
import { graphOf, sinkNode, startReverie, within, type Reverie } from './reverie.ts';

const LONG = 20_000;
const obs = 'tests/fixtures/peers/obs-like.mjs';
const graph = graphOf(
  [
    { id: 'in', type: 'source', adapter: 'webrtc', config: { name: 'whip:cam1' } },
    sinkNode('out'),
    { id: 'wire', type: 'sink', adapter: 'webrtc', config: { name: 'whep:program' } },
  ],
  [
    ['in', 'out'],
    ['in', 'wire'],
  ],
);
const servers = ['stun:127.0.0.1:3478', 'turn:me:p,"a@127.0.0.1:3478?transport=udp'];

let reverie: Reverie;
const children: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  const flags = servers.flatMap((server) => ['--ice-server', server]);
  reverie = await startReverie({ graph, flags });
  await reverie.until('in', ({ status }) => status.state === 'ready', LONG);
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await within(
    LONG,
    'a free source',
    () => '',
    async () => {
      const { sessions } = await reverie.get<{ sessions: SessionReport[] }>('sessions');
      for (const { id } of sessions) await fetch(`${reverie.url}/whip/cam1/${id}`, { method: 'DELETE' });
      return sessions.length === 0;
    },
  );
});

afterAll(async () => {
  await reverie?.dispose();
  endPeers();
});

interface Facts {
  readonly status: number;
  readonly location: string;
  readonly link: string;
  readonly offer: string;
  readonly answer: string;
}

/** Publishes as OBS does, in a process of its own; resolves with what it was answered. */
async function publish(
  path = '/whip/cam1',
): Promise<Facts & { child: ChildProcessWithoutNullStreams; said: object[] }> {
  const child = spawn(process.execPath, [obs, `${reverie.url}${path}`, '320', '240', '30', 'counter']);
  children.push(child);
  child.stderr.pipe(process.stderr);
  const said: object[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as object));
  const answered = (): (Facts & object) | undefined => said.find((fact): fact is Facts => 'status' in fact);
  await within(
    LONG,
    'an answer',
    () => JSON.stringify(said),
    () => answered() !== undefined,
  );
  const facts = answered();
  if (facts === undefined) throw new Error('There is no answer');
  return { ...facts, child, said };
}

const framesOut = async (): Promise<number> => (await reverie.stats('in')).framesOut;

async function moves(): Promise<void> {
  const before = await framesOut();
  await within(
    LONG,
    'more pictures',
    () => `${before}`,
    async () => (await framesOut()) > before + 10,
  );
}

const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${reverie.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', ...headers },
    body,
  });
const codeOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { code: string } }).error.code;

describe('a publisher like OBS', () => {
  it('is answered as it needs it, and its picture plays', async () => {
    const { status, location, link, offer, answer, child, said } = await publish();
    expect(status).toBe(201);
    expect(location).toMatch(/^\/whip\/cam1\/[0-9a-f-]{36}$/);
    expect(link).toContain('<stun:127.0.0.1:3478>; rel="ice-server"');
    expect(link).toContain('username="me"; credential="p,\\"a"; credential-type="password"');
    expect(offer).not.toContain('a=candidate');
    expect(answer.match(/^m=(\w+) \d+ \S+ (\d+)/gm)).toEqual([
      expect.stringMatching(/^m=audio \d+ \S+ 111$/),
      expect.stringMatching(/^m=video \d+ \S+ 96$/),
    ]);
    const [, sound = '', picture = ''] = answer.split('m=');
    expect(sound).toContain('a=inactive');
    expect(picture).toContain('a=recvonly');
    expect(answer).toMatch(/a=candidate:\S+ 1 UDP \d+ 127\.0\.0\.1 \d+ typ host/i);
    await moves();
    const { sessions } = await reverie.get<{ sessions: SessionReport[] }>('sessions');
    expect(sessions.map(({ info }) => info['audio'])).toEqual(['inactive: Reverie has no sound']);
    expect((await reverie.node('in')).info).toMatchObject({
      client: 'whip',
      codec: 'h264',
      size: '320x240',
      waiting: null,
    });
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(said.at(-1)).toEqual({ ended: 200 });
    const free = await reverie.until(
      'in',
      ({ info }) => info['waiting'] === 'Nobody publishes to /whip/cam1',
    );
    expect(free.info['client']).toBeNull();
    expect(free.endpoint).toMatchObject({ url: 'whip:cam1', state: 'lost' });
  });

  it('that died without a word is noticed within two seconds, and its place is free for its return', async () => {
    const first = await publish();
    await moves();
    first.child.kill('SIGKILL');
    const again = publish();
    await reverie.until('in', ({ info }) => info['waiting'] !== null, 4_000);
    expect((await again).status).toBe(201);
    await moves();
    expect(await codeOf(await fetch(`${reverie.url}${first.location}`, { method: 'DELETE' }))).toBe(
      'E_SESSION_UNKNOWN',
    );
  });

  it('keeps its place from others while it plays, and when its picture stands still', async () => {
    const first = await publish();
    await moves();
    expect((await publish()).status).toBe(409);
    first.child.stdin.write('stop\n');
    const { info } = await reverie.until('in', ({ info: { waiting } }) => waiting !== null, 4_000);
    expect(info['waiting']).toContain('not heard of any more');
    first.child.stdin.write('go\n');
    await reverie.until('in', ({ info: { waiting } }) => waiting === null, 4_000);
    expect((await publish()).status).toBe(409);
    await moves();
  });
});

describe('the routes of WHIP and WHEP', () => {
  const peer = new WebRtcPeer({ receive: 'vp8' });
  let sdp: string;

  beforeAll(async () => {
    sdp = await peer.offer();
  });

  afterAll(() => peer.close());

  it('say what they take, also to pages of other programs of this machine', async () => {
    const plain = await fetch(`${reverie.url}/whip/cam1`, { method: 'OPTIONS' });
    expect([plain.status, plain.headers.get('accept-post'), plain.headers.get('allow')]).toEqual([
      204,
      'application/sdp',
      'OPTIONS, POST',
    ]);
    const page = await fetch(`${reverie.url}/whep/program/some-session`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'PATCH' },
    });
    expect(page.headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
    expect(page.headers.get('access-control-allow-headers')).toMatch(/authorization.*if-match/);
    expect(page.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    const foreign = await fetch(`${reverie.url}/whip/cam1`, {
      method: 'OPTIONS',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'POST' },
    });
    expect(foreign.status).toBe(403);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await fetch(`${reverie.url}/whip/cam1`, { method });
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'POST, OPTIONS']);
    }
  });

  it('take candidates for the ICE session of the answer, and say honestly that none can be restarted', async () => {
    const created = await post('/whep/program', sdp, { accept: 'application/sdp' });
    expect([created.status, created.headers.get('content-type')]).toEqual([201, 'application/sdp']);
    const tag = created.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[^"]+"$/);
    const location = `${reverie.url}${created.headers.get('location')}`;
    const user = /a=ice-ufrag:(\S+)/.exec(sdp)?.[1];
    const fragment = (ufrag = user): string =>
      `a=ice-ufrag:${ufrag}\r\na=ice-pwd:0123456789abcdefghijklmn\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=candidate:1 1 udp 2113937151 127.0.0.1 9 typ host\r\n`;
    const patch = (headers: Record<string, string>, body = fragment()): Promise<Response> =>
      fetch(location, {
        method: 'PATCH',
        headers: { 'content-type': 'application/trickle-ice-sdpfrag', ...headers },
        body,
      });
    expect((await patch({ 'if-match': tag })).status).toBe(204);
    const refused: readonly (readonly [number, string, Response])[] = [
      [428, 'E_SESSION_UNMATCHED', await patch({})],
      [412, 'E_SESSION_STALE', await patch({ 'if-match': '"another"' })],
      [412, 'E_SESSION_STALE', await patch({ 'if-match': `W/${tag}` })],
      [422, 'E_SESSION_RESTART', await patch({ 'if-match': '*' }, fragment('anew'))],
      [422, 'E_SESSION_RESTART', await patch({ 'if-match': tag }, fragment('anew'))],
      [400, 'E_SESSION_CANDIDATE', await patch({ 'if-match': tag }, 'nonsense')],
      [415, 'E_HTTP_MEDIA_TYPE', await patch({ 'if-match': tag, 'content-type': 'text/plain' })],
    ];
    for (const [status, code, answer] of refused)
      expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(404);
  });

  it('refuse what they cannot serve with a code and words', async () => {
    const sender = new WebRtcPeer({ send: 'h264' });
    const offer = await sender.offer();
    const layers = `${offer}a=rid:h send\r\na=rid:l send\r\na=simulcast:send h;l\r\n`;
    const simulcast = await post('/whip/cam1', layers);
    expect(simulcast.status).toBe(422);
    expect(JSON.stringify(await simulcast.json())).toMatch(/E_SESSION_SIMULCAST.*OBS.*Simulcast/);
    const nowhere = await post('/whip/cam2', offer);
    expect([nowhere.status, JSON.stringify(await nowhere.json())]).toEqual([
      404,
      expect.stringMatching(/whip:cam2.*\/whip\/cam1/),
    ]);
    expect(await codeOf(await post('/whip/cam1', offer, { accept: 'application/json' }))).toBe(
      'E_HTTP_ACCEPT',
    );
    expect(await codeOf(await post('/whip/cam1', offer, { 'content-type': 'text/plain' }))).toBe(
      'E_HTTP_MEDIA_TYPE',
    );
    expect((await post('/whip/in', offer)).status).toBe(201);
    sender.close();
  });

  it('refuse hundreds of mutated offers or answer them, and nothing else happens', async () => {
    const child = (await publish()).child;
    await moves();
    const { pid, restarts } = await reverie.node('in');
    const mutations = fc.sample(
      fc.record({
        at: fc.nat(sdp.length),
        cut: fc.nat(30),
        put: fc.string({ unit: 'binary', maxLength: 20 }),
      }),
      200,
    );
    const judge = async ({ at, cut, put }: (typeof mutations)[number]): Promise<void> => {
      const answer = await post('/whep/program', `${sdp.slice(0, at)}${put}${sdp.slice(at + cut)}`);
      if (answer.status === 201) {
        const end = await fetch(`${reverie.url}${answer.headers.get('location')}`, { method: 'DELETE' });
        expect(end.status).toBe(200);
      } else {
        expect(answer.status).toBeLessThan(500);
        expect(await codeOf(answer)).toMatch(/^E_(?:SESSION|HTTP)_/);
      }
    };
    while (mutations.length > 0) await Promise.all(mutations.splice(0, 20).map(judge));
    expect(await reverie.node('in')).toMatchObject({ pid, restarts });
    await moves();
    child.kill('SIGTERM');
    await once(child, 'exit');
  }, 120_000);
});
