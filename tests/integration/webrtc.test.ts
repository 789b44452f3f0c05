import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../src/contract/session.ts';
import { buildRtcp } from '../../src/protocols/rtp/rtcp-build.ts';
import { endPeers, testStream, WebRtcPeer, type Wishes } from '../support/webrtc-peer.ts';
import { graphOf, sinkNode, sourceNode, stageNode, startReverie, within, type Reverie } from './reverie.ts';

const LONG = 20_000;
const graph = graphOf(
  [
    sourceNode('in', { width: 320, height: 240 }),
    stageNode('main', 'passthrough'),
    sinkNode('out'),
    { id: 'camera', type: 'source', adapter: 'webrtc' },
    { id: 'wire', type: 'sink', adapter: 'webrtc' },
  ],
  [
    ['main', 'wire'],
    ['in', 'main'],
    ['main', 'out'],
  ],
);

let reverie: Reverie;
const peers: WebRtcPeer[] = [];

beforeAll(async () => {
  reverie = await startReverie({ graph });
  await reverie.live('out', LONG);
});

afterAll(async () => {
  for (const peer of peers) peer.close();
  await reverie?.dispose();
  endPeers();
});

interface Signalled {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

async function post(path: string, body: string, type = 'application/sdp'): Promise<Signalled> {
  const headers = { 'content-type': type };
  const response = await fetch(`${reverie.url}${path}`, { method: 'POST', headers, body });
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    text: await response.text(),
  };
}

const codeOf = ({ text }: Signalled): string => (JSON.parse(text) as { error: { code: string } }).error.code;

async function join(path: string, wishes: Wishes): Promise<{ peer: WebRtcPeer; location: string }> {
  const peer = new WebRtcPeer(wishes);
  peers.push(peer);
  const answer = await post(path, await peer.offer());
  expect(answer.status).toBe(201);
  peer.accept(answer.text);
  await within(
    LONG,
    'the connection',
    () => peer.connection.state(),
    () => peer.connected,
  );
  return { peer, location: answer.location };
}

async function joinWithChannel(): ReturnType<typeof join> {
  const joined = await join('/whep/out', { receive: 'vp8', channel: 'parameters' });
  await within(
    LONG,
    'the channel',
    () => '',
    () => joined.peer.channel?.isOpen() === true,
  );
  return joined;
}

async function reportOf(location: string): Promise<SessionReport | undefined> {
  const { sessions } = await reverie.get<{ sessions: SessionReport[] }>('sessions');
  return sessions.find(({ id }) => location.endsWith(id));
}

/** How many pictures a viewer was sent. */
async function picturesOf(location: string): Promise<number> {
  const sending: unknown = (await reportOf(location))?.info['sending'];
  return Array.isArray(sending) ? Number(Object(sending[0])['pictures']) : -1;
}

async function end(location: string): Promise<number> {
  return (await fetch(`${reverie.url}${location}`, { method: 'DELETE' })).status;
}

async function stillPlays(): Promise<void> {
  const { framesIn } = await reverie.stats('out');
  await within(
    LONG,
    'more frames',
    () => String(framesIn),
    async () => (await reverie.stats('out')).framesIn > framesIn + 5,
  );
}

