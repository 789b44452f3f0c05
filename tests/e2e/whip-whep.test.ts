import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../src/contract/session.ts';
import { graphOf, sinkNode } from '../integration/reverie.ts';
import { call, openPeer, type Watched } from './browser-peer.ts';
import { usableAlone, withCamera } from './chromium.ts';
import { openRoom, type Room } from './room.ts';

// Two pages of a real Chromium with nothing but fetch and RTCPeerConnection: one publishes by WHIP, the other watches that by WHEP. Both send
// their offers before a candidate is found, and trickle.
const graph = graphOf(
  [
    { id: 'in', type: 'source', adapter: 'webrtc', config: { name: 'whip:cam1' } },
    { id: 'wire', type: 'sink', adapter: 'webrtc', config: { name: 'whep:program' } },
    sinkNode('out'),
  ],
  [
    ['in', 'wire'],
    ['in', 'out'],
  ],
);
interface Answered {
  readonly status: number;
  readonly location: string;
  readonly patched: readonly number[];
}

describe.skipIf(!usableAlone)('WHIP and WHEP between two pages (needs chromium and root)', () => {
  let room: Room;
  let browser: Browser;
  let publisher: Page;
  let viewer: Page;

  beforeAll(async () => {
    room = await openRoom(withCamera, { graph });
    browser = room.browser;
    [publisher, viewer] = [await browser.newPage(), await browser.newPage()];
    for (const page of [publisher, viewer]) {
      await openPeer(page, room.reverie.url);
      // A page that may use a camera is told the addresses of its machine, and has something to trickle.
      await page.evaluate(
        'navigator.mediaDevices.getUserMedia({ video: true }).then((stream) => stream.getTracks()[0].stop())',
      );
    }
  });

  afterEach(() => publisher.evaluate('peers.stop()'));
  afterAll(async () => {
    await room?.close();
  });

  const watch = (codec: string): Promise<Watched> =>
    call<Watched>(viewer, 'watch', { node: 'program', codec, count: 40, trickles: true });
  const numbersOf = ({ numbers }: Watched): number[] => numbers.filter((number) => number !== null);
  const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

  it.each(['vp8', 'h264'])('carry every picture in order as %s', async (codec) => {
    // The source shows its last picture until the new ones come: numbers tell them apart.
    const from = codec === 'vp8' ? 100_000 : 200_000;
    const feed = { node: 'cam1', codec, from, trickles: true };
    const published = await call<Answered>(publisher, 'feed', feed);
    expect(published).toMatchObject({
      status: 201,
      location: expect.stringMatching(/^\/whip\/cam1\/[0-9a-f-]{36}$/),
    });
    expect(published.patched.length).toBeGreaterThan(1);
    expect(new Set(published.patched)).toEqual(new Set([204]));
    const watched = await watch(codec);
    expect(watched.patched?.length).toBeGreaterThan(1);
    expect(new Set(watched.patched)).toEqual(new Set([204]));
    const numbers = numbersOf(watched);
    expect(numbers.length).toBeGreaterThan(30);
    expect(numbers).toEqual(sorted(numbers));
    expect(Math.max(...numbers)).toBeGreaterThan(from);
    expect(new Set(numbers.filter((number) => number > from)).size).toBeGreaterThan(10);
  });

  it('go on where an ICE restart is refused, which says so with its code', async () => {
    const from = 300_000;
    await call(publisher, 'feed', { node: 'cam1', codec: 'vp8', from, trickles: true });
    const before = Math.max(...numbersOf(await watch('vp8')));
    const restart = await call<object>(publisher, 'restart');
    expect(restart).toMatchObject({
      status: 422,
      error: { code: 'E_SESSION_RESTART', remedy: expect.stringMatching(/\S/) },
      state: 'connected',
    });
    const after = numbersOf(await watch('vp8'));
    expect(Math.max(...after)).toBeGreaterThan(before);
    expect(new Set(after.filter((number) => number > before)).size).toBeGreaterThan(10);
    const { sessions } = await room.namespace.json<{ sessions: SessionReport[] }>(
      `${room.reverie.url}/api/v1/sessions`,
    );
    expect(sessions.find(({ client }) => client === 'whip')).toMatchObject({
      state: 'connected',
      feeds: ['in'],
    });
  });
});
