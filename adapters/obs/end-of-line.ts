import { failure, type ReverieError } from '../../src/contract/error.ts';

/** The end of a connection, and all that is settled by it at the latest. */
export class EndOfLine {
  /** Rejects when the end comes. */
  readonly reached: Promise<never>;
  readonly #waiting = new Set<(error: ReverieError) => void>();
  #error: ReverieError | null = null;
  #reject: (error: ReverieError) => void = () => undefined;

  constructor() {
    this.reached = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    // Whoever waits for it hears it; where nobody does, that is no fault.
    this.reached.catch(() => undefined);
  }

  /** The first word counts. */
  come(error: ReverieError): void {
    if (this.#error !== null) return;
    this.#error = error;
    this.#reject(error);
    for (const end of this.#waiting) end(error);
  }

  /** What the work answers; rejects when the line ends, and with `E_OBS_TIMEOUT` where it takes too long. */
  async bound<T>(work: Promise<T>, limitMs: number, late: string): Promise<T> {
    if (this.#error !== null) {
      // Begun all the same, and nobody is left to hear how it ends.
      work.catch(() => undefined);
      throw this.#error;
    }
    let limit: NodeJS.Timeout | undefined;
    let end: ((error: ReverieError) => void) | undefined;
    // One promise for each call: to race against the long-lived one would keep all of them until the end.
    const broken = new Promise<never>((_resolve, reject) => {
      const seconds = Math.round(limitMs / 1_000);
      limit = setTimeout(() => reject(failure('E_OBS_TIMEOUT', `${late} within ${seconds} s`)), limitMs);
      this.#waiting.add((end = reject));
    });
    try {
      return await Promise.race([work, broken]);
    } finally {
      clearTimeout(limit);
      if (end !== undefined) this.#waiting.delete(end);
    }
  }
}
