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
    for (const end of [...this.#waiting]) end(error);
  }

  /** What the work answers; rejects when the line ends, and with `E_OBS_TIMEOUT` where it takes too long. */
  bound<T>(work: Promise<T>, limitMs: number, late: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(limit);
        this.#waiting.delete(end);
      };
      const end = (error: unknown): void => {
        done();
        reject(error);
      };
      const seconds = Math.round(limitMs / 1_000);
      const limit = setTimeout(() => end(failure('E_OBS_TIMEOUT', `${late} within ${seconds} s`)), limitMs);
      this.#waiting.add(end);
      work.then((value) => {
        done();
        resolve(value);
      }, end);
      if (this.#error !== null) end(this.#error);
    });
  }
}
