const mostTaps = 9;
/** After so long a pause somebody starts over. */
const longestPauseUs = 2e6;
/** A tap whose distance is that far from the average was no part of the series. */
const outlier = 0.35;
const shortestUs = 60e6 / 300;

/** A tempo tapped by hand: the average distance of the last taps. */
export class Taps {
  #times: number[] = [];

  /** The tempo after this tap; null while there is only one of its series. */
  tap(timeUs: number): number | null {
    const last = this.#times.at(-1);
    if (last !== undefined && !this.#continues(timeUs - last)) this.#times = [];
    this.#times.push(timeUs);
    if (this.#times.length > mostTaps) this.#times.shift();
    const averageUs = this.#averageUs();
    return averageUs === null ? null : 60e6 / Math.max(averageUs, shortestUs);
  }

  reset(): void {
    this.#times = [];
  }

  #continues(distanceUs: number): boolean {
    if (distanceUs > longestPauseUs || distanceUs <= shortestUs / 2) return false;
    const averageUs = this.#averageUs();
    return averageUs === null || Math.abs(distanceUs / averageUs - 1) <= outlier;
  }

  #averageUs(): number | null {
    const [first] = this.#times;
    const last = this.#times.at(-1);
    if (first === undefined || last === undefined || this.#times.length < 2) return null;
    return (last - first) / (this.#times.length - 1);
  }
}
