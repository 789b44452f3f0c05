import { failure } from '../../contract/error.ts';
import { presetLimit, type Preset, type PresetSummary } from '../../contract/preset.ts';

/** Words of the routes below /presets, which no id may be. */
const taken = ['export', 'import', 'order'];

/** The show's own presets in their order, and after them those that came with Reverie. */
export class PresetBook {
  #own: readonly Preset[] = [];
  #shipped: readonly Preset[] = [];

  get own(): readonly Preset[] {
    return this.#own;
  }

  get all(): readonly Preset[] {
    return [...this.#own, ...this.#shipped];
  }

  summaries(): PresetSummary[] {
    return this.all.map((preset, index) => this.#summary(preset, index));
  }

  summary(id: string): PresetSummary {
    const index = this.all.findIndex((preset) => preset.id === id);
    const preset = this.all[index];
    if (preset === undefined) throw unknownPreset(id);
    return this.#summary(preset, index);
  }

  /** By name, else by id; names as they are written, else in any case. A number is a place in the list. */
  find(wanted: string | number): Preset | null {
    if (typeof wanted === 'number') return this.all[wanted] ?? null;
    const lower = wanted.toLowerCase();
    const { all } = this;
    return (
      all.find(({ name }) => name === wanted) ??
      all.find(({ id }) => id === wanted) ??
      all.find(({ name }) => name.toLowerCase() === lower) ??
      null
    );
  }

  byId(id: string): Preset | null {
    return this.all.find((preset) => preset.id === id) ?? null;
  }

  /** By id, else as `find` does. Throws E_PRESET_UNKNOWN. */
  get(wanted: string): Preset {
    const preset = this.byId(wanted) ?? this.find(wanted);
    if (preset === null) throw unknownPreset(wanted);
    return preset;
  }

  /** One that may be changed. Throws E_PRESET_SHIPPED. */
  getOwn(wanted: string): Preset {
    const preset = this.get(wanted);
    if (this.#own.includes(preset)) return preset;
    throw failure('E_PRESET_SHIPPED', `"${preset.name}" came with Reverie and stays as it is`, {
      preset: preset.id,
    });
  }

  /** What the show file had. Two of one id or name can only come from an edit by hand: the later one gets a number. */
  restore(presets: readonly Preset[]): void {
    const shipped = this.#shipped;
    this.#own = [];
    this.#shipped = [];
    for (const preset of presets) this.#append(preset);
    this.#shipped = shipped;
  }

  ship(presets: readonly Preset[]): void {
    this.#shipped = presets;
  }

  /** Takes them all, or throws E_PRESET_LIMIT and takes none. */
  add(presets: readonly Preset[]): readonly Preset[] {
    if (this.#own.length + presets.length > presetLimit)
      throw failure('E_PRESET_LIMIT', `A show holds ${presetLimit} presets; it has ${this.#own.length}`, {
        limit: presetLimit,
      });
    return presets.map((preset) => this.#append(preset));
  }

  /** Throws E_PRESET_NAME where another than `id` is called so. */
  claimName(name: string, id: string | null): void {
    const namesake = this.all.find((other) => other.name === name && other.id !== id);
    if (namesake !== undefined)
      throw failure('E_PRESET_NAME', `There is a preset "${name}" already`, { preset: namesake.id });
  }

  /** In the place of the one with the same id. */
  put(preset: Preset): void {
    this.#own = this.#own.map((other) => (other.id === preset.id ? preset : other));
  }

  remove(id: string): void {
    this.#own = this.#own.filter((preset) => preset.id !== id);
  }

  order(ids: readonly string[]): void {
    const first = ids.map((id) => this.getOwn(id));
    this.#own = [...new Set([...first, ...this.#own])];
  }

  freeName(wanted: string): string {
    const names = new Set(this.all.map(({ name }) => name));
    for (let count = 1; ; count += 1) {
      const end = count === 1 ? '' : ` ${count}`;
      const name = `${wanted.slice(0, 80 - end.length)}${end}`;
      if (!names.has(name)) return name;
    }
  }

  #append(preset: Preset): Preset {
    const added = { ...preset, id: this.#freeId(preset.id), name: this.freeName(preset.name) };
    this.#own = [...this.#own, added];
    return added;
  }

  #freeId(wanted: string): string {
    const ids = new Set([...this.all.map(({ id }) => id), ...taken]);
    for (let count = 1; ; count += 1) {
      const end = count === 1 ? '' : `-${count}`;
      const id = `${wanted.slice(0, 48 - end.length)}${end}`;
      if (!ids.has(id)) return id;
    }
  }

  #summary(preset: Preset, index: number): PresetSummary {
    const { id, name, values, prompts, thumbnail, createdAt, changedAt } = preset;
    return {
      id,
      name,
      index,
      shipped: index >= this.#own.length,
      values: Object.keys(values).length,
      prompts: prompts !== null,
      thumbnail: thumbnail !== null,
      createdAt,
      changedAt,
    };
  }
}

/** `Neon Rain!` → `neon-rain`. */
export function idOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const id = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 48)
    .replace(/-$/, '');
  return id === '' ? 'preset' : id;
}

function unknownPreset(wanted: string): Error {
  return failure('E_PRESET_UNKNOWN', `There is no preset "${wanted}"`, { preset: wanted });
}
