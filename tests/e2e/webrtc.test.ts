import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineStats, EngineStatus, NodeStatus } from '../../src/contract/engine-api.ts';
import type { SessionReport } from '../../src/contract/session.ts';
import { graphOf, sinkNode, sourceNode, stageNode, within } from '../integration/reverie.ts';
import type { Reverie } from '../integration/reverie.ts';
import { call, openPeer, type Watched } from './browser-peer.ts';
import { overLoopback, usableAlone } from './chromium.ts';
import { openRoom, type Room } from './room.ts';

// A real Chromium as the peer.
const LONG = 30_000;
const codecs = ['vp8', 'h264'] as const;
/** Centres of the seven bars, below the lettering. */
const bars = Array.from({ length: 7 }, (_, index) => [(index + 0.5) / 7, 0.55] as const);
const patches = Array.from({ length: 5 }, (_, index) => [(index + 0.5) / 5, 0.5] as const);

const graph = graphOf(
  [
    sourceNode('in', { counter: true, width: 512, height: 512 }),
    sourceNode('bars', { pattern: 'bars', counter: false, width: 512, height: 512 }),
    { id: 'camera', type: 'source', adapter: 'webrtc' },
    stageNode('main', 'passthrough'),
    stageNode('seen', 'passthrough'),
    sinkNode('out'),
    { id: 'wire', type: 'sink', adapter: 'webrtc' },
  ],
  [
    ['in', 'main'],
    ['main', 'out'],
    ['bars', 'wire'],
    ['camera', 'seen'],
  ],
);

function farthest(seen: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): number {
  const differences = wanted.flatMap((color, index) =>
    color.map((level, channel) => Math.abs(level - (seen[index]?.[channel] ?? 999))),
  );
  return Math.max(...differences);
}

