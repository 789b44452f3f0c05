import type { Curve, ParameterState, Strictness } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import type { ParameterSpec } from '../contract/parameter.ts';
import type { Glides } from './glides.ts';
import type { Misfit } from './misfit.ts';
import type { TempoClock } from './tempo.ts';

export interface Ramp {
  readonly duration: number;
  /** Seconds unless given; beats follow the tempo. */
  readonly unit?: 'seconds' | 'beats' | undefined;
  readonly curve: Curve;
  /** Where on the way, 0..1, a value switches that cannot glide; at the end unless given. */
  readonly switchAt?: number;
}

/** Who changes a value, when and how. */
export interface Write {
  readonly sender: string;
  /** Instant of the change, monotonic microseconds; of a scheduled command, the one it was due. */
  readonly atUs: number;
  readonly ramp: Ramp | null;
}

/**
 * Something with an address. `fit` judges and changes nothing; `apply` takes what `fit` answered and cannot fail. That is
 * what makes a batch all or nothing.
 */
export interface Entry {
  readonly address: string;
  readonly node: string | null;
  readonly spec: ParameterSpec;
  readonly setBy: string | null;
  readonly canRamp: boolean;
  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit;
  apply(value: JsonValue, write: Write): void;
  /** The value at an instant, glides included. */
  read(atUs: number): JsonValue;
}

/** A button: it has no value, it fires. Its value as others see it is how often it did. */
export interface Trigger extends Entry {
  readonly isTrigger: true;
  fire(sender: string, atUs: number): void;
  /** Whether a pad's or fader's value is a press: only the way down counts, and a held 1 sent again and again once. */
  isPress(down: boolean, sender: string): boolean;
}

export function isTrigger(entry: Entry): entry is Trigger {
  return 'isTrigger' in entry;
}

/** One of a list, which a whole number names by its place in it, from 0: program changes play it. */
export interface Listed extends Entry {
  readonly hasPlaces: true;
}

export function hasPlaces(entry: Entry): entry is Listed {
  return 'hasPlaces' in entry;
}

/** Where entries report to. */
export interface Signals {
  readonly glides: Glides;
  /** What ramps in beats run on. */
  readonly tempo: TempoClock;
  /** For subscribers. */
  changed(entry: Entry): void;
  /** For the autosave. */
  touched(): void;
  loadChanged(node: string): void;
  modeChanged(node: string): void;
  pausedChanged(): void;
}

export function stateOf(entry: Entry, atUs: number): ParameterState {
  const { spec } = entry;
  // Field by field: a spread of so many costs sixty times as much, and lists of hundreds are asked for while frames wait.
  const state: ParameterState = {
    address: entry.address,
    node: entry.node,
    key: spec.key,
    type: spec.type,
    value: entry.read(atUs),
    default: spec.default,
    minimum: spec.minimum,
    maximum: spec.maximum,
    choices: spec.choices,
    maxLength: spec.maxLength,
    description: spec.description,
    setBy: entry.setBy,
    ui: spec.ui,
  };
  return spec.readOnly === undefined && spec.example === undefined ? state : { ...spec, ...state };
}

/** Spec of a parameter that the show itself has. */
export function ownSpec(
  key: string,
  type: ParameterSpec['type'],
  initial: JsonValue,
  description: string,
  facts: Partial<Omit<ParameterSpec, 'ui'>> & { label: string; order: number; unit?: string },
): ParameterSpec {
  const { label, order, unit, ...bounds } = facts;
  return {
    key,
    type,
    default: initial,
    description,
    minimum: null,
    maximum: null,
    choices: null,
    maxLength: null,
    ...bounds,
    ui: {
      label,
      order,
      modes: null,
      category: 'show',
      component: null,
      load: false,
      modulatable: false,
      unit: unit ?? null,
    },
  };
}