describe('hostile offers', () => {
  it('are refused with a code that says what is wrong, and the show goes on', async () => {
    const peer = new WebRtcPeer({ receive: 'vp8' });
    peers.push(peer);
    const good = await peer.offer();
    const bad: readonly (readonly [string, string])[] = [
      ['', 'nothing'],
      ['v=0', 'no m-line'],
      ['hello', 'no SDP'],
      [good.slice(0, 120), 'truncated'],
      [good.replaceAll(/a=fingerprint.*\r\n/g, ''), 'no fingerprint'],
      [good.replaceAll(/a=fingerprint:.*/g, 'a=fingerprint:sha-256 00'), 'a fingerprint that is none'],
      [good.replaceAll(/a=ice-ufrag.*\r\n/g, ''), 'no ICE'],
      [good.replaceAll('VP8', 'XX9'), 'no codec'],
      [good.replace('a=mid:0', 'a=mid:\u0000\u0001'), 'control characters'],
      [good.replace('m=video', 'm=video 99999999999999999999'), 'a port that is none'],
      [good + 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n'.repeat(500), 'hundreds of lines'],
      [good + `a=${'x'.repeat(60_000)}\r\n`, 'a long line'],
      ['v=0\r\n' + 'a=x\r\n'.repeat(100_000), 'half a megabyte'],
    ];
    for (const [sdp, what] of bad) {
      const answer = await post('/whep/out', sdp);
      expect([400, 413], what).toContain(answer.status);
      expect(codeOf(answer), what).toMatch(/^E_(SESSION_OFFER|HTTP_TOO_LARGE|HTTP_INVALID)$/);
    }
    expect(codeOf(await post('/whep/nobody', good))).toBe('E_HTTP_NOT_FOUND');
    expect(codeOf(await post('/whep/out', good, 'text/plain'))).toBe('E_HTTP_MEDIA_TYPE');
    expect(codeOf(await post('/whip/in', good))).toBe('E_SESSION_SOURCE');
    expect(codeOf(await post('/whip/camera', good))).toBe('E_SESSION_OFFER');
    expect((await reverie.get<{ sessions: [] }>('sessions')).sessions).toEqual([]);
    await stillPlays();
  });

  it('cannot flood a session with candidates', async () => {
    const { peer, location } = await join('/whep/out', { receive: 'vp8' });
    const patch = async (body: string, type: string): Promise<number> =>
      (
        await fetch(`${reverie.url}${location}`, {
          method: 'PATCH',
          headers: { 'content-type': type, 'if-match': `"${location.split('/').at(-1)}"` },
          body,
        })
      ).status;
    const fragment = (count: number): string =>
      `a=mid:0\r\n${'a=candidate:1 1 udp 2113937151 127.0.0.1 9 typ host\r\n'.repeat(count)}`;
    expect(await patch(fragment(3), 'application/trickle-ice-sdpfrag')).toBe(204);
    const one = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 };
    expect(await patch(JSON.stringify({ candidates: [one] }), 'application/json')).toBe(204);
    expect(await patch(fragment(200), 'application/trickle-ice-sdpfrag')).toBe(400);
    expect(await patch('nonsense', 'application/trickle-ice-sdpfrag')).toBe(400);
    expect(await end(location)).toBe(200);
    expect(await end(location)).toBe(404);
    peer.close();
  });
});

describe('an offer that hides its addresses behind names', () => {
  /** As browsers do it by mDNS; nobody here can resolve them. */
  const hidden = (sdp: string): string =>
    sdp.replaceAll(/(a=candidate:\S+ \d+ \w+ \d+) \S+/g, '$1 3f0f2a8e-0000-4000-8000-5eed5eed5eed.local');

  it('connects all the same, because its own checks tell where it is', async () => {
    const peer = new WebRtcPeer({ receive: 'vp8' });
    peers.push(peer);
    const offer = hidden(await peer.offer());
    expect(offer.match(/a=candidate:.*/g)?.every((line) => line.includes('.local'))).toBe(true);
    const answer = await post('/whep/out', offer);
    expect(answer.status).toBe(201);
    peer.accept(answer.text);
    let report: SessionReport | undefined;
    const connected = async (): Promise<boolean> =>
      (report = await reportOf(answer.location))?.state === 'connected';
    await within(LONG, 'the connection', () => JSON.stringify(report), connected);
    await within(
      LONG,
      'a picture',
      () => JSON.stringify(report),
      () => peer.packets.length > 0,
    );
    expect(report?.info['path']).toMatch(/^host to /);
    await end(answer.location);
  });

  it('waits where nobody is behind them, said to be connecting, and can be ended', async () => {
    const peer = new WebRtcPeer({ receive: 'vp8' });
    const offer = hidden(await peer.offer());
    peer.close();
    const answer = await post('/whep/out', offer);
    expect(answer.status).toBe(201);
    expect(await reportOf(answer.location)).toMatchObject({ state: 'connecting', info: { path: null } });
    await stillPlays();
    expect(await end(answer.location)).toBe(200);
  });
});

