/** `dream`, 512×512, video mode over the test pattern, default quality, beside one JPEG preview: 30 frames a second for a minute. */
import { WebSocket } from 'ws';
import { chain, pause, startReverie } from '../tests/integration/reverie.ts';
import { lateTicks, rateBetween, report, sample, wasHeldUp } from './frames/playing.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const BOUND_HZ = 29.7;

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
  const before = await sample(reverie);
  pictures = 0;
  await pause(SECONDS * 1000);
  const after = await sample(reverie);
  const late = await lateTicks(reverie);
  const seconds = (after.atMs - before.atMs) / 1000;
  const rate = rateBetween(before, after, 'main');
  report('dream', {
    passed: rate >= BOUND_HZ,
    isVoid: wasHeldUp(late - lateBefore, after.in.framesOut),
    figures: {
      framesPerSecond: rate,
      boundHz: BOUND_HZ,
      seconds,
      callMs: after.main.total.call,
      previewPerSecond: pictures / seconds,
      mode: (await reverie.node('main')).mode,
      drops: after.in.drops,
      sinkTickGapMaxMs: after.out.total.tickGap.max,
    },
  });
  viewer.close();
} finally {
  await reverie.dispose();
}
