import { curves, type Morph } from '../../contract/command.ts';
import type { JsonValue } from '../../contract/json.ts';
import { ownSpec, type Signals } from '../entry.ts';
import { OwnEntry } from '../own-entry.ts';
import type { WholeMorph } from './recall.ts';

const specs = {
  duration: ownSpec('preset/morph/duration', 'number', 1, 'How long presets take to come in, in the unit', {
    label: 'Morph',
    order: 10,
    minimum: 0,
    maximum: 3600,
  }),
  unit: ownSpec('preset/morph/unit', 'enum', 'seconds', 'Seconds, or beats of the tempo', {
    label: 'Morph unit',
    order: 11,
    choices: ['seconds', 'beats'],
  }),
  curve: ownSpec('preset/morph/curve', 'enum', 'ease-in-out', 'How a morph sets off and arrives', {
    label: 'Morph curve',
    order: 12,
    choices: curves,
  }),
  switchAt: ownSpec(
    'preset/morph/switch-at',
    'number',
    0.5,
    'Where on the way that which cannot glide switches: 0 at its start, 1 at its end',
    { label: 'Switch at', order: 13, minimum: 0, maximum: 1 },
  ),
} as const;
type Field = keyof typeof specs;
const fields: readonly Field[] = ['duration', 'unit', 'curve', 'switchAt'];

export const plainMorph: WholeMorph = {
  duration: 1,
  unit: 'seconds',
  curve: 'ease-in-out',
  switchAt: 0.5,
};

/** The morph of recalls that say nothing of it: `/preset/morph/…`. */
export class MorphSettings {
  readonly entries: readonly OwnEntry[];
  #now: WholeMorph = plainMorph;

  constructor(signals: Pick<Signals, 'changed' | 'touched'>) {
    this.entries = fields.map((field) => {
      const home = {
        read: (): JsonValue => this.#now[field],
        write: (value: JsonValue): void => {
          this.#now = { ...this.#now, [field]: value };
          signals.touched();
        },
      };
      return new OwnEntry(specs[field], home, signals);
    });
  }

  get now(): WholeMorph {
    return this.#now;
  }

  restore(kept: WholeMorph): void {
    this.#now = kept;
    for (const entry of this.entries) entry.moved();
  }

  /** With what a recall says of it. */
  with(morph: Morph): WholeMorph {
    const { duration, unit, curve, switchAt } = morph;
    return {
      duration: duration ?? this.#now.duration,
      unit: unit ?? this.#now.unit,
      curve: curve ?? this.#now.curve,
      switchAt: switchAt ?? this.#now.switchAt,
    };
  }
}
