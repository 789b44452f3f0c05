import { reportOf, failure, type ErrorCode, type ErrorReport } from '../../contract/error.ts';
import type { CatalogEntry } from '../../contract/hardware.ts';
import type { PipelineDescriptor } from '../../contract/pipeline.ts';
import type { Candidate } from './candidate.ts';
import { inTurn, type TurnLimits } from './in-turn.ts';
import type { Reading } from './read-descriptor.ts';

interface Item {
  readonly candidate: Candidate;
  entry: CatalogEntry;
  /** Read in the present round; until then `entry` is what an earlier round found. */
  read: boolean;
}

export interface ShelfDeps {
  readonly read: (module: string) => Promise<Reading>;
  /** Where an id is taken already, by what Reverie ships. */
  readonly shipped: (id: string) => boolean;
  readonly limits: TurnLimits;
}

/** The pipelines from outside: found, being read, playable or broken. Of two with one id the first in the list plays. */
export class Shelf {
  readonly #deps: ShelfDeps;
  readonly #listeners = new Set<() => void>();
  #items: readonly Item[] = [];
  #round: Promise<void> = Promise.resolve();

  constructor(deps: ShelfDeps) {
    this.#deps = deps;
  }

  /** Reads all of them, side by side; what was read before stays playable until it was read anew. */
  fill(candidates: readonly Candidate[]): void {
    const before = new Map(this.#items.map(({ candidate, entry }) => [candidate.module, entry]));
    const items = candidates.map((candidate): Item => {
      const known = before.get(candidate.module);
      const entry =
        known?.available === true ? known : broken(candidate, 'E_PIPELINE_READING', 'It is being read');
      return { candidate, entry, read: false };
    });
    this.#items = items;
    this.#tell();
    const work = items.map(
      ({ candidate: { module } }) =>
        async (): Promise<Reading> =>
          typeof module === 'string' ? this.#deps.read(module) : { error: module },
    );
    this.#round = inTurn(work, this.#deps.limits, (index, reading) => {
      const item = items[index];
      if (item === undefined || this.#items !== items) return;
      item.entry = this.#judge(item.candidate, reading, items.slice(0, index));
      item.read = true;
      // It outlasted everybody's patience and was waited for no longer, but it is before them all the same.
      for (const later of items.slice(index + 1)) {
        if (later.read && later.entry.available && later.entry.id === item.entry.id)
          later.entry = taken(later.candidate, item.entry.id, item.candidate);
      }
      this.#tell();
    });
  }

  /** Called when `entries` has changed; the answer ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  settled(): Promise<void> {
    return this.#round;
  }

  entries(): readonly CatalogEntry[] {
    return this.#items.map(({ entry }) => entry);
  }

  find(id: string): { readonly descriptor: PipelineDescriptor; readonly module: string } | null {
    for (const { candidate, entry } of this.#items) {
      if (entry.available && entry.id === id && typeof candidate.module === 'string')
        return { descriptor: entry.descriptor, module: candidate.module };
    }
    return null;
  }

  /** Resolves once each id can be played, or nothing is left that could still turn out to be it. */
  async known(ids: readonly string[]): Promise<void> {
    const wanted = (id: string): boolean => !this.#deps.shipped(id) && this.find(id) === null;
    if (!ids.some(wanted)) return;
    let unsubscribe = (): void => undefined;
    const found = new Promise<void>((resolve) => {
      unsubscribe = this.subscribe(() => {
        if (!ids.some(wanted)) resolve();
      });
    });
    await Promise.race([found, this.#round]);
    unsubscribe();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #judge(candidate: Candidate, reading: Reading, before: readonly Item[]): CatalogEntry {
    const { origin, from } = candidate;
    if ('error' in reading)
      return { available: false, id: candidate.label, origin, from, error: reading.error };
    const { descriptor } = reading;
    const { id } = descriptor;
    const first = before.find(({ entry, read }) => read && entry.available && entry.id === id);
    if (this.#deps.shipped(id))
      return broken(candidate, 'E_PIPELINE_ID_TAKEN', `Reverie itself has a pipeline "${id}"`);
    if (first !== undefined) return taken(candidate, id, first.candidate);
    return { available: true, id, origin, from, descriptor };
  }
}

function taken(candidate: Candidate, id: string, by: Candidate): CatalogEntry {
  return broken(candidate, 'E_PIPELINE_ID_TAKEN', `"${id}" is played from ${by.from}`);
}

function broken({ label, origin, from }: Candidate, code: ErrorCode, message: string): CatalogEntry {
  const error: ErrorReport = reportOf(failure(code, message));
  return { available: false, id: label, origin, from, error };
}
