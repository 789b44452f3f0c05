/**
 * `kill -9` and SIGSTOP of source and stage at 60 frames a second, at random phase, fifteen times each: how long the sink went
 * without a tick, how soon new frames came, whether any frame was torn, and whether the hub's books balance after it all.
 * DESIGN §9. `--quick` for five times each. Void where the machine itself was held up: a witness ticks beside it.
 */
import type { LinkStats } from '../src/contract/engine-api.ts';
import type { Reverie } from '../tests/integration/reverie.ts';
import { checked, dropsOf, pause, play, report, sample, type Checked } from './frames/playing.ts';
import { Witness } from './frames/witness.ts';

const TIMES = process.argv.includes('--quick') ? 5 : 15;
const MAX_GAP_MS = 34;
const MAX_NEW_MS = 150;
/** Later than this, and a tick that follows in time would still break the bound: 25 ms of silence before a repeat, and this. */
const HELD_UP_MS = 9;

type Killed = 'in' | 'main';
type Signal = 'SIGKILL' | 'SIGSTOP';

async function kill(node: Killed, signal: Signal): Promise<void> {
  const reverie = await play({ width: 1280, height: 720, rateHz: 60 });
  try {
    await reverie.live('out');
    await pause(4000);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const witness = new Witness();
    const killedAt: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      await pause(1500 + Math.random() * 17);
      killedAt.push(await killOnce(reverie, node, signal));
    }
    await pause(1500);
    witness.end();
    const { out, stats } = await sample(reverie);
    const seen = await checked(reverie);
    const newAfter = killedAt.map((at) => newFramesAfter(seen, at)).sort((a, b) => a - b);
    const newBound = signal === 'SIGKILL' ? MAX_NEW_MS : Infinity;
    const slowest = newAfter.at(-1) ?? Infinity;
    const booksBalance = stats.links.every(balanced);
    const passed =
      out.total.tickGap.max <= MAX_GAP_MS && slowest <= newBound && seen.torn === 0 && booksBalance;
    report('kill', {
      passed,
      // A bound that was kept on a machine that was held up is kept all the more.
      isVoid: !passed && witness.latenessMs > HELD_UP_MS,
      figures: {
        node,
        signal,
        times: TIMES,
        tickGapMaxMs: out.total.tickGap.max,
        boundTickGapMs: MAX_GAP_MS,
        tickGapP99Ms: out.total.tickGap.p99,
        newFramesAfterMs: { min: newAfter[0], median: newAfter[Math.floor(TIMES / 2)], max: slowest },
        boundNewMs: newBound === Infinity ? null : newBound,
        ticks: out.ticks,
        repeats: out.repeats,
        torn: seen.torn,
        drops: dropsOf(stats.links),
        booksBalance,
        witnessLateMs: witness.latenessMs,
      },
    });
  } finally {
    await reverie.dispose();
  }
}

/** When it was killed, wall clock; resolves once it is live again. */
async function killOnce(reverie: Reverie, node: Killed, signal: Signal): Promise<number> {
  const { pid } = await reverie.node(node);
  if (pid === null) throw new Error(`${node} has no process`);
  const at = Date.now();
  process.kill(pid, signal);
  await reverie.until(
    node,
    (status) => status.pid !== null && status.pid !== pid && status.status.state === 'live',
    6000,
  );
  return at;
}

/** How long after it the sink saw a new frame again, milliseconds. */
function newFramesAfter({ silences }: Checked, at: number): number {
  const over = silences
    .filter(([began, length]) => began + length > at && began < at + 60)
    .map(([began, length]) => began + length - at);
  return Math.max(0, ...over);
}

/** Every slot is somebody's, the producer has one, and nobody holds more than the newest frame and one for each consumer. */
function balanced({ slots, free, granted, held, consumers }: LinkStats): boolean {
  return free + granted + held === slots && granted <= 1 && held <= 1 + consumers;
}

for (const node of ['in', 'main'] as const)
  for (const signal of ['SIGKILL', 'SIGSTOP'] as const) await kill(node, signal);
