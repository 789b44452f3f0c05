import { bareChain, type BareFigures } from './chain.ts';

/**
 * What the bare chain made on the machine the bounds were set on: 2 vCPU of an AMD EPYC, Node 20.20, 2026-11-21. Bounds of
 * `npm run bench` travel with the ratio between that and what it makes here; see docs/decisions/bounds-travel.md.
 */
const there = {
  '512x512': { hopMs: 0.139, framesPerSecond: 7200, overCopyMs: 0.1 },
  '1280x720': { hopMs: 0.155, framesPerSecond: 1771, overCopyMs: 0.17 },
  '1920x1080': { hopMs: 0.195, framesPerSecond: 974, overCopyMs: 0.22 },
} as const;

export type SizeName = keyof typeof there;
export interface BenchSize {
  readonly name: SizeName;
  readonly width: number;
  readonly height: number;
}

export const SIZES: readonly BenchSize[] = [
  { name: '512x512', width: 512, height: 512 },
  { name: '1280x720', width: 1280, height: 720 },
  { name: '1920x1080', width: 1920, height: 1080 },
];

const SECONDS = 6;

/** How much longer a hop of the bare chain takes here, at 60 frames a second: 1 on an equal or a faster machine. */
export async function hopRatio(
  size: BenchSize,
): Promise<{ readonly ratio: number; readonly bare: BareFigures }> {
  const bare = await bareChain(size, 60, SECONDS);
  const [first, second] = bare.hops;
  const hopMs = ((first?.p50 ?? NaN) + (second?.p50 ?? NaN)) / 2;
  return { ratio: Math.max(1, hopMs / there[size.name].hopMs), bare };
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
