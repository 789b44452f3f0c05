import { favouriteLimit } from '../contract/favourites.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { ownSpec, type Signals } from './entry.ts';
import { OwnEntry } from './own-entry.ts';
import type { ShowPart } from './part.ts';
import type { ShowFile } from './show-file.ts';

const spec = ownSpec('favourites', 'list', [], 'Addresses that small panels show, in this order', {
  label: 'Favourites',
  order: 80,
  example: ['/tempo'],
});
const list: JsonObject = {
  type: 'array',
  items: { type: 'string', pattern: '^/', maxLength: 200 },
  maxItems: favouriteLimit,
};

/** `/favourites`: what the user starred. Kept with the show, so that every device has it; an address that is not there now is kept. */
export class Favourites implements ShowPart {
  readonly entries: readonly [OwnEntry];
  readonly #signals: Pick<Signals, 'changed' | 'touched'>;
  #addresses: readonly string[] = [];

  constructor(signals: Pick<Signals, 'changed' | 'touched'>) {
    this.#signals = signals;
    this.entries = [new OwnEntry(spec, this, signals, list)];
  }

  read(): JsonValue {
    return this.#addresses as JsonValue;
  }

  write(value: JsonValue): void {
    const addresses = Array.isArray(value) ? value.map(String) : [];
    this.#addresses = [...new Set(addresses)];
    this.#signals.touched();
  }

  kept(): Pick<ShowFile, 'favourites'> {
    return { favourites: [...this.#addresses] };
  }

  restore({ favourites }: ShowFile): void {
    this.#addresses = favourites;
    this.entries[0].moved();
  }
}
