/** From the command to the first frame on a sink: the default show, `dream` included; an empty home first, then as on any later day. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReverie } from '../tests/integration/reverie.ts';
import { startRatio } from './bare/machine.ts';
import { report } from './frames/playing.ts';

const BOUND_MS = 2_500;

async function once(home: string): Promise<number> {
  const started = performance.now();
  const reverie = await startReverie({ home });
  try {
    await reverie.until('out', ({ status }) => status.state === 'live', 20_000);
    return performance.now() - started;
  } finally {
    await reverie.end('SIGTERM');
  }
}

const home = mkdtempSync(join(tmpdir(), 'reverie-bench-'));
try {
  const { ratio, helloMs } = await startRatio();
  const coldMs = await once(home);
  const later: number[] = [];
  for (let i = 0; i < 5; i++) later.push(await once(home));
  later.sort((a, b) => a - b);
  const slowestMs = Math.max(coldMs, later.at(-1) ?? Infinity);
  report('start', {
    passed: slowestMs <= BOUND_MS * ratio,
    passedAsWritten: slowestMs <= BOUND_MS,
    figures: {
      emptyHomeMs: coldMs,
      medianMs: later[2],
      maxMs: later.at(-1),
      boundMs: BOUND_MS,
      boundHereMs: BOUND_MS * ratio,
      bareChildMs: helloMs,
    },
  });
} finally {
  rmSync(home, { recursive: true, force: true });
}
