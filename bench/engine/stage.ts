import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SIDE } from './model.ts';

const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const pipeline = fileURLToPath(new URL('../fixtures/convolve/index.js', import.meta.url));
const START_MS = 30_000;
/** Left out at the beginning: the generation's first frames, and a daemon that is still starting its OSC. */
const SETTLE_MS = 2_000;

const graph = {
  nodes: [
    {
      id: 'in',
      type: 'source',
      adapter: 'test-pattern',
      config: { pattern: 'black', width: SIDE, height: SIDE, rateHz: 240, counter: false },
      pacing: 'lockstep',
    },
    { id: 'main', type: 'stage', pipeline: 'convolve' },
    { id: 'out', type: 'sink', adapter: 'stills', rateHz: 240 },
  ],
  links: [
    { from: 'in', to: 'main' },
    { from: 'main', to: 'out' },
  ],
};

/** Frames a second of the same model as a stage between a lock-step source and a sink, in a daemon as a user starts it. */
export async function stageRate(
  model: Uint8Array,
  home: string,
  seconds: number,
): Promise<{ rate: number; provider: string }> {
  const modelFile = join(home, 'model.onnx');
  const notes = join(home, `notes-${process.hrtime.bigint()}`);
  const show = join(home, 'bench-show.json');
  await writeFile(modelFile, model);
  await writeFile(notes, '');
  await writeFile(show, JSON.stringify({ version: 1, graph }));
  const options = [
    '--show',
    show,
    '--home',
    home,
    '--pipeline-import',
    `${pipeline}#default`,
    '--color',
    'never',
  ];
  const daemon = spawn(process.execPath, [cli, ...options, '--port', '0', '--osc-port', '0'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CONVOLVE_MODEL: modelFile, CONVOLVE_FILE: notes },
  });
  try {
    const deadline = Date.now() + START_MS;
    while ((await readNotes(notes)).times.length === 0) {
      if (Date.now() > deadline || daemon.exitCode !== null) throw new Error('the stage made no frame');
      await sleep(100);
    }
    await sleep(SETTLE_MS + seconds * 1000);
    const { provider, times } = await readNotes(notes);
    const settled = times.filter((time) => time >= (times[0] ?? 0) + SETTLE_MS);
    const first = settled[0] ?? 0;
    const last = settled.at(-1) ?? 0;
    return { rate: ((settled.length - 1) * 1000) / (last - first), provider };
  } finally {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit');
  }
}

async function readNotes(file: string): Promise<{ provider: string; times: readonly number[] }> {
  const [provider = '', ...times] = (await readFile(file, 'utf8')).split('\n');
  return { provider, times: times.filter((time) => time !== '').map(Number) };
}
