/**
 * What the frame path costs a pipeline: the rate of an ONNX stage in a playing daemon against the rate of the same session alone in
 * one process. Both by short turns, so that a machine that slows down slows both. One JSON line, exit code 1 where it falls short.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Hardware } from '../src/engine/hardware/hardware.ts';
import { onnxRuntimeFiles } from '../src/inference/onnx-runtime.ts';
import { BareModel } from './engine/bare.ts';
import { frameFilter } from './engine/model.ts';
import { StagedModel } from './engine/stage.ts';
import { StolenTime } from './frames/stolen.ts';

const BOUND = 0.95;
/** A standard error of the ratio above this tells nothing about a bound so near to one. */
const MAX_ERROR = 0.02;

const { values } = parseArgs({
  options: { turns: { type: 'string', default: '60' }, seconds: { type: 'string', default: '1' } },
});
const turns = Number(values.turns);
const milliseconds = 1000 * Number(values.seconds);

const home = await mkdtemp(join(tmpdir(), 'reverie-bench-'));
try {
  const providers = await measuredProviders(home);
  const model = frameFilter();
  const alone = await BareModel.open(model, providers);
  const staged = await StagedModel.open(model, home);
  try {
    if (staged.provider !== alone.provider)
      throw new Error(`the stage ran on ${staged.provider}, the model alone on ${alone.provider}`);
    const stolen = new StolenTime();
    report(alone.provider, await takeTurns(alone, staged), stolen.percent());
  } finally {
    await staged.close();
    await alone.close();
  }
} finally {
  await rm(home, { recursive: true, force: true });
}

interface Turn {
  readonly ratio: number;
  readonly bare: number;
  readonly stage: number;
}

async function takeTurns(alone: BareModel, staged: StagedModel): Promise<readonly Turn[]> {
  const results: Turn[] = [];
  let before = await alone.rate(milliseconds);
  for (let turn = 0; turn < turns; turn += 1) {
    const stage = await staged.rate(milliseconds);
    const after = await alone.rate(milliseconds);
    const bare = (before + after) / 2;
    results.push({ ratio: stage / bare, bare, stage });
    before = after;
  }
  return results;
}

/** The mean of the ratios as factors (a turn twice as fast and one twice as slow make one), and its standard error. */
function meanRatio(results: readonly Turn[]): { ratio: number; error: number } {
  const logarithms = results.map(({ ratio }) => Math.log(ratio));
  const mean = logarithms.reduce((sum, each) => sum + each, 0) / logarithms.length;
  const squares = logarithms.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (logarithms.length - 1));
  return { ratio: Math.exp(mean), error: (Math.exp(mean) * deviation) / Math.sqrt(logarithms.length) };
}

function report(provider: string, results: readonly Turn[], stolenPercent: number): void {
  const { ratio, error } = meanRatio(results);
  const told = error <= MAX_ERROR;
  const verdict = !told ? 'void' : ratio >= BOUND ? 'pass' : 'fail';
  const round3 = (value: number): number => Number(value.toFixed(3));
  const line = {
    bench: 'engine',
    verdict,
    provider,
    ratio: round3(ratio),
    error: round3(error),
    bound: BOUND,
    bareHz: round3(median(results.map(({ bare }) => bare))),
    stageHz: round3(median(results.map(({ stage }) => stage))),
    turns: results.length,
    stolenPercent: round3(stolenPercent),
    note: told ? null : 'the turns differ too much to tell a twentieth: take it when the machine is quiet',
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.exitCode = verdict === 'fail' ? 1 : 0;
}

/** Tried beforehand into the daemon's home, so that its stage starts on the provider that the bare session uses. */
async function measuredProviders(homeDir: string): Promise<readonly string[]> {
  const hardware = new Hardware({
    homeDir,
    probeModule: new URL('../dist/src/inference/probe.js', import.meta.url),
    gpuProbeModule: new URL('../dist/src/engine/hardware/gpu-probe.js', import.meta.url),
    runtime: onnxRuntimeFiles()?.fingerprint ?? null,
    log: () => undefined,
  });
  await hardware.report();
  return hardware.providers();
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
