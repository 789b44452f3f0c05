import type { Curve } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import type { ParameterType } from '../contract/parameter.ts';
import { shape } from './curve.ts';

/** A value on its way. Evaluated from the clock whenever somebody looks, never by a timer. */
export interface Glide {
  readonly from: JsonValue;
  readonly to: JsonValue;
  readonly startUs: number;
  readonly durationUs: number;
  readonly curve: Curve;
}

export function glideEnded(glide: Glide, atUs: number): boolean {
  return atUs >= glide.startUs + glide.durationUs;
}

/**
 * Where a glide is. Numbers and integers move in a straight line under the curve, colours per sRGB channel; everything else
 * keeps its old value and switches at the end. From the end on it is exactly `to`. Integers stay unrounded, so that a
 * retarget starts where the glide really is; `shown` rounds.
 */
export function glideAt(type: ParameterType, glide: Glide, atUs: number): JsonValue {
  if (glideEnded(glide, atUs)) return glide.to;
  const t = shape(glide.curve, (atUs - glide.startUs) / glide.durationUs);
  const { from, to } = glide;
  if (typeof from === 'number' && typeof to === 'number' && (type === 'number' || type === 'integer')) {
    return from + (to - from) * t;
  }
  if (type === 'color' && typeof from === 'string' && typeof to === 'string') return mixColors(from, to, t);
  return from;
}

/** A gliding value as its type has it: integers are whole. */
export function shown(type: ParameterType, value: JsonValue): JsonValue {
  return type === 'integer' && typeof value === 'number' ? Math.round(value) : value;
}

function mixColors(from: string, to: string, t: number): string {
  const a = Number.parseInt(from.slice(1), 16);
  const b = Number.parseInt(to.slice(1), 16);
  let mixed = 0;
  for (const shift of [16, 8, 0]) {
    const start = (a >> shift) & 255;
    mixed |= Math.round(start + (((b >> shift) & 255) - start) * t) << shift;
  }
  return `#${mixed.toString(16).padStart(6, '0')}`;
}
