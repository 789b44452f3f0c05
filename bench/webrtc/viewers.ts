import {
  graphOf,
  sinkNode,
  sourceNode,
  startReverie,
  type Reverie,
} from '../../tests/integration/reverie.ts';
import { pause, report } from '../frames/playing.ts';
import { StolenTime } from '../frames/stolen.ts';
import { gather, type Audience } from './audience.ts';
import { cpuOf, cpuOfThreads } from './process-figures.ts';

const COUNTS = [0, 1, 2, 4, 8];
const MOST = 8;
/** Of the first viewer's, which pays for the encode. */
const FURTHER_SHARE = 0.25;
/** Times the encoder's CPU with one viewer: what two measurements of the same work differ by here. */
const ENCODER_GROWTH = 1.15;
const SETTLE_MS = 2_000;

const graph = graphOf(
  [sourceNode('in', { width: 512, height: 512, rateHz: 30 }), sinkNode('wire', { adapter: 'webrtc' })],
  [['in', 'wire']],
);

/** What the runner took in percent of a core while so many looked. */
interface Look {
  readonly viewers: number;
  readonly cpuPercent: number;
  readonly mainPercent: number;
  /** All threads but the first together. */
  readonly othersPercent: number;
  /** Per viewer and second. */
  readonly pictures: number;
  readonly mbitEach: number;
}

/** What each further viewer of one sink costs the runner: packets, and no encode. */
export async function viewers(seconds: number): Promise<void> {
  const reverie = await startReverie({ graph });
  try {
    await reverie.live('wire', 20_000);
    const audience = gather(reverie.url, 'wire');
    const looks: Look[] = [];
    const stolen = new StolenTime();
    for (const count of COUNTS) looks.push(await look(reverie, audience, count, seconds));
    const encodes = (await reverie.node('wire')).info['encodes'];
    audience.end();
    judge(looks, encodes, stolen.percent());
  } finally {
    await reverie.dispose();
  }
}

async function look(reverie: Reverie, audience: Audience, count: number, seconds: number): Promise<Look> {
  const pid = (await reverie.node('wire')).pid ?? 0;
  await audience.grow(count);
  await pause(SETTLE_MS);
  await audience.grow(count);
  const before = { cpu: cpuOf(pid), threads: cpuOfThreads(pid), atMs: performance.now() };
  await pause(seconds * 1000);
  const [cpu, threads] = [cpuOf(pid), cpuOfThreads(pid)];
  const elapsedMs = performance.now() - before.atMs;
  const { bytes, pictures } = await audience.grow(count);
  const percent = (ms: number): number => (100 * ms) / elapsedMs;
  // Threads that ended meanwhile are in the whole alone.
  const mainPercent = percent((threads.get(pid) ?? 0) - (before.threads.get(pid) ?? 0));
  return {
    viewers: count,
    cpuPercent: percent(cpu - before.cpu),
    mainPercent,
    othersPercent: percent(cpu - before.cpu) - mainPercent,
    pictures: (pictures * 1000) / elapsedMs / Math.max(1, count),
    mbitEach: (bytes * 8) / 1000 / elapsedMs / Math.max(1, count),
  };
}

/** CPU is told per picture: on a busy machine fewer are made, and what they cost is what counts. */
function judge(looks: readonly Look[], encodes: unknown, stolenPercent: number): void {
  const of = (count: number): Look => {
    const found = looks.find(({ viewers: seen }) => seen === count);
    if (found === undefined) throw new Error(`Nobody measured ${count} viewers`);
    return found;
  };
  const idle = of(0);
  const one = of(1);
  const msAPicture = (percent: number, { pictures }: Look): number => (10 * percent) / pictures;
  // The pool encodes on whichever of its threads is free, and the library's own threads take next to nothing.
  const encoder = (each: Look): number => msAPicture(each.othersPercent - idle.othersPercent, each);
  const all = (each: Look): number => msAPicture(each.cpuPercent - idle.cpuPercent, each);
  const first = all(one);
  const further = (all(of(MOST)) - first) / (MOST - 1);
  const growth = encoder(of(MOST)) / encoder(one);
  report('webrtc-viewers', {
    passed: further <= FURTHER_SHARE * first && growth <= ENCODER_GROWTH && isOne(encodes),
    stolenPercent,
    figures: {
      firstMsAPicture: first,
      furtherMsAPicture: further,
      furtherShare: further / first,
      bound: FURTHER_SHARE,
      encoderGrowth: growth,
      growthBound: ENCODER_GROWTH,
      encodes,
      idlePercent: idle.cpuPercent,
      looks: looks
        .filter(({ viewers: seen }) => seen > 0)
        .map((each) => ({
          viewers: each.viewers,
          cpuPercent: each.cpuPercent,
          mainPercent: each.mainPercent,
          encoderMsAPicture: encoder(each),
          pictures: each.pictures,
          mbitEach: each.mbitEach,
        })),
    },
  });
}

const isOne = (encodes: unknown): boolean => Array.isArray(encodes) && encodes.length === 1;
