import type { ParameterSpec } from '../../../src/contract/parameter.ts';

export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

type NumberSpec = Pick<ParameterSpec, 'type' | 'minimum' | 'maximum'>;

/** The range that a fader needs, or null where an end is open. */
export function rangeOf({ minimum, maximum }: NumberSpec): Range | null {
  return minimum === null || maximum === null ? null : { minimum, maximum };
}

/** A hundredth of the range, rounded down to a power of ten; whole numbers step by one. */
export function stepOf({ type, minimum, maximum }: NumberSpec): number {
  if (type === 'integer') return 1;
  const span = (maximum ?? 1) - (minimum ?? 0);
  return 10 ** Math.floor(Math.log10(span / 100 || 0.01) + 1e-9);
}

/** As many digits as the step has. */
export function written(value: number, step: number): string {
  const digits = Math.max(0, Math.min(6, Math.round(-Math.log10(step))));
  return String(Number(value.toFixed(digits)));
}

export function shareOf(value: number, { minimum, maximum }: Range): number {
  return maximum === minimum ? 0 : Math.max(0, Math.min(1, (value - minimum) / (maximum - minimum)));
}

/** The value at a share (0..1) of the range, on a step, never outside. */
export function valueAt(share: number, { minimum, maximum }: Range, step: number): number {
  const steps = Math.round((Math.max(0, Math.min(1, share)) * (maximum - minimum)) / step);
  const value = Number((minimum + steps * step).toFixed(6));
  return Math.max(minimum, Math.min(maximum, value));
}
