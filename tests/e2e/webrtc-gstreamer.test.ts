import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { paintCounter, readCounter } from '../../adapters/test-pattern/counter.ts';
import { graphOf, sinkNode, sourceNode, startReverie, within, type Reverie } from '../integration/reverie.ts';
import { colorBars, farthestFromBars } from '../support/color-bars.ts';
import { Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';
import { onPictures } from '../support/raw-pictures.ts';

// GStreamer's webrtcbin (libnice, its own DTLS, SRTP, payloaders and OpenH264), alone with the daemon in a network that has only
// loopback. Pictures go through its pipes, so that counters are painted and read here.
const LONG = 30_000;
const codecs = ['vp8', 'h264'] as const;
const size = { width: 512, height: 512 };
const bytes = size.width * size.height * 4;
const script = resolve('tests/fixtures/peers/gstreamer-peer.py');
const graph = graphOf(
  [
    sourceNode('bars', { pattern: 'bars', counter: true, ...size }),
    { id: 'camera', type: 'source', adapter: 'webrtc' },
    sinkNode('out'),
  ],
  [['camera', 'out']],
);

/** How far the middles of the bars, below the lettering, are from their colours. */
function farthest(pixels: Uint8Array | Uint8ClampedArray): number {
  const row = Math.floor(size.height * 0.55);
  const seen = colorBars.map((_, bar) => {
    const at = (row * size.width + Math.floor(((bar + 0.5) * size.width) / colorBars.length)) * 4;
    return [...pixels.subarray(at, at + 3)];
  });
  return farthestFromBars(seen);
}

function paintBars(): Uint8Array {
  const pixels = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 4) {
    const bar = Math.floor(((at / 4) % size.width) / (size.width / colorBars.length));
    pixels.set([...(colorBars[bar] ?? []), 255], at);
  }
  return pixels;
}

const inOrder = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

describeWithPeer('gi.repository.GstWebRTC', 'GStreamer', (python) => {
  let namespace: Namespace;
  let reverie: Reverie;
  let peer: ChildProcessWithoutNullStreams | null = null;
  let said: string;

  beforeAll(async () => {
    namespace = await Namespace.open();
    reverie = await startReverie({ graph, wrap: namespace.enter });
  });

  afterAll(async () => {
    await reverie?.dispose();
    namespace?.close();
  });

  beforeEach(() => {
    said = '';
  });

  // Kindly, so that it ends its session and the source is free for the next.
  afterEach(async () => {
    if (peer === null || peer.exitCode !== null) return;
    const gone = once(peer, 'exit');
    peer.kill('SIGTERM');
    await gone;
  });

  function start(role: 'watch' | 'feed', path: string, codec: string): ChildProcessWithoutNullStreams {
    const sides = [size.width, size.height].map(String);
    const started = namespace.start(python, [script, role, reverie.url + path, codec, ...sides]);
    started.stderr.on('data', (text) => (said += String(text)));
    peer = started;
    return started;
  }

  it.each(codecs)('watches a node in order and in its colours as %s', async (codec) => {
    const { stdout } = start('watch', '/whep/bars', codec);
    const numbers: (number | null)[] = [];
    let last: Uint8Array = new Uint8Array(bytes);
    onPictures(stdout, size, (pixels) => {
      last = pixels;
      numbers.push(readCounter(pixels, size).top);
    });
    const seen = (): string => `${numbers.join()} ${said}`;
    await within(LONG, 'forty pictures', seen, () => numbers.length >= 40);
    const read = numbers.filter((number) => number !== null);
    expect(read.length).toBeGreaterThan(35);
    expect(read).toEqual(inOrder(read));
    expect(new Set(read).size).toBeGreaterThan(30);
    expect(farthest(last)).toBeLessThanOrEqual(6);
  });

  it.each(codecs)('feeds a source in order and in its colours as %s', async (codec) => {
    const { stdin } = start('feed', '/whip/camera', codec);
    // It may end before the last picture is written.
    stdin.on('error', () => undefined);
    const pixels = paintBars();
    // Numbers tell the pictures of this codec from the last ones of the other.
    const from = codec === 'vp8' ? 100_000 : 200_000;
    let sent = from;
    const painter = setInterval(() => {
      paintCounter(pixels, size, (sent += 1));
      stdin.write(Buffer.from(pixels));
    }, 33);
    const numbers: number[] = [];
    let distance = 999;
    let sessions = '';
    const look = async (): Promise<void> => {
      sessions = String((await namespace.fetch(`${reverie.url}/api/v1/sessions`)).body);
      const { status, body } = await namespace.fetch(`${reverie.url}/api/v1/frame?format=png&node=out`);
      if (status !== 200) return;
      const image = await loadImage(body);
      const context = createCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const { top } = readCounter(new Uint8Array(data.buffer), image);
      if (top === null || top < from || top === numbers.at(-1)) return;
      numbers.push(top);
      distance = farthest(data);
    };
    try {
      await within(
        LONG,
        'ten pictures',
        () => `${numbers.join()} of ${sent} ${said} ${sessions}`,
        async () => (await look(), numbers.length >= 10),
      );
      expect(numbers).toEqual(inOrder(numbers));
      expect(distance).toBeLessThanOrEqual(6);
    } finally {
      clearInterval(painter);
    }
  });
});
