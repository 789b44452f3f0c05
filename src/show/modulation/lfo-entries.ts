import type { Strictness } from '../../contract/command.ts';
import type { JsonValue } from '../../contract/json.ts';
import { lfoShapes, modulationSchema, type Modulation } from '../../contract/modulation.ts';
import type { ParameterSpec } from '../../contract/parameter.ts';
import { ownSpec, type Entry, type Write } from '../entry.ts';
import { fit } from '../fit.ts';
import type { Misfit } from '../misfit.ts';
import { ruleOf, type Rule } from '../rule.ts';

const initial = modulationSchema.parse({});

/** Who plays it is no number on a fader: a meter is set as a whole. */
type Field = Exclude<keyof Modulation, 'meter'>;

const rules: Readonly<Record<Field, Rule>> = {
  enabled: rule('enabled', 'boolean', 'The wave plays', { label: 'Wave' }),
  shape: rule('shape', 'enum', 'Shape of the wave', { label: 'Shape', choices: lfoShapes }),
  depth: rule('depth', 'number', 'Share of the range that the wave covers', {
    label: 'Depth',
    minimum: 0,
    maximum: 1,
  }),
  sync: rule('sync', 'enum', 'Locked to the beat, or free', { label: 'Sync', choices: ['beats', 'free'] }),
  beats: rule('beats', 'number', 'Beats of a cycle while locked', {
    label: 'Beats',
    minimum: 0.125,
    maximum: 64,
  }),
  hz: rule('hz', 'number', 'Cycles a second while free', {
    label: 'Rate',
    minimum: 0.01,
    maximum: 20,
    unit: 'Hz',
  }),
  polarity: rule('polarity', 'enum', 'Around the value, or above it', {
    label: 'Polarity',
    choices: ['bipolar', 'unipolar'],
  }),
  phase: rule('phase', 'number', 'Share of a cycle that the wave is ahead', {
    label: 'Phase',
    minimum: 0,
    maximum: 1,
  }),
  smooth: rule('smooth', 'number', 'How much its edges are softened', {
    label: 'Smooth',
    minimum: 0,
    maximum: 1,
  }),
};

export const lfoFields = Object.keys(rules).filter(isField);

export function isField(text: string): text is Field {
  return Object.hasOwn(rules, text);
}

/** Where a wave's settings live. */
export interface LfoHome {
  /** Null where the parameter has no wave. */
  settings(address: string): Modulation | null;
  setBy(address: string): string | null;
  change(address: string, change: Partial<Record<Field, JsonValue>>, write: Write): void;
}

/** `/main/strength/lfo/depth`: one setting of the wave of a parameter. Setting one puts a wave there where none is. */
export class LfoEntry implements Entry {
  readonly address: string;
  readonly node: string | null;
  readonly spec: ParameterSpec;
  readonly canRamp = false;
  readonly #of: string;
  readonly #field: Field;
  readonly #home: LfoHome;

  constructor(parameter: Entry, field: Field, home: LfoHome) {
    const { spec } = rules[field];
    this.#of = parameter.address;
    this.#field = field;
    this.#home = home;
    this.node = parameter.node;
    this.address = `${parameter.address}/lfo/${field}`;
    this.spec = {
      ...spec,
      key: `${parameter.spec.key}/lfo/${field}`,
      ui: { ...spec.ui, label: `${parameter.spec.ui.label}: ${spec.ui.label}` },
    };
  }

  get setBy(): string | null {
    return this.#home.setBy(this.#of);
  }

  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return fit(rules[this.#field], this.address, value, strictness);
  }

  apply(value: JsonValue, write: Write): void {
    this.#home.change(this.#of, { [this.#field]: value }, write);
  }

  /** Where there is no wave, what one would begin with; it is not enabled, though. */
  read(): JsonValue {
    const settings = this.#home.settings(this.#of);
    return settings === null && this.#field === 'enabled' ? false : (settings ?? initial)[this.#field];
  }
}

function rule(
  field: Field,
  type: ParameterSpec['type'],
  description: string,
  facts: Omit<Parameters<typeof ownSpec>[4], 'order'>,
): Rule {
  return ruleOf(ownSpec(field, type, initial[field], description, { ...facts, order: 1000 }));
}
