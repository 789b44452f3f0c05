import { curves, type Curve } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import type { Entry, Ramp } from './entry.ts';
import { Misfit, quoted, wrongType } from './misfit.ts';
import { gridBeats } from './tempo.ts';

type Grid = keyof typeof gridBeats;

export interface PlayedValue {
  readonly value: JsonValue;
  readonly ramp: Ramp | null;
  readonly at: Grid | null;
}

/**
 * Several arguments of an OSC message or its like. Lists, and colours in numbers, are all of them; else the first is the value,
 * and after it may come seconds (a ramp), the name of its curve, and `beat`, `bar`, `2-bars` or `4-bars` (when).
 */
export function readArguments(entry: Entry, args: readonly JsonValue[]): PlayedValue | Misfit {
  const [value, ...extras] = args;
  if (value === undefined)
    return new Misfit('E_VALUE_TYPE', `${entry.address} needs a value`, { address: entry.address });
  const { type } = entry.spec;
  const takesAll = type === 'list' || (type === 'color' && typeof value === 'number');
  if (takesAll) return { value: [...args], ramp: null, at: null };
  return withExtras(entry, value, extras);
}

function withExtras(entry: Entry, value: JsonValue, extras: readonly JsonValue[]): PlayedValue | Misfit {
  let duration: number | null = null;
  let curve: Curve = 'linear';
  let at: Grid | null = null;
  for (const extra of extras) {
    const named = typeof extra === 'string' ? extra : '';
    const knownCurve = curves.find((each) => each === named);
    if (typeof extra === 'number' && Number.isFinite(extra) && duration === null)
      duration = Math.min(Math.max(extra, 0), 3600);
    else if (knownCurve !== undefined) curve = knownCurve;
    else if (isGrid(named)) at = named;
    else
      return wrongType(
        entry.address,
        extra,
        `seconds, a curve (${curves.join(', ')}) or a time (${Object.keys(gridBeats).join(', ')})`,
      );
  }
  if (duration !== null && !entry.canRamp)
    return new Misfit('E_COMMAND_INVALID', `${entry.address} cannot glide; leave out ${quoted(duration)}`, {
      address: entry.address,
    });
  return { value, ramp: duration === null ? null : { duration, curve }, at };
}

function isGrid(name: string): name is Grid {
  return Object.hasOwn(gridBeats, name);
}
