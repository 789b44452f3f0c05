/** Ten minutes of the default show with a picture asked for now and then: growth of PSS, daemon and every child of it. smaps_rollup(5). */
import { readFileSync } from 'node:fs';
import type { EngineStatus } from '../src/contract/engine-api.ts';
import { startReverie } from '../tests/integration/reverie.ts';
import { pause, report } from './frames/playing.ts';

const MINUTES = Number(process.argv[2] ?? 10);
const BOUND_MB_PER_MINUTE = 1;
const EVERY_MS = 10_000;

/** Null of a process that is gone. */
function pssMb(pid: number): number | null {
  try {
    const kb = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kb) / 1024;
  } catch {
    return null;
  }
}

/** Least squares slope, MB a minute, over `[minute, MB]`. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** The daemon and all of its children: runners of nodes, and those without one, such as that of the taps and the spare. */
async function processes(): Promise<[pid: number, name: string | null][]> {
  const { nodes } = await reverie.get<EngineStatus>('status');
  const named = new Map(nodes.flatMap(({ id, pid }) => (pid === null ? [] : [[pid, id] as const])));
  return [
    [reverie.child.pid ?? 0, 'daemon'],
    ...reverie.children().map((pid): [number, string | null] => [pid, named.get(pid) ?? null]),
  ];
}

const reverie = await startReverie({});
try {
  await reverie.live('out');
  await reverie.frame();
  await pause(60_000);
  const points = new Map<number, [number, number][]>();
  const names = new Map<number, string>();
  const started = performance.now();
  while (performance.now() - started < (MINUTES - 1) * 60_000) {
    for (const [pid, name] of await processes()) {
      const mb = pssMb(pid);
      if (mb === null) continue;
      if (name !== null) names.set(pid, name);
      const list = points.get(pid) ?? [];
      list.push([(performance.now() - started) / 60_000, mb]);
      points.set(pid, list);
    }
    await reverie.frame('&size=256');
    await pause(EVERY_MS);
  }
  const most = Math.max(...[...points.values()].map(({ length }) => length));
  let others = 0;
  for (const [pid, list] of points) {
    const name = names.get(pid) ?? `child ${(others += 1)} without a node`;
    const perMinute = slope(list);
    report('memory', {
      // One that came or went in play has no slope, and a show at rest gives no reason for it.
      passed: list.length === most && perMinute <= BOUND_MB_PER_MINUTE,
      figures: {
        process: name,
        minutes: MINUTES,
        points: list.length,
        pointsOfDaemon: most,
        mbPerMinute: perMinute,
        bound: BOUND_MB_PER_MINUTE,
        firstMb: list[0]?.[1],
        lastMb: list.at(-1)?.[1],
      },
    });
  }
} finally {
  await reverie.dispose();
}