describe('viewers', () => {
  it('are let in up to a limit, and those beyond are told so', async () => {
    const waiting = new WebRtcPeer({ receive: 'vp8' });
    peers.push(waiting);
    const sdp = await waiting.offer();
    const locations: string[] = [];
    let refusal: Signalled | null = null;
    while (refusal === null && locations.length < 200) {
      const answer = await post('/whep/out', sdp);
      if (answer.status === 201) locations.push(answer.location);
      else refusal = answer;
    }
    expect(refusal?.status).toBe(503);
    expect(refusal === null ? '' : codeOf(refusal)).toBe('E_SESSION_LIMIT');
    await stillPlays();
    for (const location of locations) expect(await end(location)).toBe(200);
    await join('/whep/out', { receive: 'vp8' });
  });

  it('get a picture each, of one encode a codec', async () => {
    const joined: Awaited<ReturnType<typeof join>>[] = [];
    for (const receive of ['vp8', 'vp8', 'h264'] as const) joined.push(await join('/whep/wire', { receive }));
    const each = (): Promise<number[]> => Promise.all(joined.map(({ location }) => picturesOf(location)));
    let seen: number[] = [];
    await within(
      LONG,
      'pictures',
      () => String(seen),
      async () => (seen = await each()).every((count) => count > 30),
    );
    const { info } = await reverie.node('wire');
    expect(info).toMatchObject({ viewers: 3, encodes: ['vp8 full 320x240', 'h264 full 320x240'] });
    for (const { location } of joined) await end(location);
    await reverie.until('wire', (node) => Object(node.info)['encodes'].length === 0);
  });

  it('that stand still cost nothing but themselves', async () => {
    const stuck = spawn(process.execPath, ['tests/fixtures/standing-viewer.mjs', `${reverie.url}/whep/out`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await new Promise((resolve) => stuck.stdout.once('data', resolve));
      const { location } = await join('/whep/out', { receive: 'vp8' });
      stop(stuck);
      const before = await picturesOf(location);
      let pictures = before;
      await within(
        LONG,
        'pictures for the other',
        () => `${before} and ${pictures}`,
        async () => (pictures = await picturesOf(location)) > before + 60,
      );
      expect((await reportOf(location))?.state).toBe('connected');
      await end(location);
    } finally {
      stuck.kill('SIGKILL');
    }
  });
});

function stop(child: ChildProcess): void {
  child.kill('SIGSTOP');
}

/** What keeps a publisher its source while its picture stands still. */
const aReport = Buffer.from(buildRtcp([{ type: 'receiver-report', ssrc: testStream.ssrc, reports: [] }]));

describe('a source', () => {
  it('is kept by the first who feeds it, also while its node starts again', async () => {
    const first = await join('/whip/camera', { send: 'vp8' });
    const alive = setInterval(() => first.peer.track?.sendMessageBinary(aReport), 200);
    const second = new WebRtcPeer({ send: 'vp8' });
    peers.push(second);
    expect(codeOf(await post('/whip/camera', await second.offer()))).toBe('E_SESSION_TAKEN');
    // It answers once the new one plays, which it does with its first picture.
    const { status } = await reverie.node('camera');
    void reverie.call('POST', '/api/v1/nodes/camera/reload').catch(() => undefined);
    await reverie.until(
      'camera',
      (node) => node.status.state === 'ready' && node.status.since > status.since,
    );
    expect((await reportOf(first.location))?.feeds).toEqual(['camera']);
    clearInterval(alive);
    expect(await end(first.location)).toBe(200);
    const third = await join('/whip/camera', { send: 'vp8' });
    await end(third.location);
  });
});

describe('data channels', () => {
  it('refuse what is too large or not text, and say so on the channel', async () => {
    const { peer, location } = await joinWithChannel();
    peer.channel?.sendMessageBinary(Buffer.from([1, 2, 3]));
    await within(
      LONG,
      'the refusal',
      () => peer.texts.join(),
      () => peer.texts.some((text) => text.includes('E_SESSION_MESSAGE')),
    );
    expect((await reportOf(location))?.state).toBe('connected');
    await end(location);
  });

  it('bear ten megabytes at once and ten thousand messages a second', async () => {
    const { peer, location } = await joinWithChannel();
    try {
      peer.channel?.sendMessage('x'.repeat(10_000_000));
    } catch {
      // The library itself may refuse to send more than the answer allows.
    }
    for (let n = 0; n < 10_000; n += 1) peer.channel?.sendMessage('{"nothing":1}');
    await stillPlays();
    const counts = async (): Promise<Record<string, number>> =>
      Object((await reportOf(location))?.info['channels'] ?? {}) as Record<string, number>;
    let seen: Record<string, number> = {};
    const settled = async (): Promise<boolean> => ((seen = await counts())['messages'] ?? 0) >= 10_000;
    await within(LONG, 'all messages', () => JSON.stringify(seen), settled);
    expect(seen['dropped']).toBeLessThan(10_000);
    await stillPlays();
    await end(location);
  });
});

describe('servers for the way', () => {
  it('are told to browsers as they were given', async () => {
    expect(await reverie.get('ice-servers')).toEqual({ iceServers: [] });
    const other = await startReverie({
      flags: [
        '--ice-server',
        'stun:127.0.0.1:3478',
        '--ice-server',
        'turn:me:p%40ss@127.0.0.1:3478?transport=udp',
      ],
    });
    try {
      expect(await other.get('ice-servers')).toEqual({
        iceServers: [
          { urls: 'stun:127.0.0.1:3478' },
          { urls: 'turn:127.0.0.1:3478?transport=udp', username: 'me', credential: 'p@ss' },
        ],
      });
    } finally {
      await other.dispose();
    }
  });
});
