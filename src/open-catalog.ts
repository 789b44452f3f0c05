import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nearest, suggestion } from './cli/nearest.ts';
import { failure, reportOf } from './contract/error.ts';
import { distRoot } from './dist-root.ts';
import { Catalog } from './engine/catalog.ts';
import { adapters, pipelines } from './installed.generated.ts';
import type { Options } from './options.ts';
import { diskFiles } from './show/disk-files.ts';
import { pipelinesNamedIn } from './show/named-pipelines.ts';

/** What Reverie ships. Pipelines from outside come by `scan`. */
export function shippedCatalog(): Catalog {
  const catalog = new Catalog(fileURLToPath(new URL('src/runner.js', distRoot())));
  catalog.ship(pipelines, adapters, (kind, id) => new URL(`${kind}/${id}/run.js`, distRoot()).href);
  return catalog;
}

/** Everything that can be played. Pipelines from outside are still being read, but for those that the show is about to play. */
export async function openCatalog(options: Options): Promise<Catalog> {
  const catalog = shippedCatalog();
  const showFile = options.show ?? join(options.home, 'show.json');
  const [named] = await Promise.all([pipelinesNamedIn(showFile, diskFiles), catalog.scan(placesOf(options))]);
  const wanted = options.pipeline === null ? named : [...named, options.pipeline];
  await Promise.all([catalog.known(wanted), importAdapters(catalog, options.adapterImport)]);
  if (options.pipeline !== null && catalog.pipeline(options.pipeline) === null)
    throw unknownPipeline(options.pipeline, catalog);
  return catalog;
}

function unknownPipeline(id: string, catalog: Catalog): Error {
  const entries = catalog.entries();
  const ids = entries.flatMap((entry) => (entry.available ? entry.id : []));
  const faults = entries.flatMap((entry) => (entry.available ? [] : `${entry.id}: ${entry.error.message}`));
  const hint = suggestion(id, ids) || ` There are: ${ids.join(', ')}.`;
  const broken = faults.length === 0 ? '' : ` Found, but not to be used: ${faults.join('; ')}.`;
  const details = { option: '--pipeline', given: id, nearest: nearest(id, ids) };
  return failure('E_OPTION_INVALID', `--pipeline: there is no pipeline "${id}".${hint}${broken}`, details);
}

export function placesOf({ pipelineImport, home }: Options): { imports: readonly string[]; home: string } {
  return { imports: pipelineImport, home };
}

async function importAdapters(catalog: Catalog, references: readonly string[]): Promise<void> {
  for (const reference of references) {
    try {
      await catalog.importAdapter(referenceUrl(reference));
    } catch (error) {
      throw failure(
        'E_OPTION_INVALID',
        `--adapter-import ${reference}: ${reportOf(error).message}`,
        null,
        error,
      );
    }
  }
}

/** `./mine.js#default` as a URL that a child can import; the export is `default` unless named. */
function referenceUrl(reference: string): string {
  const [path = '', name = 'default'] = reference.split('#');
  return `${pathToFileURL(isAbsolute(path) ? path : resolve(path)).href}#${name}`;
}
