/**
 * What the frame path costs a pipeline: the rate of an ONNX stage in a playing daemon against the rate of the same session alone in
 * one process. Both by turns, so that a machine that slows down slows both. One JSON line, exit code 1 where it falls short.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Hardware } from '../src/engine/hardware/hardware.ts';
import { onnxRuntimeFiles } from '../src/inference/onnx-runtime.ts';
import { bareRate } from './engine/bare.ts';
import { frameFilter } from './engine/model.ts';
import { stageRate } from './engine/stage.ts';
import { StolenTime } from './frames/stolen.ts';

const BOUND = 0.95;
/** Two bare runs around a stage run that differ by more than this say that the machine was not quiet. */
const MAX_DRIFT = 0.05;
/** What a hypervisor may give to others in a round. */
const MAX_STOLEN_PERCENT = 0.2;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '10' } },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

const home = await mkdtemp(join(tmpdir(), 'reverie-bench-'));
try {
  const providers = await measuredProviders(home);
  const model = frameFilter();
  const results: { ratio: number; drift: number; stolen: number; bare: number; stage: number }[] = [];
  let before = await bareRate(model, providers, seconds);
  for (let round = 0; round < rounds; round += 1) {
    const stolenTime = new StolenTime();
    const stage = await stageRate(model, home, seconds);
    if (stage.provider !== before.provider)
      throw new Error(`the stage ran on ${stage.provider}, not ${before.provider}`);
    const after = await bareRate(model, providers, seconds);
    const stolen = stolenTime.percent();
    const bare = (before.rate + after.rate) / 2;
    const drift = Math.abs(before.rate - after.rate) / bare;
    results.push({ ratio: stage.rate / bare, drift, stolen, bare, stage: stage.rate });
    before = after;
  }
  const quiet = results.filter(({ drift, stolen }) => drift <= MAX_DRIFT && stolen <= MAX_STOLEN_PERCENT);
  const ratio = median((quiet.length > 0 ? quiet : results).map((result) => result.ratio));
  const verdict = quiet.length === 0 ? 'void' : ratio >= BOUND ? 'pass' : 'fail';
  const round3 = (value: number): number => Number(value.toFixed(3));
  const line = {
    bench: 'engine',
    verdict,
    provider: before.provider,
    ratio: round3(ratio),
    bound: BOUND,
    bareHz: round3(median(results.map(({ bare }) => bare))),
    stageHz: round3(median(results.map(({ stage }) => stage))),
    rounds: results.map(({ ratio: each, drift, stolen }) => [round3(each), round3(drift), round3(stolen)]),
    note:
      quiet.length === 0
        ? 'in every round the bare rate drifted by more than 5 %, or the hypervisor took more than 0.2 %'
        : null,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.exitCode = verdict === 'fail' ? 1 : 0;
} finally {
  await rm(home, { recursive: true, force: true });
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
