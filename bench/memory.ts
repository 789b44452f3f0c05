/** Ten minutes of the default show with a picture asked for now and then: growth of PSS, daemon and every runner. smaps_rollup(5). */
import { readFileSync } from 'node:fs';
import { startReverie } from '../tests/integration/reverie.ts';
import { pause, report } from './frames/playing.ts';

const MINUTES = Number(process.argv[2] ?? 10);
const BOUND_MB_PER_MINUTE = 1;
const EVERY_MS = 10_000;

const pssMb = (pid: number): number => {
  const kb = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kb) / 1024;
};

/** Least squares slope, MB a minute, over `[minute, MB]`. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

const reverie = await startReverie({});
try {
  await reverie.live('out');
  const names = new Map<number, string>([[reverie.child.pid ?? 0, 'daemon']]);
  for (const id of ['in', 'main', 'out', 'osc']) names.set((await reverie.node(id)).pid ?? 0, id);
  await reverie.frame();
  await pause(60_000);
  const points = new Map<number, [number, number][]>();
  const started = performance.now();
  while (performance.now() - started < (MINUTES - 1) * 60_000) {
    for (const pid of names.keys()) {
      const list = points.get(pid) ?? [];
      list.push([(performance.now() - started) / 60_000, pssMb(pid)]);
      points.set(pid, list);
    }
    await reverie.frame('&size=256');
    await pause(EVERY_MS);
  }
  for (const [pid, list] of points) {
    const perMinute = slope(list);
    report('memory', {
      passed: perMinute <= BOUND_MB_PER_MINUTE,
      figures: {
        process: names.get(pid),
        minutes: MINUTES,
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
