import type { Binding } from '../../contract/binding.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { ParameterSpec } from '../../contract/parameter.ts';
import { shape, unshaped } from '../curve.ts';
import type { Entry } from '../entry.ts';
import type { ColorHand } from './color-component.ts';

type Shape = Pick<Binding, 'minimum' | 'maximum' | 'curve' | 'invert' | 'component' | 'step'>;

/**
 * Between the way of a control and the values of its target. A value is counted in *units*: the number itself, the index of a
 * choice, 0 and 1 of a switch, 0..1 of a colour's component.
 */
export interface Scale {
  /** Unit at the low and at the high end of the control; `low` is the greater one where the binding says so. */
  readonly low: number;
  readonly high: number;
  /** Units of one click or press; never 0. */
  readonly step: number;
  /** Only whole units are values: each has an equal share of the way. */
  readonly whole: boolean;
  /** After the last comes the first: hues. */
  readonly around: boolean;
  unitAt(position: number): number;
  positionOf(value: JsonValue): number;
  unitOf(value: JsonValue): number;
  valueOf(unit: number): JsonValue;
}

/** Null where no control can play it: texts, lists, triggers. */
export function scaleOf(binding: Shape, entry: Entry, colors: ColorHand, nowUs: () => number): Scale | null {
  const { spec } = entry;
  switch (spec.type) {
    case 'number':
      return ruler(binding, { ...rangeOf(binding, spec), whole: false, around: false, ...plain });
    case 'integer':
      return ruler(binding, { ...rangeOf(binding, spec), whole: true, around: false, ...plain });
    case 'boolean':
      return ruler(binding, {
        low: 0,
        high: 1,
        whole: true,
        around: false,
        unitOf: (value) => (value === true ? 1 : 0),
        valueOf: (unit) => unit >= 0.5,
      });
    case 'enum':
      return choices(binding, spec.choices ?? []);
    case 'color': {
      const { component } = binding;
      return ruler(binding, {
        low: binding.minimum ?? 0,
        high: binding.maximum ?? 1,
        whole: false,
        around: component === 'hue',
        unitOf: (value) => colors.read(entry.address, String(value), component),
        valueOf: (unit) => colors.turn(entry.address, String(entry.read(nowUs())), component, unit),
      });
    }
    case 'string':
    case 'list':
    case 'trigger':
      return null;
  }
}

interface Units {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  readonly around: boolean;
  unitOf(value: JsonValue): number;
  valueOf(unit: number): JsonValue;
}

const plain = {
  unitOf: (value: JsonValue): number => (typeof value === 'number' ? value : 0),
  valueOf: (unit: number): JsonValue => unit,
};

/** A parameter that has no end is played from 0 to 1, or as far beyond the end it has; a binding may say otherwise. */
function rangeOf(
  { minimum, maximum }: Shape,
  spec: ParameterSpec,
): { readonly low: number; readonly high: number } {
  const width = spec.type === 'integer' ? 127 : 1;
  const low = spec.minimum ?? (spec.maximum === null ? 0 : Math.min(0, spec.maximum - width));
  const high = spec.maximum ?? Math.max(width, low + width);
  return { low: minimum ?? low, high: maximum ?? high };
}

function choices(binding: Shape, names: readonly string[]): Scale | null {
  const last = names.length - 1;
  if (last < 0) return null;
  const inside = (unit: number): number => Math.min(Math.max(Math.round(unit), 0), last);
  return ruler(binding, {
    low: inside(binding.minimum ?? 0),
    high: inside(binding.maximum ?? last),
    whole: true,
    around: false,
    unitOf: (value) => Math.max(0, names.indexOf(String(value))),
    valueOf: (unit) => names[inside(unit)] ?? null,
  });
}

function ruler(binding: Shape, units: Units): Scale {
  const { curve, invert, step } = binding;
  const { low, high, whole } = units;
  const span = whole ? Math.round(high - low) : high - low;
  const sign = span < 0 ? -1 : 1;
  const wayOf = (position: number): number => shape(curve, invert ? 1 - position : position);
  const usual = whole ? 1 : Math.abs(span) / 100 || 0.01;
  return {
    ...units,
    step: step === null || step === 0 ? usual : step,
    unitAt(position) {
      const way = wayOf(position);
      if (!whole) return low + span * way;
      const shares = Math.abs(span) + 1;
      return low + sign * Math.min(shares - 1, Math.floor(way * shares));
    },
    positionOf(value) {
      const way = span === 0 ? 0 : (units.unitOf(value) - low) / span;
      const position = unshaped(curve, way);
      return invert ? 1 - position : position;
    },
  };
}
