import { fieldRoles, start, type Scene } from '../scene/layout.ts';
import { FIELD_SIDE, tableFields, type TableField } from '../tables/fields.ts';

/** A field by name, `[513, 513]`; drawn or read when it is first asked for. */
export type FieldTable = (name: TableField) => Float32Array;

/** Texels that are mixed at a time: few enough that sum and field stay in the processor's cache. */
export const STRETCH = 4096;

/** What the mixing kernel works on. */
export interface Mixing {
  /** `[513 * 513, 4]`: palette coordinate, height, glow, nothing. */
  readonly mixed: Float32Array;
  readonly weights: Float32Array;
  readonly stretch: Float32Array;
  /** Adds the stretch, times the weights, to `mixed` from a texel on. */
  readonly add: (texel: number, length: number) => void;
}

/** Keeps the fields mixed by the scene's weights, and mixes them again only when those change. */
export class FieldMix {
  readonly #table: FieldTable;
  readonly #mixing: Mixing;
  readonly #weights = new Float32Array(fieldRoles.length * tableFields.length);

  constructor(table: FieldTable, mixing: Mixing) {
    this.#table = table;
    this.#mixing = mixing;
  }

  follow(scene: Scene): void {
    let changed = false;
    fieldRoles.forEach((role, row) => {
      for (let i = 0; i < tableFields.length; i += 1) {
        const weight = scene[start[role] + i] ?? 0;
        const at = row * tableFields.length + i;
        if (this.#weights[at] !== weight) changed = true;
        this.#weights[at] = weight;
      }
    });
    if (changed) this.#mix();
  }

  /** What a weight of nothing would add is left out, which is most of the fields. */
  #mix(): void {
    const { mixed, weights, stretch, add } = this.#mixing;
    const used = tableFields.flatMap((name, i) => {
      const by = fieldRoles.map((_, row) => this.#weights[row * tableFields.length + i] ?? 0);
      return by.some((weight) => weight !== 0) ? [{ by, texels: this.#table(name) }] : [];
    });
    const texels = FIELD_SIDE * FIELD_SIDE;
    mixed.fill(0);
    for (let from = 0; from < texels; from += STRETCH) {
      const length = Math.min(STRETCH, texels - from);
      for (const field of used) {
        weights.set(field.by);
        stretch.set(field.texels.subarray(from, from + length));
        add(from, length);
      }
    }
  }
}
