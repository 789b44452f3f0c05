import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { graphOf, sinkNode, startReverie, within, type Reverie } from '../integration/reverie.ts';
import { Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';
import { onPictures } from '../support/raw-pictures.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { call, openPeer, type Watched } from './browser-peer.ts';
import { executablePath, overLoopback, usableAlone } from './chromium.ts';

// The colors that are farthest apart, from a picture file to the pixels that three implementations of WebRTC show; what peers send is in the
// tests of each peer.
const codecs = ['vp8', 'h264'] as const;
const SIDE = 512;
const PICTURES = 40;
const LIMIT_MS = 30_000;
const patches = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [128, 128, 128],
] as const;
type Colors = readonly (readonly number[])[];

/** The picture file: five columns. */
function paintPatches(): string {
  const canvas = createCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d');
  patches.forEach(([red, green, blue], index) => {
    context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
    const from = Math.floor((index * SIDE) / patches.length);
    context.fillRect(from, 0, SIDE - from, SIDE);
  });
  const path = join(tempFolder('patches'), 'patches.png');
  writeFileSync(path, canvas.toBuffer('image/png'));
  return path;
}

/** The middles of the columns in RGBA. */
function middlesOf(pixels: Uint8Array): Colors {
  return patches.map((_, index) => {
    const at = ((SIDE / 2) * SIDE + Math.floor(((index + 0.5) * SIDE) / patches.length)) * 4;
    return [...pixels.subarray(at, at + 3)];
  });
}

/** Each channel of each color within 6 levels; the message shows all that were seen. */
function expectPatches(seen: Colors): void {
  const far = patches.flatMap((color, index) =>
    color.map((level, channel) => Math.abs(level - (seen[index]?.[channel] ?? 999))),
  );
  expect(Math.max(...far), JSON.stringify(seen)).toBeLessThanOrEqual(6);
}

describe.skipIf(!usableAlone)('pure red, green, blue, white and grey (needs root)', () => {
  let namespace: Namespace;
  let reverie: Reverie;

  beforeAll(async () => {
    const graph = graphOf(
      [{ id: 'in', type: 'source', adapter: 'file', config: { path: paintPatches() } }, sinkNode('out')],
      [['in', 'out']],
    );
    namespace = await Namespace.open();
    // aiortc leaves 127.0.0.1 aside.
    await namespace.run('ip', ['addr', 'add', '10.99.0.1/32', 'dev', 'lo']);
    reverie = await startReverie({ graph, wrap: namespace.enter });
  });

  afterAll(async () => {
    await reverie?.dispose();
    namespace?.close();
  });

  describe('in Chromium', () => {
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: namespace.wrapper(executablePath),
        args: overLoopback,
      });
    });
    beforeEach(async () => {
      page = await browser.newPage();
      await openPeer(page, reverie.url);
    });
    afterEach(() => page.close());
    afterAll(() => browser?.close());

    it.each(codecs)('are what they were as %s', async (codec) => {
      const places = patches.map((_, index) => [(index + 0.5) / patches.length, 0.5]);
      const { colors } = await call<Watched>(page, 'watch', { node: 'out', codec, count: PICTURES, places });
      expectPatches(colors);
    });
  });

  describeWithPeer('aiortc', 'in aiortc', (python) => {
    it.each(codecs)('are what they were as %s', async (codec) => {
      const script = resolve('tests/fixtures/peers/aiortc-viewer.py');
      const args = [script, `${reverie.url}/whep/out`, codec, String(PICTURES), String(patches.length)];
      const said = await namespace.run(python, args);
      expectPatches((JSON.parse(String(said)) as { colors: Colors }).colors);
    });
  });

  describeWithPeer('gi.repository.GstWebRTC', 'in GStreamer', (python) => {
    it.each(codecs)('are what they were as %s', async (codec) => {
      const script = resolve('tests/fixtures/peers/gstreamer-peer.py');
      const sides = [SIDE, SIDE].map(String);
      const peer = namespace.start(python, [script, 'watch', `${reverie.url}/whep/out`, codec, ...sides]);
      let said = '';
      peer.stderr.on('data', (text) => (said += String(text)));
      let shown = 0;
      let last: Uint8Array = new Uint8Array(SIDE * SIDE * 4);
      onPictures(peer.stdout, { width: SIDE, height: SIDE }, (pixels) => {
        shown += 1;
        last = pixels;
      });
      try {
        await within(
          LIMIT_MS,
          'the pictures',
          () => `${shown} ${said}`,
          () => shown >= PICTURES,
        );
        expectPatches(middlesOf(last));
      } finally {
        peer.kill('SIGTERM');
      }
    });
  });
});
