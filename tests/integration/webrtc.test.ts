import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../src/contract/session.ts';
import { buildRtcp } from '../../src/protocols/rtp/rtcp-build.ts';
import { endPeers, testStream, WebRtcPeer } from '../support/webrtc-peer.ts';
import { graphOf, sinkNode, sourceNode, stageNode, startReverie, within, type Reverie } from './reverie.ts';
import { codeOf, LONG, WebRtcRoom, type Joined, type Signalled } from './webrtc-room.ts';

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

let room: WebRtcRoom;
let reverie: Reverie;

beforeAll(async () => {
  room = await WebRtcRoom.open({ graph });
  ({ reverie } = room);
});

afterAll(async () => {
  await room?.close();
  endPeers();
});

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
    const peer = room.peer({ receive: 'vp8' });
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
      const answer = await room.post('/whep/out', sdp);
      expect([400, 413], what).toContain(answer.status);
      expect(codeOf(answer), what).toMatch(/^E_(SESSION_OFFER|HTTP_TOO_LARGE|HTTP_INVALID)$/);
    }
    expect(codeOf(await room.post('/whep/nobody', good))).toBe('E_HTTP_NOT_FOUND');
    expect(codeOf(await room.post('/whep/out', good, 'text/plain'))).toBe('E_HTTP_MEDIA_TYPE');
    expect(codeOf(await room.post('/whip/in', good))).toBe('E_SESSION_SOURCE');
    expect(codeOf(await room.post('/whip/camera', good))).toBe('E_SESSION_OFFER');
    expect((await reverie.get<{ sessions: [] }>('sessions')).sessions).toEqual([]);
    await stillPlays();
  });
});

describe('candidates', () => {
  const patch = async (location: string, body: string, type = 'application/trickle-ice-sdpfrag') => {
    const response = await fetch(`${reverie.url}${location}`, {
      method: 'PATCH',
      headers: { 'content-type': type, 'if-match': `"${location.split('/').at(-1)}"` },
      body,
    });
    const text = await response.text();
    return { status: response.status, code: text === '' ? '' : codeOf({ status: 0, location, text }) };
  };
  const fragment = (count: number): string =>
    `a=mid:0\r\n${'a=candidate:1 1 udp 2113937151 127.0.0.1 9 typ host\r\n'.repeat(count)}`;
  const taken = { status: 204, code: '' };
  const refused = { status: 400, code: 'E_SESSION_CANDIDATE' };

  it('are taken up to a number, those beyond are refused, and another viewer sees on', async () => {
    const { location } = await room.join('/whep/out', { receive: 'vp8' });
    const other = await room.join('/whep/out', { receive: 'vp8' });
    expect(await patch(location, fragment(3))).toEqual(taken);
    const one = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 };
    expect(await patch(location, JSON.stringify({ candidates: [one] }), 'application/json')).toEqual(taken);
    expect(await patch(location, fragment(200))).toEqual(refused);
    expect(await patch(location, 'nonsense')).toEqual(refused);
    for (const each of [location, other.location]) await room.plays(each);
    for (const each of [location, other.location]) expect(await room.end(each)).toBe(200);
    expect(await room.end(location)).toBe(404);
  });

  it('that come in two thousand requests are refused from the fifty-first on, and another viewer sees on', async () => {
    const { location } = await room.join('/whep/out', { receive: 'vp8' });
    const other = await room.join('/whep/out', { receive: 'vp8' });
    const before = await room.pictures(other.location);
    const answers = new Map<string, number>();
    for (let round = 0; round < 100; round += 1) {
      const twenty = Array.from({ length: 20 }, () => patch(location, fragment(1)));
      for (const { status, code } of await Promise.all(twenty)) {
        const answer = `${status} ${code}`.trim();
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(answers)).toEqual({ 204: 50, '400 E_SESSION_CANDIDATE': 1950 });
    expect(await room.pictures(other.location)).toBeGreaterThan(before);
    for (const each of [location, other.location]) await room.plays(each);
    for (const each of [location, other.location]) expect(await room.end(each)).toBe(200);
  });
});

