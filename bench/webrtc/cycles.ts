import { openVideoEncoder, type EncodedPicture } from '../../src/codec/video-encoder.ts';
import { nowUs } from '../../src/contract/clock.ts';
import type { SessionReport } from '../../src/contract/session.ts';
import { buildRtp, isRtcp } from '../../src/protocols/rtp/packet.ts';
import { payloadFormats, VIDEO_CLOCK_HZ } from '../../src/protocols/rtp/payload.ts';
import { SendStream } from '../../src/protocols/rtp/send-stream.ts';
import { rtpTimestamp } from '../../src/protocols/rtp/sequence.ts';
import {
  graphOf,
  pause,
  sinkNode,
  sourceNode,
  startReverie,
  within,
  type Reverie,
} from '../../tests/integration/reverie.ts';
import { endPeers, joinBy, testStream, type WebRtcPeer } from '../../tests/support/webrtc-peer.ts';
import { report } from '../frames/playing.ts';
import { holdingsOf, type Holdings } from './process-figures.ts';

/** Kilobytes a cycle over its second half. An open session holds half a megabyte and more, so that one in twenty not let go of shows. */
const KB_PER_CYCLE = 25;
/** Files and threads that may be more at the end than in the middle: one that leaks each time makes a hundred. */
const MORE = 3;
/**
 * What is held is looked at after so many cycles, and after a collection: a heap of V8 grows for minutes before it makes one, and
 * where its young part may grow it does so by megabytes at a time, whatever is held.
 */
const EVERY = 10;
const COLLECTED_MS = 300;
const collector = new URL('../fixtures/collect.mjs', import.meta.url).href;
const flags = `--max-semi-space-size=1 --import=${collector}`;
const LONG_MS = 20_000;
const SIZE = { width: 320, height: 240 };
const MAX_PAYLOAD = 1_000;

const graph = graphOf(
  [
    sourceNode('in', SIZE),
    { id: 'camera', type: 'source', adapter: 'webrtc' },
    sinkNode('wire', { adapter: 'webrtc' }),
    sinkNode('out'),
  ],
  [
    ['in', 'wire'],
    ['camera', 'out'],
  ],
);

/** What a peer comes for, by its kind: to watch a sink, or to feed a source. */
const visits = { whep: watch, whip: feed };
type Kind = keyof typeof visits;
/** How it goes: it asks for it, or it just closes its connection. */
type End = 'asked' | 'closed';
const kinds: readonly Kind[] = ['whep', 'whip'];
const ends: readonly End[] = ['asked', 'closed'];

/** Peers that come and go, one after another: what daemon and runner hold must not grow with them. A daemon for each kind and end. */
export async function cycles(count: number): Promise<void> {
  try {
    for (const kind of kinds) for (const end of ends) await cyclesOf(kind, end, count);
  } finally {
    endPeers();
  }
}

async function cyclesOf(kind: Kind, end: End, count: number): Promise<void> {
  const reverie = await startReverie({ graph, env: { NODE_OPTIONS: flags } });
  try {
    const { pid } = await reverie.live('wire', LONG_MS);
    const daemon: Holdings[] = [];
    const runner: Holdings[] = [];
    for (let cycle = 1; cycle <= count; cycle += 1) {
      await visit(reverie, kind, end);
      if (cycle % EVERY !== 0) continue;
      daemon.push(await heldBy(reverie.child.pid ?? 0));
      runner.push(await heldBy(pid ?? 0));
    }
    judge('daemon', { kind, end }, daemon);
    judge('webrtc runner', { kind, end }, runner);
  } finally {
    await reverie.dispose();
  }
}

async function heldBy(pid: number): Promise<Holdings> {
  process.kill(pid, 'SIGUSR2');
  await pause(COLLECTED_MS);
  return holdingsOf(pid);
}

