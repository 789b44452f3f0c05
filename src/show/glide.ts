import type { Curve } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import type { ParameterType } from '../contract/parameter.ts';
import { shape } from './curve.ts';
import type { Ramp } from './entry.ts';
import type { TempoClock } from './tempo.ts';

/** A value on its way. Evaluated from the clock whenever somebody looks, never by a timer. */
export interface Glide {
  readonly from: JsonValue;
  readonly to: JsonValue;
  readonly curve: Curve;
  /** 0..1 */
  readonly switchAt: number;
  readonly progress: Progress;
}

/** How far something is at an instant: 0 at its start, 1 at its end, in a straight line, beyond both as well. */
export type Progress = (atUs: number) => number;
type Beats = Pick<TempoClock, 'beatAt'>;

/** In beats it follows the tempo: faster while that is. A length of 0 has ended when it starts. */
export function progressOf(
  { duration, unit }: Pick<Ramp, 'duration' | 'unit'>,
  startUs: number,
  tempo: Beats,
): Progress {
  if (duration <= 0) return () => 1;
  if (unit !== 'beats') return (atUs) => (atUs - startUs) / (duration * 1e6);
  const startBeat = tempo.beatAt(startUs);
  return (atUs) => (tempo.beatAt(atUs) - startBeat) / duration;
}

export function startGlide(from: JsonValue, to: JsonValue, ramp: Ramp, startUs: number, tempo: Beats): Glide {
  const { curve, switchAt } = ramp;
  return { from, to, curve, switchAt: switchAt ?? 1, progress: progressOf(ramp, startUs, tempo) };
}

export function glideEnded(glide: Glide, atUs: number): boolean {
  return glide.progress(atUs) >= 1;
}

/**
 * Where a glide is. Numbers and integers move in a straight line under the curve, colours per sRGB channel; everything else
 * keeps its old value and switches at its point of the way. From the end on it is exactly `to`. Integers stay unrounded, so
 * that a retarget starts where the glide really is; `shown` rounds.
 */
export function glideAt(type: ParameterType, glide: Glide, atUs: number): JsonValue {
  const progress = glide.progress(atUs);
  const { from, to } = glide;
  if (progress >= 1) return to;
  const t = shape(glide.curve, progress);
  if (typeof from === 'number' && typeof to === 'number' && (type === 'number' || type === 'integer')) {
    return from + (to - from) * t;
  }
  if (type === 'color' && typeof from === 'string' && typeof to === 'string') return mixColors(from, to, t);
  return progress >= glide.switchAt ? to : from;
}

/** A gliding value as its type has it: integers are whole. */
export function shown(type: ParameterType, value: JsonValue): JsonValue {
  return type === 'integer' && typeof value === 'number' ? Math.round(value) : value;
}

export function mixColors(from: string, to: string, t: number): string {
  const a = Number.parseInt(from.slice(1), 16);
  const b = Number.parseInt(to.slice(1), 16);
  let mixed = 0;
  for (const shift of [16, 8, 0]) {
    const start = (a >> shift) & 255;
    mixed |= Math.round(start + (((b >> shift) & 255) - start) * t) << shift;
  }
  return `#${mixed.toString(16).padStart(6, '0')}`;
}
