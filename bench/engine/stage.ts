import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { graphOf, sinkNode, sourceNode, stageNode, startReverie } from '../../tests/integration/reverie.ts';
import { SIDE } from './model.ts';

const pipeline = fileURLToPath(new URL('../fixtures/convolve/index.js', import.meta.url));
/** Left out at the beginning: the generation's first frames, and a daemon that is still starting its OSC. */
const SETTLE_MS = 2_000;

const graph = graphOf(
  [
    {
      ...sourceNode('in', { pattern: 'black', width: SIDE, height: SIDE, rateHz: 240, counter: false }),
      pacing: 'lockstep',
    },
    stageNode('main', 'convolve'),
    sinkNode('out', { rateHz: 240 }),
  ],
  [
    ['in', 'main'],
    ['main', 'out'],
  ],
);

/** Frames a second of the same model as a stage between a lock-step source and a sink, in a daemon as a user starts it. */
export async function stageRate(
  model: Uint8Array,
  home: string,
  seconds: number,
): Promise<{ rate: number; provider: string }> {
  const modelFile = join(home, 'model.onnx');
  const notes = join(home, `notes-${process.hrtime.bigint()}`);
  await writeFile(modelFile, model);
  await writeFile(notes, '');
  const env = { CONVOLVE_MODEL: modelFile, CONVOLVE_FILE: notes };
  const reverie = await startReverie({
    home,
    graph,
    env,
    flags: ['--pipeline-import', `${pipeline}#default`],
  });
  try {
    await reverie.live('out', 30_000);
    await sleep(SETTLE_MS + seconds * 1000);
    const { provider, times } = await readNotes(notes);
    const settled = times.filter((time) => time >= (times[0] ?? 0) + SETTLE_MS);
    const first = settled[0] ?? 0;
    const last = settled.at(-1) ?? 0;
    return { rate: ((settled.length - 1) * 1000) / (last - first), provider };
  } finally {
    await reverie.end('SIGTERM');
  }
}

async function readNotes(file: string): Promise<{ provider: string; times: readonly number[] }> {
  const [provider = '', ...times] = (await readFile(file, 'utf8')).split('\n');
  return { provider, times: times.filter((time) => time !== '').map(Number) };
}
