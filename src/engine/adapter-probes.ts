import type { AdapterReport } from '../contract/engine-api.ts';
import type { Probe } from '../contract/adapter.ts';
import { spawnRead } from './child-read.ts';
import type { ModuleCatalog } from './module-catalog.ts';

/** Loading the code of all adapters takes seconds on a machine that is full; one that blocks is not waited for. */
const LIMIT_MS = 15_000;

type Answer = Pick<AdapterReport, 'probe' | 'finds'>;

/** Whether each adapter can work here, asked in a throw-away process: a driver that crashes on touch must not take the daemon. */
export class AdapterProbes {
  readonly #catalog: ModuleCatalog;
  readonly #entry: string;
  #known: Promise<readonly AdapterReport[]> | null = null;

  constructor(catalog: ModuleCatalog, entry: string) {
    this.#catalog = catalog;
    this.#entry = entry;
  }

  reports(): Promise<readonly AdapterReport[]> {
    this.#known ??= this.#probeAll();
    return this.#known;
  }

  async #probeAll(): Promise<readonly AdapterReport[]> {
    const found = this.#catalog.adapterIds().flatMap((id) => this.#catalog.adapter(id) ?? []);
    const modules = found.map(({ module }) => module);
    const answer = await spawnRead(this.#entry, ['probe', ...modules], LIMIT_MS).catch((error: unknown) =>
      String(error),
    );
    const probes = typeof answer === 'string' ? null : (answer as readonly Answer[]);
    // On a machine that is full for a moment nothing answers in time; whoever asks next asks anew.
    if (probes === null) this.#known = null;
    const unknown: Probe = {
      available: false,
      reason: `The probe did not answer: ${String(answer)}`,
      remedy: 'Look at `reverie doctor`.',
    };
    return found.map(({ descriptor }, index) => ({
      ...descriptor,
      ...(probes?.[index] ?? { probe: unknown, finds: false }),
    }));
  }
}
