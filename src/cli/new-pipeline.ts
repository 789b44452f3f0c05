import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure } from '../contract/error.ts';
import { packageRoot } from '../dist-root.ts';
import { pipelines } from '../installed.generated.ts';
import type { Terminal } from './terminal.ts';

/** Files whose own name npm or git would act upon where they lie. */
const renamed: Readonly<Record<string, string>> = { gitignore: '.gitignore', dockerignore: '.dockerignore' };

/** `reverie new pipeline NAME`: a package that plays at once, in a new folder of `parent`. */
export async function newPipeline(name: string, parent: string, terminal: Terminal): Promise<void> {
  const names = namesOf(name);
  const folder = resolve(parent, names.folder);
  if (existsSync(folder))
    throw failure('E_OPTION_INVALID', `There is a "${names.folder}" here already; nothing was changed.`, {
      folder,
    });
  const template = fileURLToPath(new URL('templates/pipeline/', packageRoot()));
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(template)) {
    const text = await readFile(join(template, file), 'utf8');
    await writeFile(join(folder, renamed[file] ?? file), filledIn(text, names), { flag: 'wx' });
  }
  await linkToThisReverie(folder);
  const shown = `./${relative(parent, folder)}`;
  terminal.print(`${terminal.strong(shown)} is written. Play it, and try its tests:`);
  terminal.print(`  reverie --pipeline-import ${shown} --pipeline ${names.id}`);
  terminal.print(`  npm test --prefix ${shown}`);
}

interface Names {
  /** Of the package, as npm knows it: `@ada/soft-tint`. */
  readonly package: string;
  readonly folder: string;
  /** Of the pipeline: `soft-tint`. */
  readonly id: string;
  /** As people read it: `Soft Tint`. */
  readonly title: string;
}

/**
 * Refuses what npm would refuse later (validate-npm-package-name: at most 214 characters, lower case, URL-safe, no leading dot or
 * underscore, no name of Node itself), and ids that Reverie has.
 */
export function namesOf(name: string): Names {
  const [, scope, own = ''] = /^(?:(@[a-z0-9~-][a-z0-9._~-]*)\/)?([a-z0-9~-][a-z0-9._~-]*)$/.exec(name) ?? [];
  const isReserved = own === 'node_modules' || own === 'favicon.ico' || isBuiltin(own);
  if (own === '' || name.length > 214 || (scope === undefined && isReserved))
    throw invalid(
      name,
      'is no name for a package: lower-case letters, digits, dots, dashes and underscores, as in soft-tint',
    );
  const id = own.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  if (!/^[a-z]/.test(id) || id.length > 64)
    throw invalid(name, 'cannot become the id of a pipeline: it must begin with a letter and be short');
  if (pipelines.some((shipped) => shipped.id === id)) throw invalid(name, 'is a pipeline that Reverie has');
  const title = id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
  return { package: name, folder: own, id, title };
}

function invalid(name: string, words: string): Error {
  return failure('E_OPTION_INVALID', `"${name}" ${words}.`, { given: name });
}

function filledIn(text: string, names: Names): string {
  return text
    .replace('"name": "my-pipeline"', `"name": "${names.package}"`)
    .replaceAll('./my-pipeline', `./${names.folder}`)
    .replaceAll('my-pipeline', names.id)
    .replaceAll('My Pipeline', names.title);
}

/** So that tests and editors find `reverie/…`; Reverie is not on npm. Playing needs no link, so a file system without links is no failure. */
async function linkToThisReverie(folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules'));
  const link = join(folder, 'node_modules', 'reverie');
  await symlink(fileURLToPath(packageRoot()), link, 'junction').catch(() => undefined);
}
