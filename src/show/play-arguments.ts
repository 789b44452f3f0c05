import { curves, type At, type Curve } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import { grids } from '../contract/tempo.ts';
import { isTrigger, type Entry, type Ramp } from './entry.ts';
import { Misfit, quoted, wrongType } from './misfit.ts';

export interface PlayedValue {
  readonly value: JsonValue;
  /** A button without a value: pressed and let go. */
  readonly isPress: boolean;
  readonly ramp: Ramp | null;
  /** Undefined where nothing was said of it. */
  readonly at: At | undefined;
}

const names = ['now', ...grids] as const;

/**
 * Arguments of an OSC message or its like. Lists, and colours in numbers, are all of them; else the first is the value, and
 * after it may come seconds (a ramp), the name of its curve, and when: `now`, `beat`, `bar`, `2-bars`, `4-bars`, `in-3-beats`
 * or `in-1.5-seconds`. A button may come with nothing, or with its time alone.
 */
export function readArguments(entry: Entry, args: readonly JsonValue[]): PlayedValue | Misfit {
  const [value, ...extras] = args;
  if (isTrigger(entry) && (value === undefined || timeOf(value) !== null)) return press(entry, args);
  if (value === undefined)
    return new Misfit('E_VALUE_TYPE', `${entry.address} needs a value`, { address: entry.address });
  if (extras.length === 0) return { value, isPress: false, ramp: null, at: undefined };
  const { type } = entry.spec;
  const takesAll = type === 'list' || (type === 'color' && typeof value === 'number');
  if (takesAll) return { value: [...args], isPress: false, ramp: null, at: undefined };
  return withExtras(entry, value, extras);
}

function press(entry: Entry, args: readonly JsonValue[]): PlayedValue | Misfit {
  const read = withExtras(entry, true, args);
  return read instanceof Misfit ? read : { ...read, isPress: true };
}

function withExtras(entry: Entry, value: JsonValue, extras: readonly JsonValue[]): PlayedValue | Misfit {
  let duration: number | null = null;
  let curve: Curve = 'linear';
  let at: At | undefined;
  for (const extra of extras) {
    const knownCurve = curves.find((each) => each === extra);
    const time = timeOf(extra);
    if (typeof extra === 'number' && Number.isFinite(extra) && duration === null)
      duration = Math.min(Math.max(extra, 0), 3600);
    else if (knownCurve !== undefined) curve = knownCurve;
    else if (time !== null) at = time;
    else
      return wrongType(
        entry.address,
        extra,
        `seconds, a curve (${curves.join(', ')}) or a time (${names.join(', ')}, in-3-beats, in-1.5-seconds)`,
      );
  }
  if (duration !== null && !entry.canRamp)
    return new Misfit('E_COMMAND_INVALID', `${entry.address} cannot glide; leave out ${quoted(duration)}`, {
      address: entry.address,
    });
  return { value, isPress: false, ramp: duration === null ? null : { duration, curve }, at };
}

function timeOf(value: JsonValue): At | null {
  if (typeof value !== 'string') return null;
  const name = names.find((each) => each === value);
  if (name !== undefined) return name;
  const [, amount, unit] = /^in-(\d{1,5}(?:\.\d{1,6})?)-(beats|seconds)$/.exec(value) ?? [];
  if (amount === undefined) return null;
  return unit === 'beats'
    ? { beats: Math.min(Number(amount), 4096) }
    : { seconds: Math.min(Number(amount), 86_400) };
}
