import type { EndpointState } from '../contract/endpoint.ts';

/** A try that has not failed by then has found its endpoint; tries that fail follow one another within a second. */
const FOUND_AFTER_MS = 1_500;

/** How far a source or sink is with one endpoint, over all its tries. Monotonic milliseconds come in; pure. */
export class EndpointProgress {
  #wasLive = false;
  /** The last try failed, and none has been live since. */
  #failed = false;
  #triedAtMs: number | null = null;
  #told: { readonly state: EndpointState; readonly since: number } | null = null;

  /** It is another endpoint now. */
  begin(nowMs: number): void {
    this.#wasLive = this.#failed = false;
    this.#triedAtMs = nowMs;
  }

  tried(nowMs: number): void {
    this.#triedAtMs = nowMs;
  }

  lived(): void {
    this.#wasLive = true;
    this.#failed = false;
  }

  failed(): void {
    this.#failed = true;
    this.#triedAtMs = null;
  }

  /** `giving`: whether frames pass now; null before the first one of this try. */
  state(nowMs: number, giving: boolean | null): EndpointState {
    const found = this.#triedAtMs !== null && nowMs - this.#triedAtMs > FOUND_AFTER_MS;
    if (this.#failed && !found) return this.#wasLive ? 'lost' : 'searching';
    if (giving === null) return 'connecting';
    return giving ? 'live' : 'stalled';
  }

  /** It waits to be called, and says that nobody does: there is nothing to try. */
  waiting(): EndpointState {
    return this.#wasLive ? 'lost' : 'searching';
  }

  /** The state, and since when it has been it. */
  tell(state: EndpointState, wallClock: number): { readonly state: EndpointState; readonly since: number } {
    if (this.#told?.state !== state) this.#told = { state, since: wallClock };
    return this.#told;
  }

  /** Whether the state is another than was told last; false before anything was. */
  isNews(state: EndpointState): boolean {
    return this.#told !== null && this.#told.state !== state;
  }
}
