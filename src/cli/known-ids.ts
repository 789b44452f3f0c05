import { failure } from '../contract/error.ts';
import type { Options } from '../options.ts';
import { nearest, suggestion } from './nearest.ts';

export interface KnownIds {
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
}

/**
 * Refuses a mistyped adapter before anything starts. What is imported from outside is known only once it was read in a process of its
 * own, so where there are imports the daemon's own check of the graph has the last word, as it has for pipelines.
 */
export function checkIds(options: Options, known: KnownIds): void {
  const adaptersAreKnown = options.adapterImport.length === 0;
  if (adaptersAreKnown) check('--in', 'source', adapterOf(options.in), known.sources);
  if (adaptersAreKnown) check('--out', 'sink', adapterOf(options.out), known.sinks);
}

/** `file:clip.mp4` → `file` */
function adapterOf(endpoint: string | null): string | null {
  return endpoint?.split(':')[0] ?? null;
}

function check(flag: string, what: string, id: string | null, ids: readonly string[]): void {
  if (id === null || ids.includes(id)) return;
  const hint = suggestion(id, ids) || ` There are: ${ids.join(', ')}.`;
  throw failure('E_OPTION_INVALID', `${flag}: there is no ${what} "${id}".${hint}`, {
    option: flag,
    given: id,
    nearest: nearest(id, ids),
  });
}
