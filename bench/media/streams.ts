/**
 * What the daemon adds to a live stream: ffmpeg sends numbered pictures to ffmpeg, directly and by way of source → sink, in the
 * same run. Through the daemon each picture is decoded, scaled, encoded and sent once more. Beside it, how soon after its first key
 * picture a stream shows.
 */
import { graphOf, startReverie, within, type Reverie } from '../../tests/integration/reverie.ts';
import { freePort } from '../../tests/integration/stream-peers.ts';
import { pause, report, wasHeldUp } from '../frames/playing.ts';
import { StolenTime } from '../frames/stolen.ts';
import { Camera } from './streams/camera.ts';
import { Viewer } from './streams/viewer.ts';

const SIZE = { width: 640, height: 360 };
const RATE_HZ = 30;
const MOST_ADDED_FRAMES = 2;
const MOST_FIRST_MS = 1_500;
const WARM_MS = 3_000;
const PATIENCE_MS = 30_000;
/** Of SRT, on both sides and in both runs; microseconds. */
const LATENCY_US = 20_000;

interface Way {
  readonly name: 'srt' | 'rtsp';
  /** Where the camera sends. */
  readonly send: (port: number) => readonly string[];
  /** The same place for the daemon, and for ffmpeg. */
  readonly source: (port: number) => string;
  readonly view: (port: number) => readonly string[];
  /** Where the daemon sends, for the same viewer. */
  readonly sink: (port: number) => string;
}

const srt = (port: number, mode: string): string =>
  `srt://127.0.0.1:${port}?mode=${mode}&latency=${LATENCY_US}`;
const rtsp = (port: number): string => `rtsp://127.0.0.1:${port}/live`;

const ways: readonly Way[] = [
  {
    name: 'srt',
    send: (port) => ['-f', 'mpegts', srt(port, 'caller')],
    source: (port) => srt(port, 'listener'),
    view: (port) => ['-i', srt(port, 'listener')],
    sink: (port) => srt(port, 'caller'),
  },
  {
    name: 'rtsp',
    send: (port) => ['-f', 'rtsp', '-rtsp_transport', 'tcp', rtsp(port)],
    source: (port) => `${rtsp(port)}?listen`,
    view: (port) => ['-rtsp_flags', 'listen', '-i', rtsp(port)],
    sink: rtsp,
  },
];

export async function measure(quick: boolean): Promise<void> {
  const lengthMs = quick ? 5_000 : 20_000;
  for (const way of ways) {
    const direct = await directly(way, lengthMs);
    const through = await throughDaemon(way, lengthMs);
    const addedMs = through.ages.p50 - direct.ages.p50;
    const addedFrames = (addedMs * RATE_HZ) / 1000;
    const passed = addedFrames <= MOST_ADDED_FRAMES && through.firstMs <= MOST_FIRST_MS;
    report('media-streams', {
      passed,
      isVoid: !passed && (direct.heldUp || through.heldUp),
      stolenPercent: Math.max(direct.stolenPercent, through.stolenPercent),
      figures: {
        way: way.name,
        size: `${SIZE.width}x${SIZE.height}`,
        addedFrames,
        boundFrames: MOST_ADDED_FRAMES,
        addedMs,
        directMs: direct.ages,
        throughMs: through.ages,
        firstPictureMs: through.firstMs,
        boundFirstMs: MOST_FIRST_MS,
        seen: [direct.seen, through.seen],
      },
    });
  }
}

interface Pass {
  readonly ages: { readonly p50: number };
  readonly seen: number;
  readonly stolenPercent: number;
  readonly heldUp: boolean;
}

async function directly(way: Way, lengthMs: number): Promise<Pass> {
  const port = await freePort();
  const painted: { camera: Camera | null } = { camera: null };
  const viewer = new Viewer(SIZE, way.view(port), (number) => painted.camera?.paintedMs.get(number));
  try {
    const camera = await Camera.open(SIZE, RATE_HZ, way.send(port));
    painted.camera = camera;
    return await watched(viewer, camera, lengthMs);
  } finally {
    painted.camera?.close();
    viewer.close();
  }
}

async function throughDaemon(way: Way, lengthMs: number): Promise<Pass & { readonly firstMs: number }> {
  const [port, outPort] = [await freePort(), await freePort()];
  const painted: { camera: Camera | null } = { camera: null };
  const viewer = new Viewer(SIZE, way.view(outPort), (number) => painted.camera?.paintedMs.get(number));
  const graph = graphOf(
    [
      { id: 'in', type: 'source', adapter: 'stream', config: { url: way.source(port) } },
      { id: 'out', type: 'sink', adapter: 'stream', config: { url: way.sink(outPort) }, rateHz: 60 },
    ],
    [['in', 'out']],
  );
  const reverie = await startReverie({ graph });
  try {
    const live = liveAt(reverie);
    const camera = await Camera.open(SIZE, RATE_HZ, way.send(port));
    painted.camera = camera;
    const firstMs = (await live) - (camera.firstMs ?? 0);
    return { ...(await watched(viewer, camera, lengthMs)), firstMs };
  } finally {
    painted.camera?.close();
    viewer.close();
    await reverie.dispose();
  }
}

/** When the first picture of the source was handed on. */
async function liveAt(reverie: Reverie): Promise<number> {
  await within(
    PATIENCE_MS,
    'a picture of the stream',
    () => '',
    async () => (await reverie.node('in')).status.state === 'live',
  );
  return performance.now();
}

async function watched(viewer: Viewer, camera: Camera, lengthMs: number): Promise<Pass> {
  await within(
    PATIENCE_MS,
    'a picture at the viewer',
    () => '',
    () => viewer.seen > 0,
  );
  await pause(WARM_MS);
  viewer.takeAges();
  const [stolen, lateBefore, seenBefore] = [new StolenTime(), camera.late, viewer.seen];
  await pause(lengthMs);
  const ages = viewer.takeAges().percentiles();
  const stolenPercent = stolen.percent();
  const seen = viewer.seen - seenBefore;
  return { ages, seen, stolenPercent, heldUp: wasHeldUp(camera.late - lateBefore, seen) };
}
