import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineStatus, NodeStatus } from '../../src/contract/engine-api.ts';
import {
  fixture,
  graphOf,
  sinkNode,
  sourceNode,
  stageNode,
  within,
  type Reverie,
} from '../integration/reverie.ts';
import type { Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';
import { call, openPeer, type Seen } from './browser-peer.ts';
import { overLoopback, usableAlone } from './chromium.ts';
import { openRoom, type Room } from './room.ts';

// liblo plays a value while a real Chromium watches: pictures have a painted number, and a block as bright as the value is high.
const LONG = 30_000;
const MESSAGES = 2_000;
const graph = graphOf(
  [sourceNode('in', { counter: true, width: 256, height: 256 }), stageNode('main', 'fade'), sinkNode('out')],
  [
    ['in', 'main'],
    ['main', 'out'],
  ],
);

describe.skipIf(!usableAlone)('WebRTC with Chromium (needs chromium and root)', () => {
  describeWithPeer('oscsend', 'while OSC plays', (oscsend) => {
    let room: Room;
    let namespace: Namespace;
    let reverie: Reverie;
    let page: Page;

    beforeAll(async () => {
      const flags = ['--pipeline-import', fixture('pipelines/fade.js')];
      room = await openRoom(overLoopback, { graph, flags });
      ({ namespace, reverie } = room);
      page = await room.browser.newPage();
      await openPeer(page, reverie.url);
    });

    afterAll(async () => {
      await room?.close();
    });

    const get = <T>(path: string): Promise<T> => namespace.json<T>(`${reverie.url}/api/v1/${path}`);

    const infoOfOsc = async (): Promise<NodeStatus['info']> =>
      (await get<EngineStatus>('status')).nodes.find(({ id }) => id === 'osc')?.info ?? {};

    it('the picture goes on, and shows the last value in the end', async () => {
      await call(page, 'acceptThrough', await call<number>(page, 'offer', { node: 'main', codec: 'vp8' }));
      let seen: Seen | null = null;
      const until = (what: string, holds: (now: Seen) => boolean): Promise<void> =>
        within(
          LONG,
          what,
          () => JSON.stringify({ ...seen, numbers: seen?.numbers.length }),
          async () => holds((seen = await call<Seen>(page, 'seen'))),
        );
      await until('the picture', ({ numbers }) => numbers.length > 30);
      const { listening } = await infoOfOsc();
      const port = String([listening].flat()[0]).split(':').at(-1) ?? '';
      const send = 'for n in $(seq 0 $2); do "$0" 127.0.0.1 $1 /reverie/strength f 0.$n; done';
      await namespace.run('sh', ['-c', send, oscsend, port, String(MESSAGES - 2)]);
      await namespace.run(oscsend, ['127.0.0.1', port, '/reverie/strength', 'f', '0.75']);
      await until('the last value in the picture', ({ middle }) => Math.abs((middle[0] ?? 0) - 191) <= 6);
      const { parameters } = await get<{ parameters: { address: string; value: number }[] }>('parameters');
      expect(parameters.find(({ address }) => address === '/main/strength')?.value).toBeCloseTo(0.75);
      const { numbers, longestGapMs } = await call<Seen>(page, 'seen');
      const read = numbers.filter((number) => number !== null);
      expect(read).toEqual([...read].sort((a, b) => a - b));
      let info: NodeStatus['info'] = {};
      const counted = async (): Promise<boolean> => (info = await infoOfOsc())['messages'] === MESSAGES;
      await within(LONG, 'all messages', () => JSON.stringify(info), counted);
      // A quarter of a second where it was measured; the machine of a test may be busy.
      expect(longestGapMs).toBeLessThan(2_000);
    });
  });
});
