// Stands for the catalog behind the server. It cannot show how pipelines are found and read: a test says what there is.
import { failure, reportOf, type ErrorCode } from '../../../src/contract/error.ts';
import type { CatalogEntry } from '../../../src/contract/hardware.ts';
import { dreamLike } from './doubles-data.ts';

export class CatalogDouble {
  entries: readonly CatalogEntry[] = [
    { available: true, id: 'dream', origin: 'shipped', from: null, descriptor: dreamLike },
    outside('broken', 'E_PIPELINE_IMPORT', 'it threw'),
  ];
  readonly #listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  become(entries: readonly CatalogEntry[]): void {
    this.entries = entries;
    for (const listener of this.#listeners) listener();
  }
}

export function outside(id: string, code: ErrorCode, message: string): CatalogEntry {
  const error = reportOf(failure(code, message));
  return { available: false, id, origin: 'import', from: `/pipelines/${id}.js`, error };
}
