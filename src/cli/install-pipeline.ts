import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { failure } from '../contract/error.ts';
import { shippedCatalog } from '../open-catalog.ts';
import type { Options } from '../options.ts';
import { entryLines } from './list-pipelines.ts';
import type { Terminal } from './terminal.ts';

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
  await mkdir(home, { recursive: true, mode: 0o700 });
  const manifest = join(home, 'package.json');
  // Without one npm would take a folder further up for the place to install into.
  if (!existsSync(manifest)) await writeFile(manifest, '{ "name": "reverie-home", "private": true }\n');
  const what = existsSync(from) ? resolve(from) : from;
  await npm(['install', '--prefix', home, '--ignore-scripts', '--no-audit', '--no-fund', '--', what], home);
  const catalog = shippedCatalog();
  await catalog.scan({ imports: [], home });
  await catalog.settled();
  for (const entry of catalog.entries().filter(({ origin }) => origin === 'package'))
    for (const line of entryLines(entry, terminal)) terminal.print(line);
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
