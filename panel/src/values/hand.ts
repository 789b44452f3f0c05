import type { JsonValue } from '../../../src/contract/json.ts';

/**
 * One value between this page and the daemon. A move is shown at once; what others set meanwhile is kept back while a hand is on
 * the control. A value heard before the answer to our own set was sent by the daemon before ours arrived there, so ours is the
 * newer one.
 */
export class Hand {
  #shown: JsonValue;
  /** What the daemon last had, as far as it is known. */
  #confirmed: JsonValue;
  #unanswered = 0;
  #held = false;
  #keptBack: { readonly value: JsonValue } | null = null;

  constructor(value: JsonValue) {
    this.#shown = value;
    this.#confirmed = value;
  }

  get shown(): JsonValue {
    return this.#shown;
  }

  moved(value: JsonValue): void {
    this.#shown = value;
    this.#unanswered += 1;
    this.#keptBack = null;
  }

  /** Moved again before the last move was sent: both have one answer. */
  replaced(value: JsonValue): void {
    this.#shown = value;
    this.#keptBack = null;
  }

  /** The daemon took `value`, or, with undefined, refused it: then the control goes back to what plays. */
  answered(value: JsonValue | undefined): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1);
    if (value !== undefined) this.#confirmed = value;
    else if (this.#unanswered === 0) this.#shown = this.#confirmed;
  }

  heard(value: JsonValue): void {
    if (this.#unanswered > 0) return;
    this.#confirmed = value;
    if (this.#held) this.#keptBack = { value };
    else this.#shown = value;
  }

  hold(): void {
    this.#held = true;
  }

  letGo(): void {
    this.#held = false;
    if (this.#keptBack !== null) this.#shown = this.#keptBack.value;
    this.#keptBack = null;
  }

  /** All anew, as after the connection was away: answers that were on their way never come. */
  restart(value: JsonValue): void {
    this.#unanswered = 0;
    this.heard(value);
  }
}
