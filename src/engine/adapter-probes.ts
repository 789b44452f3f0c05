import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { AdapterReport } from '../contract/engine-api.ts';
import { failure } from '../contract/error.ts';
import { spawnRead } from './child-read.ts';
import type { ModuleCatalog } from './module-catalog.ts';

/** Loading the code of an adapter takes seconds on a machine that is full; one that blocks is not waited for. */
const LIMIT_MS = 15_000;
/** Who is asked for longer no longer holds up those behind it. */
const PATIENCE_MS = 2_000;

type Answer = Pick<AdapterReport, 'probe' | 'finds'>;

export interface ProbeLimits {
  /** How many are asked at once, those that are late not counted. */
  readonly atOnce: number;
  readonly limitMs: number;
  /** Resolves when one that was just asked has had its time. */
  readonly patience: () => Promise<unknown>;
}

const usual: ProbeLimits = {
  atOnce: availableParallelism(),
  limitMs: LIMIT_MS,
  patience: () => wait(PATIENCE_MS, null, { ref: false }),
};

/**
 * Whether each adapter can work here, asked in a throw-away process each: a driver that crashes or blocks on touch takes neither the daemon
 * nor the word of another one. What was answered is kept; who did not answer is asked anew when somebody wants to know again.
 */
export class AdapterProbes {
  readonly #catalog: Pick<ModuleCatalog, 'adapter' | 'adapterIds'>;
  readonly #entry: string;
  readonly #limits: ProbeLimits;
  readonly #known = new Map<string, Promise<AdapterReport>>();
  readonly #queue: (() => Promise<unknown>)[] = [];
  #asking = 0;

  constructor(
    catalog: Pick<ModuleCatalog, 'adapter' | 'adapterIds'>,
    entry: string,
    limits: ProbeLimits = usual,
  ) {
    this.#catalog = catalog;
    this.#entry = entry;
    this.#limits = limits;
  }

  reports(): Promise<readonly AdapterReport[]> {
    return Promise.all(this.#catalog.adapterIds().map((id) => this.report(id)));
  }

  report(id: string): Promise<AdapterReport> {
    const known = this.#known.get(id) ?? this.#inTurn(() => this.#probe(id));
    this.#known.set(id, known);
    return known;
  }

  async #probe(id: string): Promise<AdapterReport> {
    const found = this.#catalog.adapter(id);
    if (found === null) throw failure('E_GRAPH_UNKNOWN_ADAPTER', `There is no adapter "${id}"`);
    try {
      const args = ['probe', found.module];
      const answer = (await spawnRead(this.#entry, args, this.#limits.limitMs)) as Answer;
      return { ...found.descriptor, ...answer };
    } catch (error) {
      this.#known.delete(id);
      const reason = `The probe did not answer: ${error instanceof Error ? error.message : String(error)}`;
      const probe = { available: false, reason, remedy: 'Look at `reverie doctor`.' } as const;
      return { ...found.descriptor, probe, finds: false };
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#queue.push(() => {
        const done = work();
        resolve(done);
        return done;
      });
      void this.#next();
    });
  }

  async #next(): Promise<void> {
    if (this.#asking >= this.#limits.atOnce) return;
    const work = this.#queue.shift();
    if (work === undefined) return;
    this.#asking += 1;
    await Promise.race([work().catch(() => undefined), this.#limits.patience()]);
    this.#asking -= 1;
    void this.#next();
  }
}
