const WINDOW_US = 1_000_000;
const PER_WINDOW = 2;

/**
 * Key pictures that viewers ask for, at most two a second for all of them together: a key picture costs ten times another, and
 * one serves everybody who asked. What is asked for too early is not forgotten.
 */
export class KeyLimiter {
  #wanted = false;
  readonly #givenUs: number[] = [];

  want(): void {
    this.#wanted = true;
  }

  /** Whether a key picture is asked for and may be made now. */
  due(nowUs: number): boolean {
    while (this.#givenUs[0] !== undefined && nowUs - this.#givenUs[0] >= WINDOW_US) this.#givenUs.shift();
    return this.#wanted && this.#givenUs.length < PER_WINDOW;
  }

  /** Whether the next picture must be a key picture; then it counts as made. */
  take(nowUs: number): boolean {
    if (!this.due(nowUs)) return false;
    this.#givenUs.push(nowUs);
    this.#wanted = false;
    return true;
  }
}
