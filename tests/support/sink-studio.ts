import { expect } from 'vitest';
import type { EngineStatus, NodeStatus } from '../../src/contract/engine-api.ts';
import type { Size } from '../../src/contract/frame.ts';
import { inOrder, Receiver } from '../integration/stream-peers.ts';
import { graphOf, sourceNode, startReverie, within } from '../integration/reverie.ts';
import { Namespace } from './namespace.ts';
import { Studio } from './studio.ts';

/** Of the bar in the middle of the test pattern. */
const GREEN = [0, 191, 0] as const;

const patient = 20_000;

/** A daemon whose test pattern is sent out as a stream, alone with the programs that receive it in a network that has only loopback. */
export class SinkStudio extends Studio {
  static async open(flags: readonly string[] = []): Promise<SinkStudio> {
    const namespace = await Namespace.open();
    // Groups have their way over loopback, too.
    await namespace.run('sh', ['-c', 'ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo']);
    try {
      const graph = graphOf([sourceNode('in')], []);
      return new SinkStudio(namespace, await startReverie({ graph, wrap: namespace.enter, flags }));
    } catch (error) {
      namespace.close();
      throw error;
    }
  }

  /** Sends the test pattern in this size there from now on. */
  async send(
    config: object | null,
    size: Size = { width: 320, height: 192 },
    more: object = {},
  ): Promise<void> {
    const source = sourceNode('in', { pattern: 'bars', counter: true, ...size, ...more });
    const sink = { id: 'out', type: 'sink', adapter: 'stream', config };
    const graph = config === null ? graphOf([source], []) : graphOf([source, sink], [['in', 'out']]);
    const { status, body } = await this.namespace.fetch(`${this.reverie.url}/api/v1/graph`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(graph),
    });
    if (status !== 200) throw new Error(`PUT graph: ${status} ${String(body)}`);
  }

  async node(id = 'out'): Promise<NodeStatus> {
    const { nodes } = await this.namespace.json<EngineStatus>(`${this.reverie.url}/api/v1/status`);
    const found = nodes.find((node) => node.id === id);
    if (found === undefined) throw new Error(`No node ${id} in status`);
    return found;
  }

  /** Waits until the output is as wanted. */
  async until(wanted: (node: NodeStatus) => boolean, limitMs = patient): Promise<NodeStatus> {
    let seen: NodeStatus | null = null;
    await within(
      limitMs,
      'the output',
      () => JSON.stringify(seen),
      async () => wanted((seen = await this.node())),
    );
    return this.node();
  }

  /** ffmpeg takes a stream in, with these words before and behind its input. */
  receive(input: readonly string[], size: Size = { width: 320, height: 192 }): Receiver {
    return Receiver.ffmpeg(size, input, (program, args) => this.start(program, args));
  }

  /** Nothing is sent any more, and nobody listens. */
  async clear(): Promise<void> {
    await this.send(null);
    await this.endPeers();
  }
}

/** What makes ffmpeg quick to start, as the guide has it. */
export const quick = [
  '-fflags',
  'nobuffer',
  '-flags',
  'low_delay',
  '-probesize',
  '100000',
  '-analyzeduration',
  '500000',
];

/** Waits until so many pictures were seen. */
export const seen = (receiver: Receiver, count: number, limitMs = 30_000): Promise<void> =>
  within(
    limitMs,
    `${count} pictures`,
    () => `${receiver.numbers.length} pictures, ${receiver.words}`,
    () => receiver.numbers.length >= count,
  );

/** Every picture is whole and of the right color. */
export function expectWhole(receiver: Receiver): void {
  expect(receiver.damaged).toBe(0);
  for (const [channel, value] of GREEN.entries())
    expect(Math.abs((receiver.middle[channel] ?? 999) - value)).toBeLessThanOrEqual(8);
}

/** Whole, and in order. */
export function expectGood(receiver: Receiver): void {
  expect(inOrder(receiver.numbers)).toBe(true);
  expectWhole(receiver);
}
