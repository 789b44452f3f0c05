import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCounter } from '../../adapters/test-pattern/counter.ts';
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
import { onPictures } from '../support/raw-pictures.ts';
import { call, openPeer, type Seen } from './browser-peer.ts';
import { overLoopback, usableAlone } from './chromium.ts';
import { openRoom, type Room } from './room.ts';

// liblo plays a value while a real Chromium watches: pictures have a painted number, and a block as bright as the value is high.
const LONG = 30_000;
const MESSAGES = 2_000;
const SIDE = 256;
const peerOf = (name: string): string => resolve(`tests/fixtures/peers/${name}.py`);
const graph = graphOf(
  [
    sourceNode('in', { counter: true, width: SIDE, height: SIDE }),
    stageNode('main', 'fade'),
    sinkNode('out'),
  ],
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
      // aiortc leaves 127.0.0.1 aside.
      await namespace.run('ip', ['addr', 'add', '10.99.0.1/32', 'dev', 'lo']);
    });

    beforeEach(async () => {
      page = await room.browser.newPage();
      await openPeer(page, reverie.url);
    });

    afterEach(() => page.close());

    afterAll(async () => {
      await room?.close();
    });

    const get = <T>(path: string): Promise<T> => namespace.json<T>(`${reverie.url}/api/v1/${path}`);

    const infoOfOsc = async (): Promise<NodeStatus['info']> =>
      (await get<EngineStatus>('status')).nodes.find(({ id }) => id === 'osc')?.info ?? {};

    /** Thousands of values by a process each, and 0.75 as the last. */
    async function sendValues(): Promise<void> {
      const { listening } = await infoOfOsc();
      const port = String([listening].flat()[0]).split(':').at(-1) ?? '';
      const send = 'for n in $(seq 0 $2); do "$0" 127.0.0.1 $1 /reverie/strength f 0.$n; done';
      await namespace.run('sh', ['-c', send, oscsend, port, String(MESSAGES - 2)]);
      await namespace.run(oscsend, ['127.0.0.1', port, '/reverie/strength', 'f', '0.75']);
    }

    const messages = async (): Promise<number> => Number((await infoOfOsc())['messages']);

    /** Chromium watches; waits until what it saw is as wanted. */
    async function watch(): Promise<(what: string, holds: (now: Seen) => boolean) => Promise<void>> {
      await call(page, 'acceptThrough', await call<number>(page, 'offer', { node: 'main', codec: 'vp8' }));
      let seen: Seen | null = null;
      return (what, holds) =>
        within(
          LONG,
          what,
          () => JSON.stringify({ ...seen, numbers: seen?.numbers.length }),
          async () => holds((seen = await call<Seen>(page, 'seen'))),
        );
    }

    async function expectUnbroken(): Promise<void> {
      const { numbers, longestGapMs } = await call<Seen>(page, 'seen');
      expectInOrder(numbers);
      // A quarter of a second where it was measured; the machine of a test may be busy.
      expect(longestGapMs).toBeLessThan(2_000);
    }

    it('the picture goes on, and shows the last value in the end', async () => {
      const until = await watch();
      await until('the picture', ({ numbers }) => numbers.length > 30);
      await sendValues();
      await until('the last value in the picture', ({ middle }) => isLast(middle[0]));
      const { parameters } = await get<{ parameters: { address: string; value: number }[] }>('parameters');
      expect(parameters.find(({ address }) => address === '/main/strength')?.value).toBeCloseTo(0.75);
      let counted = 0;
      const all = async (): Promise<boolean> => (counted = await messages()) === MESSAGES;
      await within(LONG, 'all messages', () => String(counted), all);
      await expectUnbroken();
    });

    describeWithPeer('aiortc', 'and aiortc', (python) => {
      describeWithPeer('gi.repository.GstWebRTC', 'and GStreamer watch beside Chromium', (systemPython) => {
        it('the picture goes on for all three, and all messages are heard', async () => {
          const before = await messages();
          const url = `${reverie.url}/whep/main`;
          const until = await watch();
          const sides = [SIDE, SIDE].map(String);
          const gstreamer = namespace.start(systemPython, [
            peerOf('gstreamer-peer'),
            'watch',
            url,
            'h264',
            ...sides,
          ]);
          const numbers: (number | null)[] = [];
          let middle = 0;
          onPictures(gstreamer.stdout, { width: SIDE, height: SIDE }, (pixels) => {
            numbers.push(readCounter(pixels, { width: SIDE, height: SIDE }).top);
            middle = pixels[(SIDE / 2) * (SIDE + 1) * 4] ?? 0;
          });
          try {
            await until('the picture', (seen) => seen.numbers.length > 30 && numbers.length > 30);
            const shown = namespace.run(python, [peerOf('aiortc-viewer'), url, 'vp8', '90', '1']);
            const [said] = await Promise.all([shown, sendValues()]);
            expect(JSON.parse(String(said))).toMatchObject({ state: 'connected', size: [SIDE, SIDE] });
            await until(
              'the last value in both pictures',
              (seen) => isLast(seen.middle[0]) && isLast(middle),
            );
          } finally {
            gstreamer.kill('SIGTERM');
          }
          let counted = 0;
          const all = async (): Promise<boolean> => (counted = await messages()) === before + MESSAGES;
          await within(LONG, 'all messages', () => `${counted} after ${before}`, all);
          expectInOrder(numbers);
          await expectUnbroken();
        });
      });
    });
  });
});

/** Of the block in the middle, whose brightness is the value. */
const isLast = (level: number | undefined): boolean => Math.abs((level ?? 0) - 0.75 * 255) <= 6;

function expectInOrder(numbers: readonly (number | null)[]): void {
  const read = numbers.filter((number) => number !== null);
  expect(read.length).toBeGreaterThan(30);
  expect(read).toEqual([...read].sort((a, b) => a - b));
}
