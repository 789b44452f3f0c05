import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EndpointList } from '../../src/contract/endpoint.ts';
import type { AdapterReport } from '../../src/contract/engine-api.ts';
import type { Graph } from '../../src/contract/graph.ts';
import { buildNdi, NdiRoom, painted, sumOf, type NdiBuild } from '../support/ndi.ts';
import { describeWithPeer } from '../support/peers.ts';
import { graphOf, isAlive, sinkNode, sourceNode, startReverie, within, type Reverie } from './reverie.ts';

let build: NdiBuild;
let room: NdiRoom;
let reverie: Reverie | null = null;

/** A daemon whose NDI runtime is the double. */
async function play(graph: Graph, environment: Record<string, string> = {}): Promise<Reverie> {
  reverie = await startReverie({ graph, env: { ...room.environment, ...environment } });
  return reverie;
}

const ndiSource = (config: object) => ({ id: 'in', type: 'source', adapter: 'ndi', config });
const ndiSink = (config: object, more: object = {}) => ({
  id: 'out',
  type: 'sink',
  adapter: 'ndi',
  config,
  ...more,
});
const watched = (config: object): Graph => graphOf([ndiSource(config), sinkNode('out')], [['in', 'out']]);

/** What stands in the left upper corner of the picture that `out` shows, once it shows one. */
async function corner(daemon: Reverie): Promise<readonly number[]> {
  let picture: Buffer | null = null;
  const shown = async (): Promise<boolean> => (picture = await daemon.frame().catch(() => null)) !== null;
  await within(10_000, 'a picture', () => 'none', shown);
  const image = await loadImage(picture ?? Buffer.alloc(0));
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  return [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data];
}

