/** Something on its way to a value. */
export interface Glider {
  /** Takes the end value where its time has come; answers whether it has arrived. */
  settle(atUs: number): boolean;
  /** Tells the subscribers' feed that it moved. */
  moved(): void;
}

/** Everything that glides at this moment. */
export class Glides {
  readonly #active = new Set<Glider>();

  start(glider: Glider): void {
    this.#active.add(glider);
  }

  stop(glider: Glider): void {
    this.#active.delete(glider);
  }

  get any(): boolean {
    return this.#active.size > 0;
  }

  /** Ends what has arrived by `atUs`, so that its exact end value stands from then on. */
  settle(atUs: number): void {
    for (const glider of this.#active) {
      if (!glider.settle(atUs)) continue;
      this.#active.delete(glider);
      glider.moved();
    }
  }

  announce(): void {
    for (const glider of this.#active) glider.moved();
  }
}
