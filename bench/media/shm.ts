/**
 * Shared memory at 1080p and 60 frames a second, from a program to the graph and from the graph to a program. Counted is what
 * Reverie adds: from the end of the host's write to the frame being published, and from a sink being handed a frame to the host
 * knowing of it, whole. Each is one copy and one wake; beside it a bare memcpy of the same bytes and a bare wake of one process by
 * another, both before and after, in this run.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Histogram, type Percentiles } from '../../src/contract/histogram.ts';
import { graphOf, sinkNode, sourceNode, startReverie } from '../../tests/integration/reverie.ts';
import { lateTicks, pause, report, wasHeldUp } from '../frames/playing.ts';
import { StolenTime } from '../frames/stolen.ts';
import { bareCopy } from './shm/copy.ts';
import { bareWake } from './shm/wake.ts';

const SIZE = { width: 1920, height: 1080 };
const FRAME_BYTES = SIZE.width * SIZE.height * 4;
const RATE_HZ = 60;
/** What a frame may take each way, and where a bare copy and a bare wake take most of that, what may be added. Milliseconds. */
const BOUND_MS = 1;
const ADDED_MS = 0.3;
const WARM_MS = 2_000;
/** The source tells its figures every five seconds. */
const TOLD_MS = 5_500;

export async function measure(quick: boolean): Promise<void> {
  const times = quick ? 60 : 240;
  const copy = await bareCopy(FRAME_BYTES, times);
  const wake = await bareWake(times);
  const took = [await into(quick ? 1 : 3), await outOf(quick ? 4_000 : 15_000)];
  copy.add((await bareCopy(FRAME_BYTES, times)).counts());
  wake.add((await bareWake(times)).counts());
  const [copyMs, wakeMs] = [copy.percentiles().p50, wake.percentiles().p50];
  const bareMs = copyMs + wakeMs;
  const boundMs = Math.max(BOUND_MS, bareMs + ADDED_MS);
  for (const { way, ms, heldUp, stolenPercent, figures } of took)
    report('media-shm', {
      passed: ms <= boundMs,
      passedAsWritten: ms <= BOUND_MS,
      isVoid: heldUp && ms > boundMs,
      stolenPercent,
      figures: { way, size: '1920x1080', ms, boundMs, copyMs, wakeMs, ratioToBare: ms / bareMs, ...figures },
    });
}

interface Took {
  readonly way: 'in' | 'out';
  readonly ms: number;
  readonly heldUp: boolean;
  readonly stolenPercent: number;
  readonly figures: Readonly<Record<string, unknown>>;
}

/** A host writes, a source hands on. */
async function into(windows: number): Promise<Took> {
  const name = `bench-in-${process.pid}`;
  const writer = child('writer', name, String(SIZE.width), String(SIZE.height));
  const reverie = await startReverie({
    graph: graphOf(
      [{ id: 'in', type: 'source', adapter: 'shm', config: { name } }, sinkNode('out')],
      [['in', 'out']],
    ),
  });
  try {
    await reverie.live('in');
    await pause(WARM_MS + TOLD_MS);
    const stolen = new StolenTime();
    const p50 = new Histogram();
    let info: Readonly<Record<string, unknown>> = {};
    for (let n = 0; n < windows; n++) {
      await pause(TOLD_MS);
      ({ info } = await reverie.node('in'));
      p50.record((info['handOverMs'] as Percentiles).p50);
    }
    const stolenPercent = stolen.percent();
    const { handOverMs, rateHz, missed, torn } = info;
    const figures = { handOverMs, rateHz, missed, torn };
    return { way: 'in', ms: p50.quantile(0.5), heldUp: false, stolenPercent, figures };
  } finally {
    writer.disconnect();
    await reverie.dispose();
  }
}

/** A sink writes, a host knows. */
async function outOf(lengthMs: number): Promise<Took> {
  const name = `bench-out-${process.pid}`;
  const graph = graphOf(
    [
      sourceNode('in', { pattern: 'black', ...SIZE, rateHz: RATE_HZ }),
      sinkNode('out', { adapter: 'shm', config: { name }, rateHz: 240 }),
    ],
    [['in', 'out']],
  );
  const reader = child('reader', name);
  const reading = once(reader, 'message');
  const reverie = await startReverie({ graph });
  try {
    await Promise.all([reverie.live('out'), reading]);
    await pause(WARM_MS);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    reader.send('reset');
    const [stolen, lateBefore] = [new StolenTime(), await lateTicks(reverie)];
    await pause(lengthMs + 1200);
    const stolenPercent = stolen.percent();
    const late = (await lateTicks(reverie)) - lateBefore;
    const { total, framesIn } = await reverie.stats('out');
    const told = once(reader, 'message');
    reader.send('report');
    const [{ known, copied, torn }] = (await told) as [
      { readonly known: Percentiles; readonly copied: Percentiles; readonly torn: number },
    ];
    return {
      way: 'out',
      ms: total.call.p50 + known.p50,
      heldUp: wasHeldUp(late, framesIn),
      stolenPercent,
      figures: { writeMs: total.call, knownMs: known, hostsOwnCopyMs: copied, torn, late },
    };
  } finally {
    reader.disconnect();
    await reverie.dispose();
  }
}

function child(part: 'writer' | 'reader', ...args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(`./shm/${part}-child.ts`, import.meta.url)), [...args]);
}