describe('an offer that hides its addresses behind names', () => {
  /** As browsers do it by mDNS; nobody here can resolve them. */
  const hidden = (sdp: string): string =>
    sdp.replaceAll(/(a=candidate:\S+ \d+ \w+ \d+) \S+/g, '$1 3f0f2a8e-0000-4000-8000-5eed5eed5eed.local');

  it('connects all the same, because its own checks tell where it is', async () => {
    const peer = room.peer({ receive: 'vp8' });
    const offer = hidden(await peer.offer());
    expect(offer.match(/a=candidate:.*/g)?.every((line) => line.includes('.local'))).toBe(true);
    const answer = await room.post('/whep/out', offer);
    expect(answer.status).toBe(201);
    peer.accept(answer.text);
    let report: SessionReport | undefined;
    const connected = async (): Promise<boolean> =>
      (report = await room.report(answer.location))?.state === 'connected';
    await within(LONG, 'the connection', () => JSON.stringify(report), connected);
    await within(
      LONG,
      'a picture',
      () => JSON.stringify(report),
      () => peer.packets.length > 0,
    );
    expect(report?.info['path']).toMatch(/^host to /);
    await room.end(answer.location);
  });

  it('waits where nobody is behind them, said to be connecting, and can be ended', async () => {
    const peer = new WebRtcPeer({ receive: 'vp8' });
    const offer = hidden(await peer.offer());
    peer.close();
    const answer = await room.post('/whep/out', offer);
    expect(answer.status).toBe(201);
    expect(await room.report(answer.location)).toMatchObject({ state: 'connecting', info: { path: null } });
    await stillPlays();
    expect(await room.end(answer.location)).toBe(200);
  });
});

describe('viewers', () => {
  it('are let in up to a limit, and those beyond are told so', async () => {
    const waiting = room.peer({ receive: 'vp8' });
    const sdp = await waiting.offer();
    const locations: string[] = [];
    let refusal: Signalled | null = null;
    while (refusal === null && locations.length < 200) {
      const answer = await room.post('/whep/out', sdp);
      if (answer.status === 201) locations.push(answer.location);
      else refusal = answer;
    }
    expect(refusal?.status).toBe(503);
    expect(refusal === null ? '' : codeOf(refusal)).toBe('E_SESSION_LIMIT');
    await stillPlays();
    for (const location of locations) expect(await room.end(location)).toBe(200);
    await room.join('/whep/out', { receive: 'vp8' });
  });

  it('get a picture each, of one encode a codec', async () => {
    const joined: Joined[] = [];
    for (const receive of ['vp8', 'vp8', 'h264'] as const)
      joined.push(await room.join('/whep/wire', { receive }));
    const each = (): Promise<number[]> => Promise.all(joined.map(({ location }) => room.pictures(location)));
    let seen: number[] = [];
    await within(
      LONG,
      'pictures',
      () => String(seen),
      async () => (seen = await each()).every((count) => count > 30),
    );
    const { info } = await reverie.node('wire');
    expect(info).toMatchObject({ viewers: 3, encodes: ['vp8 full 320x240', 'h264 full 320x240'] });
    for (const { location } of joined) await room.end(location);
    await reverie.until('wire', (node) => Object(node.info)['encodes'].length === 0);
  });

  it('that stand still cost nothing but themselves', async () => {
    const stuck = spawn(process.execPath, ['tests/fixtures/standing-viewer.mjs', `${reverie.url}/whep/out`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await new Promise((resolve) => stuck.stdout.once('data', resolve));
      const { location } = await room.join('/whep/out', { receive: 'vp8' });
      stop(stuck);
      const before = await room.pictures(location);
      let pictures = before;
      await within(
        LONG,
        'pictures for the other',
        () => `${before} and ${pictures}`,
        async () => (pictures = await room.pictures(location)) > before + 60,
      );
      expect((await room.report(location))?.state).toBe('connected');
      await room.end(location);
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
    const first = await room.join('/whip/camera', { send: 'vp8' });
    const alive = setInterval(() => first.peer.track?.sendMessageBinary(aReport), 200);
    const second = room.peer({ send: 'vp8' });
    expect(codeOf(await room.post('/whip/camera', await second.offer()))).toBe('E_SESSION_TAKEN');
    // It answers once the new one plays, which it does with its first picture.
    const { status } = await reverie.node('camera');
    void reverie.call('POST', '/api/v1/nodes/camera/reload').catch(() => undefined);
    await reverie.until(
      'camera',
      (node) => node.status.state === 'ready' && node.status.since > status.since,
    );
    expect((await room.report(first.location))?.feeds).toEqual(['camera']);
    clearInterval(alive);
    expect(await room.end(first.location)).toBe(200);
    const third = await room.join('/whip/camera', { send: 'vp8' });
    await room.end(third.location);
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
