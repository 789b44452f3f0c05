import type { CatalogEntry } from '../../../src/contract/hardware.ts';
import type { PipelineDescriptor } from '../../../src/contract/pipeline.ts';
import { get } from '../daemon/rest.ts';

/** The pipelines there are, as the daemon last told them. */
export class Pipelines {
  entries = $state.raw<readonly CatalogEntry[]>([]);
  #asking = false;
  #again = false;

  descriptor(id: string): PipelineDescriptor | null {
    const entry = this.entries.find((each) => each.id === id);
    return entry?.available === true ? entry.descriptor : null;
  }

  async read(): Promise<void> {
    const { pipelines } = await get<{ pipelines: readonly CatalogEntry[] }>('catalog');
    this.entries = pipelines;
  }

  /** They are others now. Changes close together are asked for once more, not once each. */
  async changed(): Promise<void> {
    this.#again = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#again) {
      this.#again = false;
      // Where it cannot be read, the connection is lost too, and everything is read anew when it is back.
      await this.read().catch(() => undefined);
    }
    this.#asking = false;
  }
}

/** Found, and not known yet as what. */
export function isBeingRead(entry: CatalogEntry): boolean {
  return !entry.available && entry.error.code === 'E_PIPELINE_READING';
}
