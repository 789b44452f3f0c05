/**
 * `kill -9` and SIGSTOP of source and stage at 60 frames a second, at random phase, fifteen times each: how long the sink went
 * without a tick, how soon new frames came, whether any frame was torn, and whether the hub's books balance after it all.
 */
import { checked, dropsOf, pause, play, report, sample, type Verdict } from './frames/playing.ts';

const TIMES = process.argv.includes('--quick') ? 5 : 15;
const MAX_GAP_MS = 34;
const MAX_NEW_MS = 150;

async function kill(node: 'in' | 'main', signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  const reverie = await play({ width: 1280, height: 720, rateHz: 60 });
  try {
    await reverie.live('out');
    await pause(4000);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const killedAt: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      await pause(1500 + Math.random() * 17);
      const { pid } = await reverie.node(node);
      if (pid === null) throw new Error(`${node} has no process`);
      killedAt.push(Date.now());
      process.kill(pid, signal);
      await reverie.until(
        node,
        (status) => status.pid !== null && status.pid !== pid && status.status.state === 'live',
        6000,
      );
    }
    await pause(1500);
    const { out, stats } = await sample(reverie);
    const { torn, backwards, silences } = await checked(reverie);
    const newAfter = killedAt.map((at) =>
      Math.max(
        0,
        ...silences
          .filter(([began, length]) => began + length > at && began < at + 60)
          .map(([began, length]) => began + length - at),
      ),
    );
    newAfter.sort((a, b) => a - b);
    const balanced = stats.links.every(
      (link) => link.free + link.consumers + 2 >= link.slots && link.free <= link.slots,
    );
    const newBound = signal === 'SIGKILL' ? MAX_NEW_MS : Infinity;
    const slowest = newAfter.at(-1) ?? Infinity;
    const passed = out.total.tickGap.max <= MAX_GAP_MS && slowest <= newBound && torn === 0 && balanced;
    const verdict: Verdict = passed ? 'pass' : 'fail';
    report('kill', verdict, {
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
      torn,
      backwards,
      drops: dropsOf(stats.links),
      booksBalance: balanced,
    });
  } finally {
    await reverie.dispose();
  }
}

for (const node of ['in', 'main'] as const)
  for (const signal of ['SIGKILL', 'SIGSTOP'] as const) await kill(node, signal);
