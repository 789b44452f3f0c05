/**
 * `dream`, 512×512, video mode over the test pattern, default quality, beside one JPEG preview: 30 frames a second for a minute,
 * in each five seconds of it.
 */
import { WebSocket } from 'ws';
import { chain, pause, startReverie, type Reverie } from '../tests/integration/reverie.ts';
import { lateTicks, rateBetween, report, sample, wasHeldUp, type Sample } from './frames/playing.ts';
import { StolenTime } from './frames/stolen.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const BOUND_HZ = 29.7;
const WINDOW_MS = 5_000;
/** Two of its 150 frames may fall into a neighbour. */
const WINDOW_BOUND_HZ = 29.6;
const SIZE = { width: 512, height: 512 };

/** Samples at the ends of all windows. */
async function play(reverie: Reverie): Promise<Sample[]> {
  const samples = [await sample(reverie)];
  for (let ms = 0; ms < SECONDS * 1000; ms += WINDOW_MS) {
    await pause(WINDOW_MS);
    samples.push(await sample(reverie));
  }
  return samples;
}

const reverie = await startReverie({ graph: chain('dream') });
try {
  await reverie.call('PATCH', '/api/v1/parameters', { '/main/mode': 'video', '/prompt': 'molten gold' });
  await reverie.live('out', 20_000);
  const viewer = new WebSocket(`${reverie.url.replace('http', 'ws')}/api/v1/preview?node=out`);
  let pictures = 0;
  viewer.on('message', () => (pictures += 1));
  await pause(5000);
  await reverie.call('POST', '/api/v1/stats/reset', {});
  const lateBefore = await lateTicks(reverie);
  pictures = 0;
  const stolen = new StolenTime();
  const samples = await play(reverie);
  const stolenPercent = stolen.percent();
  const [before, after] = [samples[0], samples.at(-1)];
  if (before === undefined || after === undefined) throw new Error('Nothing was sampled');
  const previews = pictures;
  const late = await lateTicks(reverie);
  const { mode, size } = await reverie.node('main');
  const seconds = (after.atMs - before.atMs) / 1000;
  const rate = rateBetween(before, after, 'main');
  const slowestWindow = Math.min(
    ...samples.slice(1).map((end, index) => rateBetween(samples[index] ?? before, end, 'main')),
  );
  const asMeant =
    mode === 'video' && size?.width === SIZE.width && size.height === SIZE.height && previews > 0;
  report('dream', {
    passed: asMeant && rate >= BOUND_HZ && slowestWindow >= WINDOW_BOUND_HZ,
    isVoid: asMeant && wasHeldUp(late - lateBefore, after.in.framesOut),
    stolenPercent,
    figures: {
      framesPerSecond: rate,
      boundHz: BOUND_HZ,
      slowestWindow,
      windowBoundHz: WINDOW_BOUND_HZ,
      seconds,
      callMs: after.main.total.call,
      previewPerSecond: previews / seconds,
      mode,
      size,
      drops: after.in.drops,
      sinkTickGapMaxMs: after.out.total.tickGap.max,
    },
  });
  viewer.close();
} finally {
  await reverie.dispose();
}
