import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { failure } from '../contract/error.ts';
import { packageIn } from '../engine/outside/manifest.ts';
import { shippedCatalog } from '../open-catalog.ts';
import type { Options } from '../options.ts';
import { entryLines } from './list-pipelines.ts';
import type { Terminal } from './terminal.ts';

const homePackage = z.looseObject({ dependencies: z.record(z.string(), z.string()).default({}) });

/**
 * `reverie install pipeline --from WHAT`: lets npm put a package into the home folder, where every start finds it. WHAT is a folder
 * (which is linked, so that changes count at once), a packed .tgz, or whatever else npm takes. Install scripts do not run.
 */
export async function installPipeline(
  from: string | null,
  options: Options,
  terminal: Terminal,
): Promise<void> {
  if (from === null)
    throw failure(
      'E_OPTION_INVALID',
      'Install which? `reverie install pipeline --from ./folder`, or FILE.tgz',
    );
  const { home } = options;
  const what = await source(from);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const manifest = join(home, 'package.json');
  // Without one npm would take a folder further up for the place to install into.
  if (!existsSync(manifest)) await writeFile(manifest, '{ "name": "reverie-home", "private": true }\n');
  const before = new Set(await packagesOf(manifest));
  await npm(['install', '--prefix', home, '--ignore-scripts', '--no-audit', '--no-fund', '--', what], home);
  const catalog = shippedCatalog();
  await catalog.scan({ imports: [], home });
  await catalog.settled();
  const found = catalog.entries().filter(({ origin }) => origin === 'package');
  for (const entry of found) for (const line of entryLines(entry, terminal)) terminal.print(line);
  const folders = new Set(found.map((entry) => entry.from));
  const added = (await packagesOf(manifest)).filter((name) => !before.has(name));
  for (const name of added.filter((each) => !folders.has(join(home, 'node_modules', each))))
    throw failure(
      'E_INSTALL',
      `"${name}" is installed and is no pipeline: its package.json lacks the keyword "reverie-pipeline". ` +
        `Take it out again: npm uninstall --prefix ${home} ${name}`,
    );
}

/** What npm is to install. A path is meant from here, while npm runs in the home folder; what is not here it would look for there. */
async function source(from: string): Promise<string> {
  if (existsSync(from)) {
    const path = resolve(from);
    if (!(await stat(path)).isDirectory() || (await packageIn(path)).length > 0) return path;
    throw failure(
      'E_INSTALL',
      `${from} is no pipeline: it has no package.json with the keyword "reverie-pipeline". ` +
        '`reverie new pipeline NAME` writes one that has.',
    );
  }
  if (/^(?:\.{1,2}(?:[\\/]|$)|[\\/]|~)|\.tgz$/.test(from) && !/^[a-z+]+:/i.test(from))
    throw failure('E_INSTALL', `There is no ${from} here. Give a folder, a .tgz, or what npm knows.`);
  return from;
}

/** Names that npm was asked to install into the home folder. */
async function packagesOf(manifest: string): Promise<readonly string[]> {
  const text = await readFile(manifest, 'utf8');
  return Object.keys(homePackage.parse(JSON.parse(text)).dependencies);
}

function npm(words: readonly string[], home: string): Promise<void> {
  const own = process.env['npm_execpath'];
  const [command, args] =
    own?.endsWith('.js') === true ? [process.execPath, [own, ...words]] : ['npm', words];
  return new Promise((done, reject) => {
    const child = spawn(command, args, {
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
    child.once('error', (error) =>
      reject(
        failure(
          'E_INSTALL',
          `npm could not be started: ${error.message}. Install npm, or put the package into ${join(home, 'node_modules')} by hand.`,
        ),
      ),
    );
    child.once('close', (code) => {
      if (code === 0) return done();
      const words = said
        .split('\n')
        .filter((line) => line.startsWith('npm error') && !line.includes('complete log'));
      reject(
        failure(
          'E_INSTALL',
          `npm ended with ${code}: ${words.join('; ').replaceAll('npm error ', '')}. Or put the package into ${join(home, 'node_modules')} by hand.`,
        ),
      );
    });
  });
}
