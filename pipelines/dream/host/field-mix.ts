import type { Session } from '../../../src/inference/session.ts';
import { fieldRoles, start, type Scene } from '../scene/layout.ts';
import { FIELD_SIDE, tableFields } from '../tables/fields.ts';

/** Keeps the premixed table, and mixes it again only when the scene's weights change. */
export class FieldMix {
  readonly #session: Session;
  readonly #feeds: { readonly weights: Float32Array; readonly fields: Float32Array };
  readonly #fetches = { mixed: new Float32Array(3 * FIELD_SIDE * FIELD_SIDE) };
  #mixed = false;

  constructor(session: Session, fields: Float32Array) {
    this.#session = session;
    this.#feeds = { weights: new Float32Array(3 * tableFields.length), fields };
  }

  /** `[3, side * side]`: palette coordinate, height, glow. */
  async mixed(scene: Scene): Promise<Float32Array> {
    const { weights } = this.#feeds;
    let changed = !this.#mixed;
    fieldRoles.forEach((role, row) => {
      for (let i = 0; i < tableFields.length; i += 1) {
        const weight = scene[start[role] + i] ?? 0;
        const at = row * tableFields.length + i;
        if (weights[at] !== weight) changed = true;
        weights[at] = weight;
      }
    });
    if (changed) await this.#session.run(this.#feeds, this.#fetches);
    this.#mixed = true;
    return this.#fetches.mixed;
  }
}
