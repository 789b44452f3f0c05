import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineStatus } from '../../src/contract/engine-api.ts';
import type { SessionReport } from '../../src/contract/session.ts';
import { fixture, graphOf, within } from '../integration/reverie.ts';
import { LossyRelay } from '../support/lossy-relay.ts';
import { call, openPeer } from './browser-peer.ts';
import { overLoopback, usableAlone } from './chromium.ts';
import { openRoom, type Room } from './room.ts';

// A real Chromium feeds a source by way of a relay that loses packets, both ways; a sink reads the number of each picture.
const LONG = 50_000;
const LOSS = 0.03;
const graph = graphOf(
  [
    { id: 'camera', type: 'source', adapter: 'webrtc' },
    { id: 'reader', type: 'sink', adapter: 'number-reader' },
  ],
  [['camera', 'reader']],
);

/** A number and when its picture came, milliseconds. */
type Picture = readonly [number | null, number];

/** As a session's report tells it. */
interface Receiving {
  readonly nacked: number;
  readonly recovered: number;
  readonly lost: number;
}

describe.skipIf(!usableAlone)('a source fed by Chromium over a lossy way (needs chromium and root)', () => {
  let room: Room;
  let page: Page;
  let relay: LossyRelay;

  beforeAll(async () => {
    const flags = ['--adapter-import', fixture('adapters/number-reader.js')];
    room = await openRoom(overLoopback, { graph, flags });
  });

  afterAll(async () => {
    await room?.close();
  });

  beforeEach(async () => {
    page = await room.browser.newPage();
    await openPeer(page, room.reverie.url);
    relay = await LossyRelay.open(room.namespace);
  });

  afterEach(async () => {
    await page.evaluate('peers.stop?.()');
    relay.close();
    await page.close();
  });

  const get = <T>(path: string): Promise<T> => room.namespace.json<T>(`${room.reverie.url}/api/v1/${path}`);

  /** What the sink showed since it showed a number beyond `from`. */
  async function shown(from: number): Promise<readonly Picture[]> {
    const info = (await get<EngineStatus>('status')).nodes.find(({ id }) => id === 'reader')?.info;
    const pictures = (info?.['pictures'] ?? []) as unknown as readonly Picture[];
    const first = pictures.findIndex(([number]) => number !== null && number > from);
    return first < 0 ? [] : pictures.slice(first);
  }

  async function receiving(): Promise<Receiving | null> {
    const { sessions } = await get<{ sessions: SessionReport[] }>('sessions');
    const lines = sessions.flatMap(({ info }) => info['receiving'] ?? []) as unknown as Receiving[];
    return lines[0] ?? null;
  }

  it.each(['vp8', 'h264'])(
    'shows its pictures in order, and what was missing is sent again, as %s',
    async (codec) => {
      const from = codec === 'vp8' ? 100_000 : 200_000;
      const target = await call<number>(page, 'offerFeed', { node: 'camera', codec, from });
      relay.set({ target, loss: LOSS });
      await call(page, 'acceptThrough', relay.port);
      let pictures: readonly Picture[] = [];
      let line: Receiving | null = null;
      await within(
        LONG,
        'two hundred and fifty pictures and packets sent again',
        () => JSON.stringify({ pictures: pictures.length, ...line }),
        async () => {
          [pictures, line] = [await shown(from), await receiving()];
          return pictures.length >= 250 && line !== null && line.recovered > 0;
        },
      );
      const numbers = pictures.flatMap(([number]) => number ?? []);
      const gaps = pictures.slice(1).map(([, atMs], index) => atMs - (pictures[index]?.[1] ?? 0));
      expect(numbers.length).toBeGreaterThan(0.95 * pictures.length);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      // A quarter of a second is the longest that a picture is held back for a packet; the machine of a test may be busy.
      expect(Math.max(...gaps)).toBeLessThan(2_000);
    },
  );
});
