import type { JsonValue } from '../../contract/json.ts';
import type { ParameterType } from '../../contract/parameter.ts';
import type { Keyframe } from '../../contract/timeline.ts';
import { shape } from '../curve.ts';
import { mixColors } from '../glide.ts';

/** Index of the last point at or before a position; −1 before the first. Points are in order of their time. */
export function lastAt(points: readonly { readonly at: number }[], position: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * What a track has at a position, unrounded; null where it has no keyframe. Numbers, integers and colours glide as ramps do;
 * everything else holds. `index` is what `lastAt` answered.
 */
export function valueAt(
  type: ParameterType,
  keyframes: readonly Keyframe[],
  position: number,
  index = lastAt(keyframes, position),
): JsonValue {
  const from = keyframes[Math.max(index, 0)];
  const to = keyframes[index + 1];
  if (from === undefined) return null;
  if (index < 0 || to === undefined || from.curve === 'hold') return from.value;
  return between(type, from, to, (position - from.at) / (to.at - from.at));
}

function between(type: ParameterType, from: Keyframe, to: Keyframe, progress: number): JsonValue {
  const t = from.curve === 'hold' ? 0 : shape(from.curve, progress);
  if (typeof from.value === 'number' && typeof to.value === 'number' && isNumeric(type))
    return from.value + (to.value - from.value) * t;
  if (type === 'color' && isColor(from.value) && isColor(to.value)) return mixColors(from.value, to.value, t);
  return from.value;
}

export function isNumeric(type: ParameterType): boolean {
  return type === 'number' || type === 'integer';
}

export function isColor(value: JsonValue): value is string {
  return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value);
}
