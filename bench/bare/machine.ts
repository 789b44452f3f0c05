import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bareChain, type BareFigures } from './chain.ts';

/**
 * What the bare chain made on the machine the bounds were set on: 2 vCPU of an AMD EPYC, Node 20.20, 2026-11-21. Bounds of
 * `npm run bench` travel with the ratio between that and what it makes here; see docs/decisions/bounds-travel.md.
 */
const there = {
  '512x512': { p50: 0.139, p99: 0.43, cpuPercent: 1.7, framesPerSecond: 7200, overCopyMs: 0.1 },
  '1280x720': { p50: 0.155, p99: 0.55, cpuPercent: 1.7, framesPerSecond: 1771, overCopyMs: 0.17 },
  '1920x1080': { p50: 0.195, p99: 0.61, cpuPercent: 1.7, framesPerSecond: 974, overCopyMs: 0.22 },
} as const;

/** From `fork` to the first word of a child that does nothing else, there. */
const HELLO_THERE_MS = 64;

export type SizeName = keyof typeof there;
export interface BenchSize {
  readonly name: SizeName;
  readonly width: number;
  readonly height: number;
}

const SMALLEST: BenchSize = { name: '512x512', width: 512, height: 512 };
export const SIZES: readonly BenchSize[] = [
  SMALLEST,
  { name: '1280x720', width: 1280, height: 720 },
  { name: '1920x1080', width: 1920, height: 1080 },
];

const SECONDS = 6;

/** How many times more each figure of the bare chain is here, at 60 frames a second; 1 on an equal or a faster machine. */
export interface PacedRatios {
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

export const asWritten: PacedRatios = { p50: 1, p99: 1, cpu: 1 };

export async function pacedRatios(
  size: BenchSize = SMALLEST,
): Promise<{ readonly ratios: PacedRatios; readonly bare: BareFigures }> {
  const bare = await bareChain(size, 60, SECONDS);
  const known = there[size.name];
  const mean = (of: 'p50' | 'p99'): number =>
    bare.hops.reduce((sum, hop) => sum + hop[of], 0) / bare.hops.length;
  const p50 = Math.max(1, mean('p50') / known.p50);
  return {
    ratios: {
      p50,
      p99: Math.max(p50, mean('p99') / known.p99),
      cpu: Math.max(1, bare.cpuPercent / known.cpuPercent),
    },
    bare,
  };
}

/** The same for lock-step: how many times fewer frames pass, and how much longer a frame takes beside its copy. */
export async function lockstepRatio(
  size: BenchSize,
): Promise<{ readonly rate: number; readonly overCopy: number; readonly bare: BareFigures }> {
  const bare = await bareChain(size, null, SECONDS);
  const { framesPerSecond, overCopyMs } = there[size.name];
  return {
    rate: Math.max(1, framesPerSecond / bare.framesPerSecond),
    overCopy: Math.max(1, (1000 / bare.framesPerSecond - bare.copyMs) / overCopyMs),
    bare,
  };
}

/** How many times longer a child takes to say its first word here: the start of a daemon is mostly that. */
export async function startRatio(): Promise<{ readonly ratio: number; readonly helloMs: number }> {
  const times: number[] = [];
  for (let i = 0; i < 9; i++) times.push(await helloMs());
  times.sort((a, b) => a - b);
  const median = times[4] ?? NaN;
  return { ratio: Math.max(1, median / HELLO_THERE_MS), helloMs: median };
}

function helloMs(): Promise<number> {
  const startedMs = performance.now();
  const child = fork(fileURLToPath(new URL('./hello.mjs', import.meta.url)), { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', () => {
      const tookMs = performance.now() - startedMs;
      child.kill();
      resolve(tookMs);
    });
  });
}
