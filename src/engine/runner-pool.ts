import { RunnerProcess, type RunnerLimits, type RunnerLine } from './runner-process.ts';

/** A fresh spare competes with a recovery for the processor; it waits this long. */
const SPARE_AFTER_MS = 400;
const CLOSE_GRACE_MS = 1_500;

/**
 * Makes and keeps the runner processes: one for a node, one for all nodes of a shared adapter, and one spare that is already
 * started, so that a stage that was killed is back within a frame or two.
 */
export class RunnerPool {
  readonly #entry: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #onLine: RunnerLine;
  readonly #shared = new Map<string, RunnerProcess>();
  readonly #all = new Set<RunnerProcess>();
  #spare: RunnerProcess | null = null;
  #spareTimer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(entry: string, environment: NodeJS.ProcessEnv, onLine: RunnerLine) {
    this.#onLine = onLine;
    this.#entry = entry;
    this.#environment = environment;
  }

  /** A runner for one node alone. */
  own(): RunnerProcess {
    // One that still starts is nearer to the end of it than a new one.
    const spare = this.#spare;
    this.#spare = null;
    if (this.#plays()) this.#planSpare();
    return spare?.gone === false ? spare : this.#spawn();
  }

  /** The same for one that is in no hurry: the spare stays for those that are. */
  plain(): RunnerProcess {
    return this.#spawn();
  }

  /** The runner that all nodes of an adapter share. */
  shared(adapter: string): RunnerProcess {
    const present = this.#shared.get(adapter);
    if (present?.gone === false) return present;
    const runner = this.#spawn();
    this.#shared.set(adapter, runner);
    return runner;
  }

  /** Ends a runner whose last node left. Shared ones stay for the next. */
  release(runner: RunnerProcess): void {
    if ([...this.#shared.values()].includes(runner)) return;
    void this.#end(runner);
  }

  /** Heartbeat of every runner; `slowestCallMs` is asked for each. */
  judge(nowMs: number, limits: RunnerLimits, slowestCallMs: (runner: RunnerProcess) => number): void {
    if (this.#spare === null && this.#spareTimer === null && this.#plays()) this.#planSpare();
    for (const runner of this.#all) {
      if (runner.gone) this.#all.delete(runner);
      else if (runner.ready || runner !== this.#spare) runner.judge(nowMs, limits, slowestCallMs(runner));
    }
  }

  forgive(): void {
    for (const runner of this.#all) runner.forgive();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#spareTimer !== null) clearTimeout(this.#spareTimer);
    await Promise.all([...this.#all].map((runner) => runner.close(CLOSE_GRACE_MS)));
  }

  /** Before the first frame a spare would only take the processor from those that are to make it. */
  #plays(): boolean {
    return [...this.#all].some((runner) => runner.proven);
  }

  #planSpare(): void {
    if (this.#spareTimer !== null) clearTimeout(this.#spareTimer);
    if (this.#closed) return;
    this.#spareTimer = setTimeout(() => {
      this.#spareTimer = null;
      if (this.#spare?.gone !== false) this.#spare = this.#spawn();
    }, SPARE_AFTER_MS);
  }

  #spawn(): RunnerProcess {
    const runner = new RunnerProcess(this.#entry, this.#environment, () => undefined, this.#onLine);
    this.#all.add(runner);
    return runner;
  }

  async #end(runner: RunnerProcess): Promise<void> {
    await runner.close(CLOSE_GRACE_MS);
    this.#all.delete(runner);
  }
}
