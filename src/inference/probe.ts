import { argv, stdin, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { reportOf } from '../contract/error.ts';
import type { ProviderProbe } from '../contract/hardware.ts';
import { PROBE_SIDE, probeModel, probePicture } from './probe-model.ts';
import { openSession, type Session } from './session.ts';

/**
 * Entry of a throw-away process: `node probe.js cuda` tries that one provider and prints one `ProviderProbe` as JSON. Drivers
 * abort and hang, which is why this never happens in the daemon or in a runner that plays.
 */
export async function probeProvider(provider: string): Promise<ProviderProbe> {
  let cpuMs: number | null = null;
  try {
    const cpu = await measure('cpu');
    cpuMs = cpu.ms;
    const tried = provider === 'cpu' ? cpu : await measure(provider);
    const error = largestDifference(cpu.picture, tried.picture);
    if (error > TOLERANCE) {
      const reason = `its pictures are wrong: up to ${error} of 255 away from those of the CPU`;
      return { provider, usable: false, convolutionMs: null, cpuMs, reason };
    }
    return { provider, usable: true, convolutionMs: tried.ms, cpuMs, reason: null };
  } catch (error) {
    return {
      provider,
      usable: false,
      convolutionMs: null,
      cpuMs,
      reason: plainReason(reportOf(error).message, provider),
    };
  }
}

/** TensorFloat-32 and half-precision convolutions round differently; a broken driver is off by far more. */
const TOLERANCE = 12;
const WARM_UP_RUNS = 3;
const TIMED_RUNS = 9;

async function measure(provider: string): Promise<{ ms: number; picture: Uint8Array }> {
  const quiet = (): void => undefined;
  const session = await openSession(probeModel(), { providers: [provider], log: quiet, busy: quiet });
  try {
    return await timed(session);
  } finally {
    await session.close();
  }
}

async function timed(session: Session): Promise<{ ms: number; picture: Uint8Array }> {
  const feeds = { picture: probePicture() };
  const fetches = { result: new Uint8Array(PROBE_SIDE * PROBE_SIDE * 3) };
  for (let i = 0; i < WARM_UP_RUNS; i += 1) await session.run(feeds, fetches);
  const times: number[] = [];
  for (let i = 0; i < TIMED_RUNS; i += 1) {
    const start = performance.now();
    await session.run(feeds, fetches);
    times.push(performance.now() - start);
  }
  // The median of few runs still moves with the machine's load, the least is what the device can do.
  return { ms: Number(Math.min(...times).toFixed(3)), picture: fetches.result };
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? 0))), 0);
}

/** openSession's message names the one provider again and again; keep what ONNX Runtime said. */
function plainReason(message: string, provider: string): string {
  const [, reason] = /^no execution provider could open the model \([^:]+: (.*)\)$/s.exec(message) ?? [];
  return reason ?? `${provider}: ${message}`;
}

async function main(provider: string): Promise<void> {
  // The daemon holds the other end: when it dies, this process has nobody to answer.
  stdin
    .on('end', () => process.exit(1))
    .on('error', () => process.exit(1))
    .resume();
  const line = `${JSON.stringify(await probeProvider(provider))}\n`;
  // Standard input holds the process open. Drivers that crash on the way out have answered before.
  stdout.write(line, () => process.exit(0));
}

if (argv[1] === fileURLToPath(import.meta.url)) await main(argv[2] ?? 'cpu');
