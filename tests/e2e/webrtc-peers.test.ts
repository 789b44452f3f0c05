import { once } from 'node:events';
import { resolve } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCounter } from '../../adapters/test-pattern/counter.ts';
import { graphOf, sinkNode, sourceNode, startReverie, within, type Reverie } from '../integration/reverie.ts';
import { colorBars, farthestFromBars } from '../support/color-bars.ts';
import { Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';

// A second implementation of WebRTC, alone with the daemon in a network that has only loopback. It leaves 127.0.0.1 aside, so
// that the network gets another address.
const viewer = resolve('tests/fixtures/peers/aiortc-viewer.py');
const publisher = resolve('tests/fixtures/peers/aiortc-publisher.py');
const graph = graphOf(
  [
    sourceNode('bars', { pattern: 'bars', counter: false, width: 512, height: 512 }),
    { id: 'in', type: 'source', adapter: 'webrtc', config: { name: 'whip:cam1' } },
    sinkNode('out'),
  ],
  [['in', 'out']],
);

describeWithPeer('aiortc', 'aiortc', (python) => {
  let namespace: Namespace;
  let reverie: Reverie;

  beforeAll(async () => {
    namespace = await Namespace.open();
    await namespace.run('ip', ['addr', 'add', '10.99.0.1/32', 'dev', 'lo']);
    reverie = await startReverie({ graph, wrap: namespace.enter });
  });

  afterAll(async () => {
    await reverie?.dispose();
    namespace?.close();
  });

  /** The counter of what `out` shows, and how far its bars are from their colours; null before there is any. */
  async function shown(): Promise<{ readonly top: number | null; readonly distance: number } | null> {
    const { status, body } = await namespace.fetch(`${reverie.url}/api/v1/frame?format=png&node=out`);
    if (status !== 200) return null;
    const image = await loadImage(body);
    const { width, height } = image;
    const context = createCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    const colors = colorBars.map((_, bar) => {
      const [x, y] = [Math.floor(((bar + 0.5) * width) / colorBars.length), Math.floor(height * 0.55)];
      return [...context.getImageData(x, y, 1, 1).data.subarray(0, 3)];
    });
    const pixels = new Uint8Array(context.getImageData(0, 0, width, height).data.buffer);
    return { top: readCounter(pixels, { width, height }).top, distance: farthestFromBars(colors) };
  }

  it.each(['vp8', 'h264'])('watches a node in its colours as %s', async (codec) => {
    const said = await namespace.run(python, [viewer, `${reverie.url}/whep/bars`, codec, '40', '7']);
    const seen = JSON.parse(String(said)) as { size: number[]; state: string; colors: number[][] };
    expect(seen).toMatchObject({ size: [512, 512], state: 'connected' });
    expect(farthestFromBars(seen.colors)).toBeLessThanOrEqual(6);
  });

  it.each(['vp8', 'h264'])('publishes by WHIP in order and in its colours as %s', async (codec) => {
    // Numbers tell the pictures of this codec from the last ones of the other.
    const from = codec === 'vp8' ? 100_000 : 200_000;
    const peer = namespace.start(python, [publisher, `${reverie.url}/whip/cam1`, codec, `${from}`]);
    let said = '';
    for (const stream of [peer.stdout, peer.stderr]) stream.on('data', (text) => (said += String(text)));
    const gone = once(peer, 'exit');
    const numbers: number[] = [];
    let distance = 999;
    const seen = (): string => `${numbers.join()} ${distance} ${said}`;
    try {
      await within(30_000, 'ten pictures in their colours', seen, async () => {
        const picture = await shown();
        const top = picture?.top ?? null;
        if (picture !== null && top !== null && top > from && top !== numbers.at(-1)) {
          numbers.push(top);
          distance = picture.distance;
        }
        return numbers.length >= 10 && distance <= 6;
      });
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    } finally {
      peer.stdin.end();
      await Promise.race([gone, new Promise((late) => setTimeout(late, 10_000))]);
      peer.kill('SIGKILL');
    }
    expect(said).toMatch(/"status": 201, "location": "\/whip\/cam1\/[0-9a-f-]{36}"/);
    expect(said).toContain('"state": "connected", "ended": 200');
  });
});
