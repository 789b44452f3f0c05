import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { failure, reportOf } from '../../contract/error.ts';
import type { Candidate } from './candidate.ts';
import { packageIn } from './manifest.ts';

export interface Places {
  /** What `--pipeline-import` names, in its order: modules (`./mine.js#default`), packages, or folders with packages in `node_modules`. */
  readonly imports: readonly string[];
  /** Reverie's home, whose `node_modules` are searched too. */
  readonly home: string;
}

/**
 * Every pipeline from outside, in the order in which they are preferred: what `--pipeline-import` names, as given; then the
 * packages of the home folder, by name. Reads names and package.json files only.
 */
export async function findOutside({ imports, home }: Places): Promise<readonly Candidate[]> {
  const found = await Promise.all([...imports.map(importedFrom), packagesBelow(home)]);
  const seen = new Set<string>();
  return found.flat().filter(({ module, from }) => {
    const key = typeof module === 'string' ? module : from;
    return !seen.has(key) && seen.add(key);
  });
}

async function importedFrom(reference: string): Promise<readonly Candidate[]> {
  const [path = '', name = 'default'] = reference.split('#');
  const from = resolve(path);
  const facts = { origin: 'import', label: reference, from } as const;
  try {
    if (!(await stat(from)).isDirectory())
      return [{ ...facts, module: `${pathToFileURL(await realpath(from)).href}#${name}` }];
    const own = await packageIn(from);
    const inside = own.length > 0 ? own : await packagesBelow(from);
    if (inside.length > 0) return inside;
    throw failure(
      'E_PIPELINE_PACKAGE',
      'Neither its package.json nor one in its node_modules has the keyword "reverie-pipeline"',
    );
  } catch (error) {
    return [{ ...facts, module: reportOf(error, 'E_PIPELINE_IMPORT') }];
  }
}

async function packagesBelow(folder: string): Promise<readonly Candidate[]> {
  const root = join(folder, 'node_modules');
  const names = await namesIn(root);
  const scoped = await Promise.all(
    names
      .filter((name) => name.startsWith('@'))
      .map(async (scope) => (await namesIn(join(root, scope))).map((name) => join(scope, name))),
  );
  const folders = [...names.filter((name) => !name.startsWith('@')), ...scoped.flat()].sort();
  return (await Promise.all(folders.map((name) => packageIn(join(root, name))))).flat();
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}
