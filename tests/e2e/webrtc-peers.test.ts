import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { graphOf, sourceNode, startReverie, type Reverie } from '../integration/reverie.ts';
import { farthestFromBars } from '../support/color-bars.ts';
import { Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';

// A second implementation of WebRTC, alone with the daemon in a network that has only loopback. It leaves 127.0.0.1 aside, so
// that the network gets another address.
const script = resolve('tests/fixtures/peers/aiortc-viewer.py');
const graph = graphOf([sourceNode('bars', { pattern: 'bars', counter: false, width: 512, height: 512 })], []);

describeWithPeer('aiortc', 'aiortc watches a node', (python) => {
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

  it.each(['vp8', 'h264'])('in its colours as %s', async (codec) => {
    const said = await namespace.run(python, [script, `${reverie.url}/whep/bars`, codec, '40']);
    const seen = JSON.parse(String(said)) as { size: number[]; state: string; colors: number[][] };
    expect(seen).toMatchObject({ size: [512, 512], state: 'connected' });
    expect(farthestFromBars(seen.colors)).toBeLessThanOrEqual(6);
  });
});
