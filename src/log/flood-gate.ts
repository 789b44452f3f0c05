export interface FloodLimits {
  /** Lines that one speaker may say within a window; what comes beyond is left out and counted. */
  readonly lines: number;
  readonly windowMs: number;
}

/** Enough for a stack trace or a load that tells its steps; 1,000 lines a second would push everything else out of the log. */
export const runnerLimits: FloodLimits = { lines: 50, windowMs: 1_000 };

/** When the present window of a speaker ends. Tests hand in their own. */
export type Later = (call: () => void, delayMs: number) => void;

/** Lets each speaker say so much and no more, and says afterwards how much it left out. */
export class FloodGate {
  readonly #limits: FloodLimits;
  readonly #pass: (speaker: string, line: string) => void;
  readonly #overflow: (speaker: string, leftOut: number) => void;
  readonly #later: Later;
  readonly #said = new Map<string, number>();

  constructor(
    limits: FloodLimits,
    pass: (speaker: string, line: string) => void,
    overflow: (speaker: string, leftOut: number) => void,
    later: Later,
  ) {
    this.#limits = limits;
    this.#pass = pass;
    this.#overflow = overflow;
    this.#later = later;
  }

  line(speaker: string, line: string): void {
    const said = this.#said.get(speaker) ?? 0;
    if (said === 0) this.#later(() => this.#windowEnds(speaker), this.#limits.windowMs);
    this.#said.set(speaker, said + 1);
    if (said < this.#limits.lines) this.#pass(speaker, line);
  }

  #windowEnds(speaker: string): void {
    const leftOut = (this.#said.get(speaker) ?? 0) - this.#limits.lines;
    this.#said.delete(speaker);
    if (leftOut > 0) this.#overflow(speaker, leftOut);
  }
}
