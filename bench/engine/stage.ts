import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  graphOf,
  sinkNode,
  sourceNode,
  stageNode,
  startReverie,
  type Reverie,
} from '../../tests/integration/reverie.ts';
import { SIDE } from './model.ts';

const pipeline = fileURLToPath(new URL('../fixtures/convolve/index.js', import.meta.url));
/** Left out at the beginning: the generation's first frames, and a daemon that is still starting its OSC. */
const SETTLE_MS = 2_000;
/** Left out after each pause: the frames that waited, and caches that the model alone has filled. */
const RESUME_MS = 250;
/** The pipeline writes its notes four times a second. */
const NOTES_MS = 500;

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

/** The same model as a stage between a lock-step source and a sink, in a daemon as a user starts it; paused but for its turns. */
export class StagedModel {
  readonly provider: string;
  readonly #reverie: Reverie;
  readonly #notes: string;

  private constructor(reverie: Reverie, notes: string, provider: string) {
    this.#reverie = reverie;
    this.#notes = notes;
    this.provider = provider;
  }

  static async open(model: Uint8Array, home: string): Promise<StagedModel> {
    const modelFile = join(home, 'model.onnx');
    const notes = join(home, 'notes');
    await writeFile(modelFile, model);
    await writeFile(notes, '');
    const reverie = await startReverie({
      home,
      graph,
      env: { CONVOLVE_MODEL: modelFile, CONVOLVE_FILE: notes },
      flags: ['--pipeline-import', `${pipeline}#default`],
    });
    await reverie.live('out', 30_000);
    await sleep(SETTLE_MS);
    const [provider = ''] = await linesOf(notes);
    const staged = new StagedModel(reverie, notes, provider);
    await staged.#pause(true);
    return staged;
  }

  /** Frames a second over this many milliseconds. */
  async rate(milliseconds: number): Promise<number> {
    await this.#pause(false);
    await sleep(RESUME_MS);
    const from = monotonicMs();
    await sleep(milliseconds);
    const to = monotonicMs();
    await this.#pause(true);
    await sleep(NOTES_MS);
    const times = (await linesOf(this.#notes)).slice(1).map(Number);
    const made = times.filter((time) => time >= from && time <= to);
    const [first = 0, last = 0] = [made[0], made.at(-1)];
    return ((made.length - 1) * 1000) / (last - first);
  }

  async close(): Promise<void> {
    await this.#reverie.end('SIGTERM');
  }

  async #pause(paused: boolean): Promise<void> {
    const { status } = await this.#reverie.call('PATCH', '/api/v1/parameters', { '/paused': paused });
    if (status !== 200) throw new Error(`/paused was answered by ${status}`);
  }
}

/** On the clock of the pipeline's notes, which is the same in all processes. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function linesOf(file: string): Promise<readonly string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
}
