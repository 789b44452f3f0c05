import type { NodePlan } from './node-plan.ts';
import type { RunnerPool } from './runner-pool.ts';
import type { RunnerProcess } from './runner-process.ts';

/** Where the next try of a node gets its runner. An adapter that failed leaves its process to the next try. */
export class RunnerSeat {
  readonly #pool: RunnerPool;
  #kept: RunnerProcess | null = null;

  constructor(pool: RunnerPool) {
    this.#pool = pool;
  }

  for(plan: NodePlan): RunnerProcess {
    const kept = this.#kept;
    this.#kept = null;
    if (plan.shared === null && kept?.gone === false) return kept;
    if (kept !== null) this.#pool.release(kept);
    if (plan.shared !== null) return this.#pool.shared(plan.shared);
    // What nobody sees is in no hurry, and leaves the spare to who is.
    return plan.hidden ? this.#pool.plain() : this.#pool.own();
  }

  keep(runner: RunnerProcess): void {
    this.close();
    this.#kept = runner;
  }

  close(): void {
    if (this.#kept !== null) this.#pool.release(this.#kept);
    this.#kept = null;
  }
}
