import type { Strictness } from '../../contract/command.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { Preset } from '../../contract/preset.ts';
import { ownSpec, type Listed, type Ramp, type Signals, type Write } from '../entry.ts';
import { Misfit, quoted, wrongType } from '../misfit.ts';

const spec = ownSpec(
  'preset',
  'string',
  '',
  'The preset that was recalled last; set, it recalls one, by name or by its place in the list from 0. A ramp is its morph',
  { label: 'Preset', order: 9, maxLength: 80 },
);

interface Shelf {
  find(wanted: string | number): Preset | null;
  /** `ramp` null is the morph set at /preset/morph. */
  recall(preset: Preset, ramp: Ramp | null, write: Write): void;
  /** Name of the last one, '' where there is none. */
  lastName(): string;
}

/** `/preset`. */
export class PresetEntry implements Listed {
  readonly address = '/preset';
  readonly node = null;
  readonly spec = spec;
  readonly canRamp = true;
  readonly hasPlaces = true;
  setBy: string | null = null;
  readonly #shelf: Shelf;
  readonly #signals: Pick<Signals, 'changed'>;

  constructor(shelf: Shelf, signals: Pick<Signals, 'changed'>) {
    this.#shelf = shelf;
    this.#signals = signals;
  }

  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    const given = strictness === 'coerce' && Array.isArray(value) ? (value[0] ?? null) : value;
    const wanted = typeof given === 'number' && strictness === 'coerce' ? Math.round(given) : given;
    if (typeof wanted !== 'string' && typeof wanted !== 'number')
      return wrongType(this.address, value, 'the name of a preset or its place in the list');
    // What it reads while none was recalled; a controller may send back what it was told.
    if (wanted === '') return '';
    return this.#shelf.find(wanted)?.name ?? presetUnknown(wanted);
  }

  apply(value: JsonValue, write: Write): void {
    const preset = typeof value === 'string' ? this.#shelf.find(value) : null;
    if (preset !== null) this.#shelf.recall(preset, write.ramp, write);
  }

  read(): JsonValue {
    return this.#shelf.lastName();
  }

  /** Another one was recalled, or the last one has another name. */
  moved(sender: string | null): void {
    this.setBy = sender;
    this.#signals.changed(this);
  }
}

export function presetUnknown(wanted: string | number): Misfit {
  const what = typeof wanted === 'number' ? `at place ${wanted} of the list` : quoted(wanted);
  return new Misfit('E_PRESET_UNKNOWN', `There is no preset ${what}`, { preset: wanted });
}