describeWithPeer('g++', 'a daemon with NDI', () => {
  beforeAll(async () => {
    build = await buildNdi();
  });
  beforeEach(() => {
    room = new NdiRoom(build);
  });
  afterEach(async () => {
    await reverie?.dispose();
    reverie = null;
    await room.close();
  });

  test('takes a sender in and sends it on: pixels as they came, alpha kept, at the rate of the sender', async () => {
    const [width, height] = [64, 48];
    const camera = await room.send('CAM', `${width}x${height}`, 'RGBA', '25/1', 'pattern=3');
    const daemon = await play(
      graphOf([ndiSource({ name: 'cam' }), ndiSink({ name: 'Show' })], [['in', 'out']]),
    );
    const monitor = await room.receive('Show');
    const expected = painted(width * height * 4, 3);
    const seen = await monitor.frame(({ rate }) => rate === '25000/1000');
    expect(seen).toMatchObject({ width, height, format: 'RGBA', sum: sumOf(expected) });
    expect(seen.first).toEqual([...expected.subarray(0, 4)]);
    const source = await daemon.until('in', (node) => node.info['frameRate'] === '25/1');
    expect(source.info).toMatchObject({ sender: 'DOUBLE (CAM)', format: 'RGBA', audio: 'none', rateHz: 25 });
    const sink = await daemon.until('out', (node) => node.info['receivers'] === 1);
    expect(sink.info).toMatchObject({ name: 'Show', tally: 'program' });
    expect(await camera.state()).toEqual({ connections: 1, onProgram: true });
  });

  test('keeps nothing back of a sender with sound and metadata, and says that the sound is left out', async () => {
    await room.send('LOUD', '64x48', 'UYVY', '60000/1001', 'audio');
    const daemon = await play(watched({ name: 'LOUD' }));
    const { info } = await daemon.until(
      'in',
      (node) => node.info['audio'] === 'left out' && Number(node.info['metadata']) > 100,
    );
    expect(info).toMatchObject({ frameRate: '60000/1001', rateHz: 59.94 });
  });

  test('says that a sender is not there, and plays it when it comes', async () => {
    const daemon = await play(watched({ name: 'LATE' }));
    const absent = await daemon.until('in', (node) => node.status.code === 'E_SOURCE_ABSENT');
    expect(absent.status.message).toContain('"LATE"');
    await room.send('LATE', '32x32', 'RGBX', '30/1');
    await daemon.live('in');
  });

  test('says that a sender was killed, keeps its last picture, and plays it when it is back in another size', async () => {
    const first = await room.send('CAM', '64x48', 'RGBA', '30/1', 'pattern=0');
    const daemon = await play(watched({ name: 'CAM' }));
    await daemon.live('out');
    const before = await corner(daemon);
    await first.kill();
    await daemon.until('in', (node) => node.status.code === 'E_SOURCE_LOST');
    expect(await corner(daemon)).toEqual(before);
    await room.send('CAM', '100x60', 'RGBA', '30/1', 'pattern=9');
    await daemon.live('in');
    await daemon.until('in', (node) => node.info['width'] === 100 && node.size?.height === 60);
  });

  test('follows a sender that changes its size', async () => {
    const camera = await room.send('CAM', '64x48', 'UYVY', '30/1');
    const daemon = await play(watched({ name: 'CAM', receiveAs: 'uyvy' }));
    const { pid } = await daemon.live('in');
    camera.say('size 320 180');
    await daemon.until('in', (node) => node.size?.width === 320 && node.size.height === 180);
    expect((await daemon.node('in')).pid).toBe(pid);
  });

  test.each([
    ['a size of nothing', 'claim -1 0 64', 'E_NDI_FRAME'],
    ['a size beyond all measure', 'claim 2000000000 2000000000 1000', 'E_NDI_FRAME'],
    ['rows that are too short', 'claim 64 48 8', 'E_NDI_FRAME'],
    ['no pixels', 'trouble null-data', 'E_NDI_FRAME'],
    ['a lost connection', 'trouble error', 'E_SOURCE_LOST'],
    ['a crash', 'trouble crash', 'E_RUNNER_KILLED'],
    ['a call that never returns', 'trouble hang', 'E_RUNNER_HUNG'],
  ])(
    'outlives %s of the runtime: it is named, the output goes on, and so does the source afterwards',
    async (_what, order, code) => {
      const camera = await room.send('CAM', '64x48', 'RGBA', '30/1');
      const daemon = await play(watched({ name: 'CAM' }));
      await daemon.live('out');
      const { pid } = await daemon.node('out');
      const { pid: victim } = await daemon.node('in');
      camera.say(order);
      await daemon.until('in', (node) => node.status.code === code || node.fault?.code === code, 15_000);
      const ticks = (await daemon.stats('out')).ticks;
      await within(
        5000,
        'ticks of the output',
        () => `${ticks}`,
        async () => (await daemon.stats('out')).ticks > ticks,
      );
      if (code.startsWith('E_RUNNER')) expect(isAlive(victim ?? 0)).toBe(false);
      camera.say('claim 0 0 0');
      camera.say('trouble none');
      await daemon.live('in', 20_000);
      expect((await daemon.node('out')).pid).toBe(pid);
    },
  );

  test('leaves no sender on the network where its output is killed, and is seen again at once', async () => {
    const graph = graphOf(
      [sourceNode('in', { width: 64, height: 48 }), ndiSink({ name: 'Show', alpha: false })],
      [['in', 'out']],
    );
    const daemon = await play(graph);
    const monitor = await room.receive('Show');
    expect(await monitor.frame()).toMatchObject({ format: 'RGBX' });
    const { pid } = await daemon.node('out');
    process.kill(pid ?? 0, 'SIGKILL');
    await monitor.line((line) => line === 'gone');
    await monitor.frame();
    await daemon.end();
    await monitor.line((line) => line === 'gone');
  });

  test('lists what can be picked in its groups, and follows what comes and goes', async () => {
    await room.send('OPEN', '32x32', 'RGBA', '30/1');
    await room.send('STAGE', '32x32', 'RGBA', '30/1', 'groups=stage');
    const daemon = await play(watched({ name: 'STAGE' }), { REVERIE_NDI_GROUP: 'stage' });
    await daemon.live('in');
    /** What is listed of the network, once it is as many as `count`. */
    const listed = async (count: number): Promise<readonly string[]> => {
      let seen: readonly string[] = [];
      const found = async (): Promise<boolean> => {
        const { endpoints } = await daemon.get<EndpointList>('endpoints');
        seen = endpoints.map(({ url }) => url).filter((url) => url.startsWith('ndi:DOUBLE'));
        return seen.length === count;
      };
      await within(30_000, `${count} senders`, () => seen.join(), found);
      return [...seen].sort();
    };
    expect(await listed(1)).toEqual(['ndi:DOUBLE (STAGE)']);
    const late = await room.send('LATE', '32x32', 'RGBA', '30/1', 'groups=stage');
    expect(await listed(2)).toEqual(['ndi:DOUBLE (LATE)', 'ndi:DOUBLE (STAGE)']);
    await late.kill();
    expect(await listed(1)).toEqual(['ndi:DOUBLE (STAGE)']);
  });

  describe('without its runtime', () => {
    test('says where it looked and where to get it, in adapters and in the status of a node', async () => {
      const daemon = await play(watched({ name: 'CAM' }), { REVERIE_NDI_LIB: '/nowhere/libndi.so.6' });
      const { status } = await daemon.until('in', (node) => node.status.code === 'E_NDI_MISSING');
      expect(status.message).toContain('/nowhere/libndi.so.6 (not there)');
      let ndi: AdapterReport | undefined;
      // On a machine that is full a probe may not answer in time; it is asked again.
      await within(
        20_000,
        'the probe',
        () => JSON.stringify(ndi?.probe),
        async () => {
          const { adapters } = await daemon.get<{ adapters: readonly AdapterReport[] }>('adapters');
          ndi = adapters.find(({ id }) => id === 'ndi');
          return JSON.stringify(ndi?.probe).includes('/nowhere');
        },
      );
      expect(ndi?.probe).toMatchObject({
        available: false,
        remedy: expect.stringContaining('https://ndi.video'),
      });
    });

    test('says so too of a library that is none, and of a processor that is too old', async () => {
      const daemon = await play(watched({ name: 'CAM' }), {
        REVERIE_NDI_LIB: '/usr/lib/x86_64-linux-gnu/libc.so.6',
      });
      const { status } = await daemon.until('in', (node) => node.status.code === 'E_NDI_MISSING');
      expect(status.message).toContain('no NDI runtime of version 5 or 6');
      await daemon.dispose();
      const old = await play(watched({ name: 'CAM' }), { NDI_DOUBLE_NO_CPU: '1' });
      const refused = await old.until('in', (node) => node.status.code === 'E_NDI_MISSING');
      expect(refused.status.message).toContain('does not support this processor');
    });
  });
});
