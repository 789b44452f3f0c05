import { lockstepRatio, type BenchSize, type SizeName } from '../bare/machine.ts';
import { checked, pause, play, rateBetween, report, sample } from './playing.ts';
import { StolenTime } from './stolen.ts';

/** Frames a second, and milliseconds a frame may take beside the slowest runner's own copy. DESIGN §9. */
const rateBounds: Record<SizeName, number> = { '512x512': 4000, '1280x720': 800, '1920x1080': 500 };
const OVER_COPY_MS = 0.35;
const WARM_MS = 4_000;
const MEASURED_MS = 8_000;

/** As fast as every frame is taken: source → passthrough → sink, no frame left out. */
export async function lockstep(size: BenchSize): Promise<void> {
  const machine = await lockstepRatio(size);
  const reverie = await play({ ...size, rateHz: 240, lockstep: true });
  try {
    await pause(WARM_MS);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const start = await sample(reverie);
    const stolen = new StolenTime();
    await pause(MEASURED_MS);
    const stolenPercent = stolen.percent();
    const end = await sample(reverie);
    const { torn, backwards } = await checked(reverie);
    const framesPerSecond = rateBetween(start, end, 'main');
    const copyMs = Math.max(end.in.total.call.p50, end.main.total.call.p50);
    const overCopyMs = 1000 / framesPerSecond - copyMs;
    const bound = rateBounds[size.name];
    const boundHere = bound / machine.rate;
    const overCopyHere = OVER_COPY_MS * machine.overCopy;
    const whole = torn === 0 && backwards === 0;
    report('frame-path-lockstep', {
      passed: whole && framesPerSecond >= boundHere && overCopyMs <= overCopyHere,
      passedAsWritten: whole && framesPerSecond >= bound && overCopyMs <= OVER_COPY_MS,
      stolenPercent,
      figures: {
        size: size.name,
        framesPerSecond,
        bound,
        boundHere,
        copyMs,
        overCopyMs,
        overCopyBound: OVER_COPY_MS,
        overCopyBoundHere: overCopyHere,
        torn,
        backwards,
        bare: { framesPerSecond: machine.bare.framesPerSecond, copyMs: machine.bare.copyMs },
      },
    });
  } finally {
    await reverie.dispose();
  }
}
