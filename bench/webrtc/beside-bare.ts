import { report } from '../frames/playing.ts';
import { quantile } from './stage.ts';

/** p50 and p95 of a figure, milliseconds. */
export interface Pair {
  readonly p50: number;
  readonly p95: number;
}

/** What of the two is bounded; null is not. */
interface Bounds {
  /** Milliseconds, on the machine they were set on. */
  readonly atMost: { readonly p50: number; readonly p95: number | null };
  /** What the bare peer made there. */
  readonly bareThere: Pair;
  /** Times the bare peer's p50, on any machine; null where only the bounds above count. */
  readonly ratio: number | null;
}

export const pairOf = (times: readonly number[]): Pair => ({
  p50: quantile(times, 0.5),
  p95: quantile(times, 0.95),
});

/** Judges a figure beside the bare peer's of the same run; see docs/decisions/bounds-travel.md. */
export function reportBeside(
  bench: string,
  ours: readonly number[],
  bare: readonly number[],
  bounds: Bounds,
  more: Readonly<Record<string, unknown>>,
): void {
  const [here, least] = [pairOf(ours), pairOf(bare)];
  const { atMost, bareThere } = bounds;
  const machine = {
    p50: Math.max(1, least.p50 / bareThere.p50),
    p95: Math.max(1, least.p95 / bareThere.p95),
  };
  const ratio = { p50: here.p50 / least.p50, p95: here.p95 / least.p95 };
  const near = bounds.ratio === null || ratio.p50 <= bounds.ratio;
  const within = (scale: Pair): boolean =>
    here.p50 <= atMost.p50 * scale.p50 && here.p95 <= (atMost.p95 ?? Infinity) * scale.p95 && near;
  report(bench, {
    passed: ours.length > 0 && within(machine),
    passedAsWritten: ours.length > 0 && within({ p50: 1, p95: 1 }),
    figures: {
      ...more,
      n: ours.length,
      p50Ms: here.p50,
      p95Ms: here.p95,
      boundMs: atMost,
      machine,
      bare: least,
      ratio,
      ratioBound: bounds.ratio,
    },
  });
}
