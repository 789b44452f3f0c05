import { asWritten, pacedRatios, type BenchSize, type PacedRatios } from '../bare/machine.ts';
import { idleFaders, startLoad, wasAsked, wasBorne, type Load } from './load.ts';
import { checked, dropsOf, lateTicks, pause, play, report, sample, wasHeldUp } from './playing.ts';
import { StolenTime } from './stolen.ts';

const RATE_HZ = 60;
const WARM_MS = 4_000;
const CPU_PERCENT = 3;
/** Milliseconds a hop may take. DESIGN §9. */
const hopBounds: Record<Load, { readonly p50: number; readonly p99: number }> = {
  none: { p50: 0.35, p99: 1.5 },
  'json+udp': { p50: Infinity, p99: 3 },
  'two busy loops': { p50: Infinity, p99: 8 },
};

/** 60 frames a second through three runners, alone or beside a load. */
export async function paced(size: BenchSize, load: Load, frames: number): Promise<void> {
  const { ratios, bare } = await pacedRatios(size);
  const idle = load === 'none' ? await idleCpu() : null;
  const reverie = await play({ ...size, rateHz: RATE_HZ, ...(load === 'json+udp' ? idleFaders : {}) });
  const running = await startLoad(reverie, load);
  try {
    await pause(WARM_MS);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const [start, lateBefore] = [await sample(reverie), await lateTicks(reverie)];
    const stolen = new StolenTime();
    running.measure();
    await pause((frames / RATE_HZ) * 1000 + 1500);
    const stolenPercent = stolen.percent();
    const [end, lateAfter] = [await sample(reverie), await lateTicks(reverie)];
    const reached = await running.reached();
    const { torn, backwards } = await checked(reverie);
    const hops = [end.main.total.hop, end.out.total.hop];
    const drops = dropsOf(end.stats.links);
    const late = lateAfter - lateBefore;
    const cpuSeconds = end.stats.cpuSeconds - start.stats.cpuSeconds;
    const cpu = (100 * cpuSeconds) / ((end.atMs - start.atMs) / 1000);
    const aboveIdle = idle === null ? null : cpu - idle;
    const bound = hopBounds[load];
    // Beside a load, p99 is the load's doing and not that of the bare chain's own tail.
    const within = ({ p50, p99, cpu: ofCpu }: PacedRatios): boolean =>
      hops.every(
        (hop) => hop.p50 <= bound.p50 * p50 && hop.p99 <= bound.p99 * (load === 'none' ? p99 : p50),
      ) &&
      drops + torn + backwards === 0 &&
      wasBorne(reached) &&
      end.out.framesIn >= frames &&
      (aboveIdle ?? 0) <= CPU_PERCENT * ofCpu;
    const passed = within(ratios);
    report('frame-path', {
      passed,
      passedAsWritten: within(asWritten),
      isVoid: wasHeldUp(late, end.in.framesOut) || !wasAsked(reached) || end.in.framesOut < frames,
      stolenPercent,
      figures: {
        size: size.name,
        load,
        ...reached,
        frames: end.out.framesIn,
        framesAsked: frames,
        hop1: hops[0],
        hop2: hops[1],
        bound,
        machine: ratios,
        bare: bare.hops,
        drops,
        torn,
        backwards,
        daemonCpuPercent: cpu,
        daemonCpuAboveIdle: aboveIdle,
        daemonCpuBound: idle === null ? null : CPU_PERCENT,
        bareCpuPercent: bare.cpuPercent,
        endToEnd: end.out.total.age,
        eventLoopDelayP99: end.stats.eventLoopDelay.p99,
        late,
      },
    });
  } finally {
    running.stop();
    await reverie.dispose();
  }
}

let knownIdle: number | null = null;

/** What the same daemon takes of a core while nothing flows: an empty graph. */
async function idleCpu(): Promise<number> {
  if (knownIdle !== null) return knownIdle;
  const reverie = await play({ width: 64, height: 64, rateHz: 1 });
  try {
    await reverie.call('PUT', '/api/v1/graph', { nodes: [], links: [] });
    await pause(2000);
    const first = await reverie.get<{ cpuSeconds: number }>('stats');
    await pause(6000);
    const second = await reverie.get<{ cpuSeconds: number }>('stats');
    return (knownIdle = (100 * (second.cpuSeconds - first.cpuSeconds)) / 6);
  } finally {
    await reverie.dispose();
  }
}
