import type { Parameter, Values } from '../values/values.svelte.ts';

const ADDRESS = '/favourites';

/** What the user starred, as the show keeps it: the same on every device. */
export class Favourites {
  /** Controls show their stars, to be chosen. */
  on = $state(false);
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  get addresses(): readonly string[] {
    const list = this.#values.get(ADDRESS)?.value;
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  }

  /** Those that are there now: of another pipeline's the show keeps the star. */
  get parameters(): readonly Parameter[] {
    return this.addresses.flatMap((address) => this.#values.get(address) ?? []);
  }

  /** Why the daemon did not take the last star, or null. */
  get refusal(): string | null {
    return this.#values.get(ADDRESS)?.refusal ?? null;
  }

  has(address: string): boolean {
    return this.addresses.includes(address);
  }

  toggle(address: string): void {
    const { addresses } = this;
    const next = this.has(address) ? addresses.filter((each) => each !== address) : [...addresses, address];
    this.#values.get(ADDRESS)?.set([...next]);
  }
}
