import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../../../src/contract/clock.ts';
import { Histogram } from '../../../src/contract/histogram.ts';

const PERIOD_MS = 1000 / 60;
const STAMP_BYTES = 8;

/** What it takes at 60 a second until another Node process knows of a byte in its pipe, milliseconds: the least that a wake can cost. */
export async function bareWake(wakes: number): Promise<Histogram> {
  const path = fileURLToPath(new URL('./wake-child.ts', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, path], {
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  const stamp = Buffer.alloc(STAMP_BYTES);
  for (let n = 0; n < wakes; n++) {
    await sleep(PERIOD_MS);
    stamp.writeDoubleLE(nowUs());
    child.stdin?.write(Buffer.from(stamp));
  }
  const told = once(child, 'message');
  child.stdin?.end();
  const [counts] = (await told) as [ReturnType<Histogram['counts']>];
  const times = new Histogram();
  times.add(counts);
  return times;
}
