import { createCanvas, loadImage } from '@napi-rs/canvas';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { readCounter } from '../../adapters/test-pattern/counter.ts';
import type { Graph } from '../../src/contract/graph.ts';
import { encode, ffmpeg, numberedFrames, sharedScratch } from '../adapters/file/fixtures.ts';
import { describeWithPeer } from '../support/peers.ts';
import { graphOf, sinkNode, sourceNode, startReverie, within, type Reverie } from './reverie.ts';

let reverie: Reverie;
const scratch = sharedScratch();
afterEach(() => reverie.dispose());

const size = { width: 256, height: 192 };

/** A source, shown by a sink, with nothing between. */
function shown(source: object): Graph {
  return graphOf([source, sinkNode('out')], [['in', 'out']]);
}

const fileNode = (config: object): object => ({ id: 'in', type: 'source', adapter: 'file', config });

async function counterOf(
  picture: Buffer,
): Promise<{ top: number | null; bottom: number | null; width: number; height: number }> {
  const image = await loadImage(picture);
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, image.width, image.height);
  return { ...readCounter(new Uint8Array(data.buffer), { width, height }), width, height };
}

test('a still of the test pattern is whole, and later ones carry later numbers', async () => {
  reverie = await startReverie({ graph: shown(sourceNode('in', { width: 320, height: 180 })) });
  await reverie.live('out');
  let last = -1;
  for (let n = 0; n < 5; n += 1) {
    const { top, bottom, width, height } = await counterOf(await reverie.frame());
    expect([width, height]).toEqual([320, 180]);
    expect(bottom).toBe(top);
    expect(top ?? -1).toBeGreaterThanOrEqual(last);
    last = top ?? -1;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  expect(last).toBeGreaterThan(0);
});

describeWithPeer('ffmpeg', 'a file that plays', () => {
  test('is seen at the sink, whole, and says of itself what it is and what is left out', async () => {
    const silent = await encode(scratch.path('silent.mp4'), numberedFrames(size, 30), size);
    const path = scratch.path('clip.mp4');
    await ffmpeg(['-i', silent, '-f', 'lavfi', '-i', 'sine=d=1', '-c:v', 'copy', '-shortest', path]);
    reverie = await startReverie({ graph: shown(fileNode({ path })) });
    await reverie.live('out');
    for (let n = 0; n < 5; n += 1) {
      const { top, bottom, width } = await counterOf(await reverie.frame());
      expect(width).toBe(256);
      expect(top).not.toBeNull();
      expect(bottom).toBe(top);
    }
    const status = await reverie.until('in', (node) => node.info['codec'] === 'h264');
    expect(status.info).toMatchObject({ audio: 'left out', width: 256, height: 192 });
    const rate = async (): Promise<number> => (await reverie.stats('in')).rateOutHz;
    let seen = 0;
    await within(
      5000,
      'a rate near 30',
      () => `${seen}`,
      async () => (seen = await rate()) > 20 && seen < 40,
    );
  });

  test('that vanishes is lost, the last picture stays, and it plays again when the file is back', async () => {
    const path = await encode(scratch.path('here.mp4'), numberedFrames(size, 15), size);
    const away = scratch.path('away.mp4');
    reverie = await startReverie({ graph: shown(fileNode({ path })) });
    await reverie.live('in');
    await rename(path, away);
    await reverie.until('in', (node) => node.status.code === 'E_SOURCE_LOST', 10_000);
    expect((await counterOf(await reverie.frame())).top).not.toBeNull();
    await rename(away, path);
    await reverie.live('in', 10_000);
  });

  test('that cannot be read says why, with its path', async () => {
    const path = scratch.path('broken.mp4');
    await writeFile(path, 'no video');
    reverie = await startReverie({ graph: shown(fileNode({ path })) });
    const node = await reverie.until('in', (each) => each.status.code === 'E_SOURCE_UNREADABLE');
    expect(node.status.message).toContain(path);
    await within(
      5000,
      'the next state',
      () => '',
      async () => (await reverie.node('in')).status.remedy !== null,
    );
    await rm(path);
    await writeFile(
      path,
      await readFile(await encode(scratch.path('good.mp4'), numberedFrames(size, 10), size)),
    );
    await reverie.live('in', 40_000);
  });
});
