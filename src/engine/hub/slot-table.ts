import type { Generation } from '../../contract/protocol.ts';

/**
 * Who holds which slot of one generation. A slot is free, granted to the producer, or held: once by the link while it is the
 * newest, once by each window that keeps it and once by each consumer that has it.
 */
export class SlotTable {
  readonly spec: Generation;
  readonly #free: number[] = [];
  readonly #holds: Uint16Array;
  /** Whether a consumer was handed the frame in it. */
  readonly #used: Uint8Array;
  readonly #granted = new Set<number>();

  constructor(spec: Generation) {
    this.spec = spec;
    this.#holds = new Uint16Array(spec.slots);
    this.#used = new Uint8Array(spec.slots);
    for (let slot = 0; slot < spec.slots; slot++) this.#free.push(slot);
  }

  get free(): number {
    return this.#free.length;
  }

  get granted(): number {
    return this.#granted.size;
  }

  /** Nobody writes, shows or keeps any of it. */
  get idle(): boolean {
    return this.#free.length === this.spec.slots;
  }

  /** The slot that became free last: its bytes are the likeliest to lie in a cache still. */
  grant(): number | undefined {
    const slot = this.#free.pop();
    if (slot === undefined) return undefined;
    this.#granted.add(slot);
    this.#used[slot] = 0;
    return slot;
  }

  /** The producer lets go of a granted slot; false where it never had it. */
  ungrant(slot: number): boolean {
    return this.#granted.delete(slot);
  }

  revokeAll(): void {
    this.#free.push(...this.#granted);
    this.#granted.clear();
  }

  hold(slot: number): void {
    this.#holds[slot] = (this.#holds[slot] ?? 0) + 1;
  }

  use(slot: number): void {
    this.#used[slot] = 1;
  }

  /** True where that was the last hold of a frame that no consumer was handed. */
  unhold(slot: number): boolean {
    const holds = (this.#holds[slot] ?? 0) - 1;
    this.#holds[slot] = holds;
    if (holds !== 0) return false;
    this.#free.push(slot);
    return this.#used[slot] === 0;
  }

  heldSlots(): number {
    return this.#holds.reduce((sum, holds) => sum + (holds > 0 ? 1 : 0), 0);
  }
}
