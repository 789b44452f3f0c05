import type { Strictness } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import { wrongType, type Misfit } from './misfit.ts';

/** A sender that never lets go must not be remembered for ever. */
const mostHolding = 32;

/** Who holds a button down: a held 1 that is sent again and again is one press. */
export class Presses {
  readonly #held = new Set<string>();

  isNew(down: boolean, sender: string): boolean {
    if (!down) {
      this.#held.delete(sender);
      return false;
    }
    if (this.#held.has(sender)) return false;
    if (this.#held.size >= mostHolding) this.#held.clear();
    this.#held.add(sender);
    return true;
  }
}

/** What a button takes: true or false; from performers' protocols any number or its text, 0 being up. */
export function fitPress(address: string, value: JsonValue, strictness: Strictness): boolean | Misfit {
  const given =
    strictness === 'coerce' && Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value;
  if (typeof given === 'boolean') return given;
  if (strictness === 'coerce') {
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    if (typeof number === 'number' && Number.isFinite(number)) return number !== 0;
  }
  return wrongType(address, value, 'true or false');
}
