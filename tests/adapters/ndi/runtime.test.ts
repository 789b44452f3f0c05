import koffi from 'koffi';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PictureFormat } from '../../../adapters/ndi/picture.ts';
import { toRgba } from '../../../adapters/ndi/pixels.ts';
import { discover, probe, sink, source } from '../../../adapters/ndi/run.ts';
import { playSource, SinkDouble, SourceDouble, until } from '../../conformance/contexts.ts';
import { buildNdi, NdiRoom, painted, type NdiBuild } from '../../support/ndi.ts';
import { describeWithPeer } from '../../support/peers.ts';

describeWithPeer('g++', 'the adapter over a double of the runtime', () => {
  let build: NdiBuild;
  let room: NdiRoom;
  let leave: () => void;
  beforeAll(async () => {
    build = await buildNdi();
  });
  beforeEach(() => {
    room = new NdiRoom(build);
    leave = room.enter();
  });
  afterEach(async () => {
    leave();
    await room.close();
  });

  /** What this process has captured and not given back. */
  const outstanding = (): number => Number(koffi.load(build.library).func('long double_outstanding(void)')());

  test('names it', async () => {
    expect(await probe()).toEqual({ available: true, version: 'NDI test double' });
  });

  test.each<[PictureFormat, string]>([
    ['RGBA', 'rgba'],
    ['RGBX', 'rgba'],
    ['BGRA', 'bgra'],
    ['BGRX', 'bgra'],
    ['UYVY', 'uyvy'],
    ['UYVA', 'fastest'],
  ])('takes %s in, each pixel in its place', async (format, receiveAs) => {
    const size = { width: 34, height: 20 };
    await room.send('CAM', '34x20', format, '100/1', 'pattern=5');
    const { frames } = await playSource({ probe, source }, { config: { name: 'CAM', receiveAs } }, 2);
    const stride = format.startsWith('U') ? 68 : 136;
    const bytes = stride * 20 + (format === 'UYVA' ? 34 * 20 : 0);
    const expected = new Uint8Array(34 * 20 * 4);
    toRgba(painted(bytes, 5), { ...size, format, stride, bytes }, expected);
    expect(frames[0]).toMatchObject(size);
    expect(Buffer.compare(frames[0]?.data ?? new Uint8Array(), expected)).toBe(0);
    expect(outstanding()).toBe(0);
  });

  test('takes rows in that lie further apart than they are long', async () => {
    await room.send('CAM', '30x20', 'RGBA', '100/1', 'pattern=1', 'stride=160');
    const { frames } = await playSource({ probe, source }, { config: { name: 'CAM' } }, 1);
    const sent = painted(160 * 20, 1);
    expect([...(frames[0]?.data.subarray(120, 240) ?? [])]).toEqual([...sent.subarray(160, 280)]);
  });

  test('gives back all that it was lent: sound, metadata, and pictures that it refuses', async () => {
    const camera = await room.send('LOUD', '32x32', 'RGBA', '100/1', 'audio');
    let frames = 0;
    const context = new SourceDouble({
      config: { name: 'LOUD' },
      onFrame: () => {
        if ((frames += 1) === 20) camera.say('claim -1 0 64');
      },
    });
    await expect(source.run(context)).rejects.toMatchObject({ code: 'E_NDI_FRAME' });
    expect(context.info).toMatchObject({ sender: 'DOUBLE (LOUD)' });
    expect(outstanding()).toBe(0);
  });

  test('lends each picture it sends until the next, in sizes that change', async () => {
    const context = new SinkDouble({ name: 'OUT', sendAs: 'bgra', frameRate: '50' });
    const end = sink.run(context);
    await context.presenting();
    const monitor = await room.receive('OUT');
    for (const [index, width] of [4, 4, 4, 9, 9, 2, 2].entries()) {
      const pixels = new Uint8Array(width * 3 * 4).fill(index + 1);
      pixels.set([10, 20, 30, 40]);
      await context.show({ width, height: 3 }, pixels);
      const seen = await monitor.frame();
      expect(seen).toMatchObject({
        width,
        height: 3,
        format: 'BGRA',
        rate: '50000/1000',
        first: [30, 20, 10, 40],
      });
    }
    context.controller.abort();
    await end;
    await monitor.line((line) => line === 'gone');
  });

  test('finds what comes and goes in its groups and at its addresses, and nothing else', async () => {
    process.env['REVERIE_NDI_GROUP'] = 'stage,public';
    process.env['REVERIE_NDI_ADDRESS'] = '10.1.0.20,10.1.0.21';
    const controller = new AbortController();
    let names: readonly string[] | null = null;
    const searching = discover({
      signal: controller.signal,
      log: () => undefined,
      found: (endpoints) => (names = endpoints.map(({ url }) => url)),
    });
    try {
      await room.send('OTHER', '8x8', 'RGBA', '30/1', 'groups=back');
      await room.send('HIDDEN', '8x8', 'RGBA', '30/1', 'address=10.9.9.9');
      await room.send('STAGE', '8x8', 'RGBA', '30/1', 'groups=stage');
      const far = await room.send('FAR', '8x8', 'RGBA', '30/1', 'address=10.1.0.21');
      const listed = (...wanted: string[]): Promise<void> =>
        until(
          () =>
            names?.length === wanted.length &&
            wanted.every((name) => names?.includes(`ndi:DOUBLE (${name})`)),
        );
      await listed('STAGE', 'FAR');
      await far.kill();
      await listed('STAGE');
    } finally {
      delete process.env['REVERIE_NDI_GROUP'];
      delete process.env['REVERIE_NDI_ADDRESS'];
      controller.abort();
      await searching;
    }
    expect(names).toEqual(['ndi:DOUBLE (STAGE)']);
  });
});
