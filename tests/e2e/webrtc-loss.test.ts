import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { graphOf, sinkNode, sourceNode, within } from '../integration/reverie.ts';
import { LossyRelay } from '../support/lossy-relay.ts';
import { call, openPeer, type Seen } from './browser-peer.ts';
import { overLoopback, usableAlone } from './chromium.ts';
import { openRoom, type Room } from './room.ts';

// A real Chromium watches by way of a relay that loses packets, both ways.
/** A rung that fails on a busy machine is tried again only after sixteen seconds. */
const LONG = 50_000;
const graph = graphOf(
  [sourceNode('in', { counter: true, width: 512, height: 512 }), sinkNode('out')],
  [['in', 'out']],
);

describe.skipIf(!usableAlone)('WebRTC with Chromium over a lossy way (needs chromium and root)', () => {
  let room: Room;
  let page: Page;
  let relay: LossyRelay;
  let seen: Seen;

  beforeAll(async () => {
    room = await openRoom(overLoopback, { graph });
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
    relay.close();
    await page.close();
  });

  async function watch(codec: string, loss: number): Promise<void> {
    relay.set({ target: await call<number>(page, 'offer', { node: 'out', codec }), loss });
    await call(page, 'acceptThrough', relay.port);
  }

  const until = (what: string, holds: () => boolean): Promise<void> =>
    within(
      LONG,
      what,
      () => JSON.stringify({ ...seen, numbers: seen.numbers.length }),
      async () => ((seen = await call<Seen>(page, 'seen')), holds()),
    );

  it.each(['vp8', 'h264'])('pictures come in order and go on coming at 3 % loss, as %s', async (codec) => {
    await watch(codec, 0.03);
    await until(
      'a hundred and fifty pictures and packets sent again',
      () => seen.numbers.length >= 150 && seen.nacks > 0,
    );
    const numbers = seen.numbers.filter((number) => number !== null);
    expect(numbers.length).toBeGreaterThan(140);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const { body } = await room.namespace.fetch(`${room.reverie.url}/api/v1/sessions`);
    expect(String(body)).toMatch(/"resent":[1-9]/);
    // A quarter of a second where it was measured; the machine of a test may be busy.
    expect(seen.longestGapMs).toBeLessThan(5_000);
  });

  it('goes down to half the size and up again as the way allows', async () => {
    await watch('vp8', 0.25);
    await until('the low rung', () => seen.width === 256);
    relay.set({ loss: 0 });
    await until('the full rung', () => seen.width === 512);
    const numbers = seen.numbers.filter((number) => number !== null);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});
