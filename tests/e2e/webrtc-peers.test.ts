import { execFile, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { graphOf, sourceNode, startReverie, type Reverie } from '../integration/reverie.ts';
import { Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';

// A second implementation of WebRTC, alone with the daemon in a network that has only loopback. It leaves 127.0.0.1 aside, so
// that the network gets another address.
const run = promisify(execFile);
const script = resolve('tests/fixtures/peers/aiortc-viewer.py');
const graph = graphOf([sourceNode('bars', { pattern: 'bars', counter: false, width: 512, height: 512 })], []);
/** 75 % bars: grey, yellow, cyan, green, magenta, red, blue. */
const bars = [
  [191, 191, 191],
  [191, 191, 0],
  [0, 191, 191],
  [0, 191, 0],
  [191, 0, 191],
  [191, 0, 0],
  [0, 0, 191],
];

describeWithPeer('aiortc', 'aiortc watches a node', (python) => {
  let namespace: Namespace;
  let reverie: Reverie;

  beforeAll(async () => {
    namespace = await Namespace.open();
    const [command = '', ...inside] = namespace.enter;
    execFileSync(command, [...inside, 'ip', 'addr', 'add', '10.99.0.1/32', 'dev', 'lo']);
    reverie = await startReverie({ graph, wrap: namespace.enter });
  });

  afterAll(async () => {
    await reverie?.dispose();
    namespace?.close();
  });

  it.each(['vp8', 'h264'])('in its colours as %s', async (codec) => {
    const [command = '', ...inside] = namespace.enter;
    const words = [...inside, python, script, `${reverie.url}/whep/bars`, codec, '40'];
    const { stdout } = await run(command, words, { timeout: 60_000 });
    const seen = JSON.parse(stdout) as { size: number[]; state: string; colors: number[][] };
    expect(seen).toMatchObject({ size: [512, 512], state: 'connected' });
    const differences = seen.colors.flatMap((color, bar) =>
      color.map((level, channel) => Math.abs(level - (bars[bar]?.[channel] ?? 999))),
    );
    expect(differences).toHaveLength(21);
    expect(Math.max(...differences)).toBeLessThanOrEqual(6);
  });
});
