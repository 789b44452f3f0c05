import type { JsonValue } from '../../../src/contract/json.ts';
import type { ParameterSpec } from '../../../src/contract/parameter.ts';
import type { Keyframe, Timeline } from '../../../src/contract/timeline.ts';

/** Straight pieces that draw an eased one. */
const pieces = 12;
/** What an empty timeline shows. */
const leastSpan = 16;

/** How much of the timeline the page shows: all of it. */
export function spanOf({ length, loop, tracks, prompts, marks }: Timeline, position: number): number {
  if (length !== null) return length;
  const ends = [
    ...tracks.map(({ keyframes }) => keyframes.at(-1)?.at ?? 0),
    ...prompts.map(({ clips }) => (clips.at(-1)?.at ?? 0) * 1.15),
    marks.at(-1)?.at ?? 0,
  ];
  const last = Math.max(leastSpan, loop.on ? loop.to : 0, position, ...ends);
  return last > leastSpan ? last * 1.05 : leastSpan;
}

/** Whether a track is drawn as a line. */
export function isLine(spec: Pick<ParameterSpec, 'type'> | null, keyframes: readonly Keyframe[]): boolean {
  const ofNumbers = spec === null || spec.type === 'number' || spec.type === 'integer';
  return ofNumbers && keyframes.every(({ value }) => typeof value === 'number');
}

/** Points of the line in a box of 1000 by 100, as SVG has them. */
export function lineOf(
  keyframes: readonly Keyframe[],
  span: number,
  spec: Pick<ParameterSpec, 'minimum' | 'maximum'> | null,
): string {
  const height = heights(keyframes, spec);
  const points: [number, number][] = [];
  const [first] = keyframes;
  if (first !== undefined) points.push([0, height(first.value)]);
  for (const [index, from] of keyframes.entries()) {
    const to = keyframes[index + 1];
    const low = height(from.value);
    points.push([from.at, low]);
    if (to === undefined) points.push([span, low]);
    else if (from.curve === 'hold') points.push([to.at, low]);
    else if (from.curve !== 'linear') {
      for (let piece = 1; piece < pieces; piece += 1) {
        const t = piece / pieces;
        const at = from.at + (to.at - from.at) * t;
        points.push([at, low + (height(to.value) - low) * eased(from.curve, t)]);
      }
    }
  }
  return points.map(([at, y]) => `${round((at / span) * 1000)},${round(96 - y * 92)}`).join(' ');
}

/** Where the keyframes stand in the box: from the top, 0..1. */
export function dotsOf(
  keyframes: readonly Keyframe[],
  spec: Pick<ParameterSpec, 'minimum' | 'maximum'> | null,
): number[] {
  const height = heights(keyframes, spec);
  return keyframes.map(({ value }) => 0.96 - height(value) * 0.92);
}

/** The value that stands so far from the top of the box: the other way of `dotsOf`. */
export function valueAt(
  y: number,
  keyframes: readonly Keyframe[],
  spec: Pick<ParameterSpec, 'type' | 'minimum' | 'maximum'> | null,
): number {
  const { low, high } = boundsOf(keyframes, spec);
  const value = low + Math.min(1, Math.max(0, (0.96 - y) / 0.92)) * (high - low);
  if (spec?.type === 'integer') return Math.round(value);
  const digits = Math.max(0, 3 - Math.floor(Math.log10(high - low || 1)));
  return Number(value.toFixed(digits));
}

/** How far to the right something is. */
export const percentOf = (at: number, span: number): string => `${(at / span) * 100}%`;

/** Places of the ruler that have a number: about eight, on round ones. */
export function ticksOf(span: number, unit: Timeline['unit']): number[] {
  const steps =
    unit === 'beats'
      ? [1, 2, 4, 8, 16, 32, 64, 128]
      : [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
  const step = steps.find((each) => span / each <= 9) ?? span / 8;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}

/** `1:07.5`, or `17.25` as the beat that plays, from 1 as musicians count. */
export function placeText(position: number, unit: Timeline['unit'], digits = 1): string {
  if (unit === 'beats') return (Math.floor(position * 10 ** digits) / 10 ** digits + 1).toFixed(digits);
  const whole = Math.floor(position * 10 ** digits + 1e-6) / 10 ** digits;
  const minutes = Math.floor(whole / 60);
  const seconds = (whole - minutes * 60).toFixed(digits);
  return `${minutes}:${seconds.padStart(digits === 0 ? 2 : digits + 3, '0')}`;
}

/** Where a timeline is that was somewhere `seconds` ago. */
export function placeNow(
  state: { readonly playing: boolean; readonly position: number },
  perSecond: number,
  seconds: number,
  { loop, length }: Pick<Timeline, 'loop' | 'length'>,
): number {
  if (!state.playing) return state.position;
  const at = state.position + seconds * perSecond;
  if (loop.on && state.position < loop.to)
    return at < loop.to ? at : loop.from + ((at - loop.from) % (loop.to - loop.from));
  return length === null ? at : Math.min(at, length);
}

/** A value as a block of a lane says it. */
export function valueText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}

function heights(
  keyframes: readonly Keyframe[],
  spec: Pick<ParameterSpec, 'minimum' | 'maximum'> | null,
): (value: JsonValue) => number {
  const { low, high } = boundsOf(keyframes, spec);
  return (value) => Math.min(1, Math.max(0, (Number(value) - low) / (high - low || 1)));
}

/** What the bottom and the top of the box mean. */
function boundsOf(
  keyframes: readonly Keyframe[],
  spec: Pick<ParameterSpec, 'minimum' | 'maximum'> | null,
): { readonly low: number; readonly high: number } {
  const numbers = keyframes.map(({ value }) => Number(value));
  return {
    low: spec?.minimum ?? Math.min(0, ...numbers),
    high: spec?.maximum ?? Math.max(1, ...numbers),
  };
}

function eased(curve: Keyframe['curve'], t: number): number {
  if (curve === 'ease-in') return t * t;
  if (curve === 'ease-out') return 1 - (1 - t) * (1 - t);
  return t * t * (3 - 2 * t);
}

const round = (number: number): number => Math.round(number * 10) / 10;
