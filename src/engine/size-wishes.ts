import { frameBytes, sameSize, type Size } from '../contract/frame.ts';

/** What each consumer of a producer would like to get. */
export class SizeWishes {
  readonly #wishes = new Map<string, Size>();
  #largest: Size | null = null;

  /** The largest wins: a picture is better made smaller than larger. Null while nobody wished. */
  get largest(): Size | null {
    return this.#largest;
  }

  /** Whether the largest is another one now. */
  note(consumer: string, { width, height }: Size): boolean {
    this.#wishes.set(consumer, { width, height });
    const largest = [...this.#wishes.values()].reduce((best, wish) =>
      frameBytes(wish) > frameBytes(best) ? wish : best,
    );
    if (sameSize(largest, this.#largest)) return false;
    this.#largest = largest;
    return true;
  }
}