async function visit(reverie: Reverie, kind: Kind, end: End): Promise<void> {
  const path = kind === 'whep' ? '/whep/wire' : '/whip/camera';
  const { peer, location } = await joinBy(`${reverie.url}${path}`, {
    ...(kind === 'whep' ? { receive: 'vp8' } : { send: 'vp8' }),
    // By which this library says farewell: without one it just falls silent.
    channel: 'parameters',
  });
  try {
    await within(
      LONG_MS,
      'the data channel',
      () => peer.connection.state(),
      () => peer.channel?.isOpen() === true,
    );
    await visits[kind](reverie, peer);
    if (end === 'asked') await fetch(location, { method: 'DELETE' });
  } finally {
    peer.close();
  }
  // The next one may feed the source only once this one is gone.
  await allGone(reverie);
}

async function watch(_: Reverie, peer: WebRtcPeer): Promise<void> {
  await within(
    LONG_MS,
    'a picture',
    () => peer.connection.state(),
    () => peer.packets.some((packet) => !isRtcp(packet)),
  );
}

/** The same key picture over and over, by way of the reorder buffer and the decoder, until one is shown. */
async function feed(reverie: Reverie, peer: WebRtcPeer): Promise<void> {
  const payloads = payloadFormats.vp8.packetize((await keyPicture()).data, MAX_PAYLOAD);
  const stream = new SendStream({ ...testStream, sequence: 0 });
  const shown = async (): Promise<boolean> => {
    for (const packet of stream.packets(payloads, rtpTimestamp(nowUs(), VIDEO_CLOCK_HZ, 0)))
      peer.track?.sendMessageBinary(Buffer.from(buildRtp(packet)));
    const { sessions } = await reverie.get<{ sessions: SessionReport[] }>('sessions');
    return sessions.some(({ info }) => Number(Object([info['receiving']].flat()[0])['frames']) > 0);
  };
  await within(LONG_MS, 'a picture', () => peer.connection.state(), shown);
}

let made: Promise<EncodedPicture> | null = null;

function keyPicture(): Promise<EncodedPicture> {
  return (made ??= (async () => {
    const encoder = await openVideoEncoder({ codec: 'vp8', ...SIZE, rateHz: 30, bitrateBps: 1e6 });
    try {
      const pixels = new Uint8Array(SIZE.width * SIZE.height * 4).fill(128);
      const picture = await encoder.encode(pixels, { key: true, timestampUs: 0 });
      if (picture === null) throw new Error('The encoder left the picture out');
      return picture;
    } finally {
      await encoder.close();
    }
  })());
}

async function allGone(reverie: Reverie): Promise<void> {
  const open = async (): Promise<number> =>
    (await reverie.get<{ sessions: unknown[] }>('sessions')).sessions.length;
  await within(
    LONG_MS,
    'the last session to end',
    () => 'some are open',
    async () => (await open()) === 0,
  );
}

function judge(
  process: string,
  cycle: { readonly kind: Kind; readonly end: End },
  all: readonly Holdings[],
): void {
  const half = all.slice(Math.floor(all.length / 2));
  const [first, last] = [half[0], half.at(-1)];
  if (first === undefined || last === undefined) throw new Error('No cycle was measured');
  const kbPerCycle = 1024 * slope(half.map(({ pssMb }, at) => [at * EVERY, pssMb]));
  const grown = { files: last.files - first.files, threads: last.threads - first.threads };
  report('webrtc-cycles', {
    passed: kbPerCycle <= KB_PER_CYCLE && grown.files <= MORE && grown.threads <= MORE,
    figures: {
      process,
      ...cycle,
      cycles: all.length * EVERY,
      kbPerCycle,
      boundKb: KB_PER_CYCLE,
      pssMb: [all[0]?.pssMb, first.pssMb, last.pssMb],
      files: [all[0]?.files, first.files, last.files],
      threads: [all[0]?.threads, first.threads, last.threads],
    },
  });
}

/** The median of the slopes between every two points (Theil, Sen): pages that a heap takes or gives back at once do not bend it. */
function slope(points: readonly (readonly [number, number])[]): number {
  const slopes = points.flatMap(([x, y], i) => points.slice(0, i).map(([x0, y0]) => (y - y0) / (x - x0)));
  return slopes.toSorted((a, b) => a - b)[slopes.length >> 1] ?? Number.NaN;
}