describe.skipIf(!usableAlone)('WebRTC with Chromium (needs chromium and root)', () => {
  let room: Room;
  let reverie: Reverie;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    room = await openRoom(overLoopback, { graph });
    ({ reverie, browser } = room);
  });

  afterAll(async () => {
    await room?.close();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    await openPeer(page, reverie.url);
  });

  afterEach(async () => {
    await page.close();
  });

  const get = <T>(path: string): Promise<T> =>
    page.evaluate(`fetch('/api/v1/${path}').then((answer) => answer.json())`);
  const sessions = async (): Promise<readonly SessionReport[]> =>
    (await get<{ sessions: SessionReport[] }>('sessions')).sessions;

  it.each(codecs)('pictures of a node arrive fresh, in order and whole as %s', async (codec) => {
    const watched = await call<Watched>(page, 'watch', { node: 'out', codec, count: 60 });
    const numbers = watched.numbers.filter((number) => number !== null);
    expect(numbers.length).toBeGreaterThan(50);
    numbers.forEach((number, index) => expect(number).toBeGreaterThanOrEqual(numbers[index - 1] ?? 0));
    expect(new Set(numbers).size).toBeGreaterThan(40);
    // One second of a source at 30 a second, on a machine that may be busy.
    expect(watched.behind).toBeLessThan(30);
    expect(watched.streams).toBe(1);
    expect(watched.size).toEqual([512, 512]);
  });

  it.each(codecs)('colours of a sink of the graph are right as %s', async (codec) => {
    const { colors: wanted } = await call<Watched>(page, 'still', 'bars', bars);
    const { colors } = await call<Watched>(page, 'watch', { node: 'wire', codec, count: 40, places: bars });
    expect(farthest(colors, wanted)).toBeLessThanOrEqual(6);
  });

  it.each(codecs)(
    'a canvas feeds a source in order and in its colours as %s, also when its size changes',
    async (codec) => {
      // The source shows its last picture until the new ones come: numbers tell them apart.
      const from = codec === 'vp8' ? 100_000 : 200_000;
      expect(await call(page, 'feed', { node: 'camera', codec, from })).toMatchObject({ status: 201 });
      type Still = Watched & { readonly top: number | null };
      let still: Still | null = null;
      const look = async (): Promise<Still> => (still = await call<Still>(page, 'still', 'seen', patches));
      const seen = (): string => JSON.stringify(still);
      await within(
        LONG,
        'the first picture',
        seen,
        async () => Number((await look().catch(() => null))?.top ?? 0) > from,
      );
      const numbers: number[] = [];
      let behind = Infinity;
      await within(LONG, 'ten pictures', seen, async () => {
        const picture = await look();
        if (picture.top === null || picture.top === numbers.at(-1)) return false;
        numbers.push(picture.top);
        behind = picture.behind;
        return numbers.length >= 10;
      });
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      // One second of a canvas at 30 a second, with the way of the still back to the page.
      expect(behind).toBeLessThan(30);
      const wanted = [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255, 255, 255],
        [128, 128, 128],
      ];
      await within(
        LONG,
        'colours within 6 levels',
        seen,
        async () => farthest((await look()).colors, wanted) <= 6,
      );
      await page.evaluate('peers.size = [320, 240]');
      await within(LONG, 'the new size', seen, async () => (await look()).size[0] === 320);
      await call(page, 'stop');
      await within(
        LONG,
        'the end of the session',
        () => '',
        async () => (await sessions()).length === 0,
      );
    },
  );

  it('the first to feed a source keeps it, and the next is told why not', async () => {
    expect(await call(page, 'feed', { node: 'camera', codec: 'vp8' })).toMatchObject({ status: 201 });
    const other = await browser.newPage();
    await openPeer(other, reverie.url);
    expect(await call(other, 'feed', { node: 'camera', codec: 'vp8' })).toMatchObject({
      status: 409,
      error: { code: 'E_SESSION_TAKEN' },
    });
    await call(page, 'stop');
    expect(await call(other, 'feed', { node: 'camera', codec: 'vp8' })).toMatchObject({ status: 201 });
    await call(other, 'stop');
    await other.close();
  });

  it('has its picture back soon after its runner was killed, and no other sink notices', async () => {
    type Kept = { readonly pictures: number; readonly offers: number; readonly longestGapMs: number };
    const kept = (): Promise<Kept> => page.evaluate('peers.kept');
    await page.evaluate("peers.keepWatching('out')");
    let state: Kept = { pictures: 0, offers: 0, longestGapMs: 0 };
    const plays = async (): Promise<boolean> => (state = await kept()).pictures > 20;
    await within(LONG, 'the picture', () => JSON.stringify(state), plays);
    const node = async (id: string): Promise<NodeStatus | undefined> =>
      (await get<EngineStatus>('status')).nodes.find((each) => each.id === id);
    const [before, wire] = [await node('out'), await node('wire')];
    await page.evaluate("fetch('/api/v1/stats/reset', { method: 'POST' })");
    // What holds up the whole machine holds up this process, too.
    const witness = monitorEventLoopDelay({ resolution: 10 });
    witness.enable();
    process.kill(wire?.pid ?? 0, 'SIGKILL');
    const { pictures } = state;
    const again = async (): Promise<boolean> =>
      (state = await kept()).offers > 1 && state.pictures > pictures + 20;
    await within(10_000, 'the picture again', () => JSON.stringify(state), again);
    expect(await node('out')).toMatchObject({ pid: before?.pid, restarts: 0, fault: null });
    const stats = (await get<EngineStats>('stats')).nodes.find(({ id }) => id === 'out');
    witness.disable();
    // Its ticks are 33 ms apart, and it knows nothing of the other runner.
    expect(stats?.total.tickGap.max).toBeLessThan(250 + witness.max / 1e6);
    let wireNow: NodeStatus | undefined;
    const live = async (): Promise<boolean> => (wireNow = await node('wire'))?.status.state === 'live';
    await within(LONG, 'the sink again', () => JSON.stringify(wireNow), live);
    expect(wireNow?.restarts).toBe(1);
    expect(wireNow?.pid).not.toBe(wire?.pid);
  });

  it('ends a session when the browser just closes its connection', async () => {
    const { session } = await call<Watched>(page, 'watch', { node: 'out', codec: 'vp8', count: 2 });
    const gone = async (): Promise<boolean> => (await sessions()).every(({ id }) => id !== session);
    await within(LONG, 'the end of the session', () => session, gone);
    expect(session).not.toBe('');
  });
});
