import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../src/contract/graph.ts';
import { describeWithPeer } from '../support/peers.ts';
import { graphOf, sinkNode, sourceNode, startReverie, within, type Reverie } from './reverie.ts';
import { freePort, Receiver, inOrder } from './stream-peers.ts';

const size = { width: 320, height: 192 };
let reverie: Reverie;
const receivers: Receiver[] = [];
afterEach(() => {
  for (const receiver of receivers.splice(0)) receiver.end();
});
afterAll(() => reverie?.dispose());

const pattern = sourceNode('in', { ...size, counter: true });
const shown = graphOf([pattern, sinkNode('out')], [['in', 'out']]);
beforeAll(async () => {
  reverie = await startReverie({ graph: shown });
  await reverie.live('out');
});

/** Changes what plays; the daemon stays. */
async function play(graph: Graph): Promise<void> {
  const { status } = await reverie.call('PUT', '/api/v1/graph', graph);
  expect(status).toBe(200);
}

const streams = async (): Promise<number> =>
  (await reverie.get<{ sockets: { streams: number } }>('stats')).sockets.streams;
const viewers = (count: number): Promise<void> =>
  within(
    20_000,
    `${count} players`,
    () => '',
    async () => (await streams()) === count,
  );

function receive(input: readonly string[]): Receiver {
  const quick = [
    '-fflags',
    'nobuffer',
    '-flags',
    'low_delay',
    '-probesize',
    '200000',
    '-analyzeduration',
    '500000',
  ];
  const receiver = Receiver.ffmpeg(size, [...quick, ...input]);
  receivers.push(receiver);
  return receiver;
}

const seen = (receiver: Receiver, count: number): Promise<void> =>
  within(
    40_000,
    `${count} pictures`,
    () => `${receiver.numbers.length} pictures, ${receiver.words}`,
    () => receiver.numbers.length >= count,
  );

function expectGood(receiver: Receiver): void {
  expect(inOrder(receiver.numbers)).toBe(true);
  expect(receiver.damaged).toBe(0);
}

describeWithPeer('ffmpeg', 'a node that is watched over HTTP', () => {
  test('plays as MPEG-TS for any number of players, each from when it comes', async () => {
    await play(shown);
    await reverie.live('out');
    const early = receive(['-i', `${reverie.url}/stream/in.ts`]);
    await seen(early, 30);
    const late = receive(['-i', `${reverie.url}/stream/in.ts`]);
    await seen(late, 30);
    expectGood(early);
    expectGood(late);
    expect(late.numbers[0] ?? 0).toBeGreaterThan(early.numbers[0] ?? 0);
    await viewers(2);
    early.end();
    late.end();
    await viewers(0);
  });

  test('plays as Motion JPEG, as small and as slow as a player asks for', async () => {
    await play(
      graphOf(
        [sourceNode('in', { width: 640, height: 384, counter: true }), sinkNode('out')],
        [['in', 'out']],
      ),
    );
    await reverie.live('out');
    const receiver = receive(['-f', 'mpjpeg', '-i', `${reverie.url}/stream/out.mjpeg?width=320&fps=10`]);
    await seen(receiver, 20);
    expectGood(receiver);
    const { numbers } = receiver;
    expect((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)).toBeGreaterThan(numbers.length);
  });

  test('goes on after the runner of its pictures was killed, and ends when the node leaves the graph', async () => {
    await play(shown);
    await reverie.live('out');
    const receiver = receive(['-i', `${reverie.url}/stream/in.ts`]);
    await seen(receiver, 10);
    const { pid } = await reverie.node('in');
    const { pid: out } = await reverie.node('out');
    const taps = reverie.children().filter((child) => child !== pid && child !== out);
    for (const child of taps) process.kill(child, 'SIGKILL');
    const before = receiver.numbers.length;
    await seen(receiver, before + 20);
    expect(receiver.numbers.length).toBeGreaterThan(before);
    await reverie.call('PUT', '/api/v1/graph', { nodes: [], links: [] });
    await viewers(0);
  });
});

describeWithPeer('ffmpeg', 'a line of the guide', () => {
  const lines = [
    ...readFileSync(resolve('docs/guides/streams.md'), 'utf8').matchAll(
      /^ffplay (.*http:\/\/127\.0\.0\.1:8000\/stream\/\S+)$/gm,
    ),
  ].map(([, line = '']) => line);

  test('plays what it says it plays', async () => {
    expect(lines).toHaveLength(2);
    await play(shown);
    await reverie.live('out');
    for (const line of lines) {
      const words = line.replace('http://127.0.0.1:8000', reverie.url).split(' ');
      const receiver = Receiver.ffmpeg(size, [...words.slice(0, -1), '-i', words.at(-1) ?? '']);
      receivers.push(receiver);
      await seen(receiver, 15);
      expectGood(receiver);
    }
  });
});

test('a stream of a node that is not there is refused', async () => {
  expect((await fetch(`${reverie.url}/stream/nobody.ts`)).status).toBe(404);
});

describeWithPeer('ffmpeg', 'an output that is a stream', () => {
  test('is tried again until its peer is there, and again when it is back after a kill', async () => {
    const url = `srt://127.0.0.1:${await freePort()}`;
    const push = { id: 'push', type: 'sink', adapter: 'stream', config: { url } };
    await play(graphOf([pattern, push], [['in', 'push']]));
    await reverie.until('push', (node) => node.status.code === 'E_SINK_LOST');
    for (let round = 0; round < 2; round += 1) {
      const receiver = receive(['-i', `${url}?mode=listener`]);
      await seen(receiver, 30);
      expectGood(receiver);
      expect((await reverie.live('push')).info).toMatchObject({ peer: 'connected', codec: 'h264' });
      receiver.end();
      await reverie.until('push', (node) => node.status.code === 'E_SINK_LOST', 20_000);
    }
  });
});
