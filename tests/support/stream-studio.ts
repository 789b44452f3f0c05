import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { EngineStatus, NodeStatus } from '../../src/contract/engine-api.ts';
import { graphOf, sinkNode, startReverie, within } from '../integration/reverie.ts';
import { Namespace } from './namespace.ts';
import { Studio } from './studio.ts';

/** A daemon whose source is a stream, alone with the programs that send to it in a network that has only loopback. */
export class StreamStudio extends Studio {
  static async open(
    flags: readonly string[] = [],
    environment: (namespace: Namespace) => Promise<Record<string, string>> = () => Promise.resolve({}),
  ): Promise<StreamStudio> {
    const namespace = await Namespace.open();
    // Groups have their way over loopback, too.
    await namespace.run('sh', ['-c', 'ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo']);
    try {
      const reverie = await startReverie({
        graph: playing({
          id: 'in',
          type: 'source',
          adapter: 'stream',
          config: { url: 'udp://127.0.0.1:20999' },
        }),
        wrap: namespace.enter,
        flags,
        env: await environment(namespace),
      });
      return new StreamStudio(namespace, reverie);
    } catch (error) {
      namespace.close();
      throw error;
    }
  }

  /** Plays this source from now on. */
  async play(config: object, adapter = 'stream'): Promise<void> {
    const graph = playing({ id: 'in', type: 'source', adapter, config });
    const { status, body } = await this.namespace.fetch(`${this.reverie.url}/api/v1/graph`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(graph),
    });
    if (status !== 200) throw new Error(`PUT graph: ${status} ${String(body)}`);
  }

  /** FFmpeg sends `picture` (a lavfi source) in real time. */
  send(picture: string, ...output: readonly string[]): ChildProcessWithoutNullStreams {
    const code = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-g',
      '30',
      '-pix_fmt',
      'yuv420p',
    ];
    return this.ffmpeg(['-re', '-f', 'lavfi', '-i', picture, ...code, ...output]);
  }

  ffmpeg(args: readonly string[]): ChildProcessWithoutNullStreams {
    return this.start('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args]);
  }

  async node(id = 'in'): Promise<NodeStatus> {
    const status = await this.namespace.json<EngineStatus>(`${this.reverie.url}/api/v1/status`);
    const found = status.nodes.find((node) => node.id === id);
    if (found === undefined) throw new Error(`No node ${id} in status`);
    return found;
  }

  /** Waits until the source is as wanted; milliseconds that took. */
  async until(wanted: (node: NodeStatus) => boolean, limitMs = 10_000): Promise<number> {
    const from = performance.now();
    let seen: NodeStatus | null = null;
    await within(
      limitMs,
      'the source',
      () => JSON.stringify(seen),
      async () => wanted((seen = await this.node())),
    );
    return performance.now() - from;
  }

  /** Waits until the middle of what is shown is of this colour, each channel within 40; milliseconds that took. */
  async shows(color: readonly [number, number, number], limitMs = 10_000): Promise<number> {
    const from = performance.now();
    let seen: readonly number[] | null = null;
    await within(
      limitMs,
      `rgb(${color.join(', ')})`,
      () => JSON.stringify(seen),
      async () => {
        seen = await this.middle();
        return seen !== null && color.every((value, at) => Math.abs(value - (seen?.[at] ?? 999)) <= 40);
      },
    );
    return performance.now() - from;
  }

  /** Colour of the middle of what is shown; null where nothing is. */
  async middle(): Promise<readonly number[] | null> {
    const { status, body } = await this.namespace.fetch(`${this.reverie.url}/api/v1/frame?format=png`);
    if (status !== 200) return null;
    const image = await loadImage(body);
    const canvas = createCanvas(1, 1);
    canvas.getContext('2d').drawImage(image, -Math.floor(image.width / 2), -Math.floor(image.height / 2));
    return [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data.subarray(0, 3)];
  }

  /** Ends all peers and waits until the source is lost, so that what is played next does not warm up beside it. */
  async clear(): Promise<void> {
    await this.endPeers();
    await this.until(({ status }) => ['failed', 'starting', 'ready'].includes(status.state));
  }
}

const playing = (source: object): ReturnType<typeof graphOf> =>
  graphOf([source, sinkNode('out')], [['in', 'out']]);
