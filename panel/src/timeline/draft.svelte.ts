/** The points of a lane as a hand has them, until the daemon has them so. */
export class Draft<T> {
  points = $state.raw<readonly T[] | null>(null);
  #turn = 0;

  draw(points: readonly T[]): void {
    this.#turn += 1;
    this.points = points;
  }

  leave(): void {
    this.points = null;
  }

  async put(send: (points: readonly T[]) => Promise<void>): Promise<void> {
    const turn = this.#turn;
    if (this.points !== null) await send(this.points);
    // A hand that has taken one again meanwhile keeps it.
    if (turn === this.#turn) this.points = null;
  }
}
