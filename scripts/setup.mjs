// Makes a fresh clone ready to run: Node version, packages, build, and for tests their peers. Plain Node, because it runs
// before anything is installed. Says one line for each thing it does and nothing where nothing is to do.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const inCi = process.env.CI === 'true';

/** Throws a SetupError, with words for the user, where something cannot be made ready. */
export function setUp({ withPeers = false } = {}) {
  checkNode();
  if (withPeers) installPeers();
  installPackages();
  if (!build(root, say)) throw new SetupError('The build failed, see the lines above.');
}

export class SetupError extends Error {}

/** Runs a script's main part and shows a SetupError as plain words. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`setup: ${error.message}`);
    process.exit(1);
  }
}

function say(line) {
  console.log(`setup: ${line}`);
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = engines.node.replace('>=', '');
  if (isOlder(process.versions.node, wanted)) {
    throw new SetupError(
      `Reverie needs Node ${wanted} or newer; this is ${process.versions.node}. Install a newer one and try again.`,
    );
  }
}

function isOlder(version, wanted) {
  const [is, than] = [version, wanted].map((text) => text.split('.').map(Number));
  const at = is.findIndex((part, index) => part !== than[index]);
  return at !== -1 && is[at] < than[at];
}

function installPackages() {
  if (packagesMatch()) return;
  say('installing packages (npm install)');
  // Without install scripts: those of onnxruntime-node and node-av would fetch GPU libraries and builds that are not needed to run.
  // Not `npm ci`: npm 11 refuses a lock that lacks optional packages of other platforms. --no-save keeps the lock as it is.
  const words = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, ...words]] : ['npm', words];
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    throw new SetupError(`npm install failed${error ? `: ${error.message}` : ''}. See the lines above.`);
}

/** npm notes what it installed in node_modules/.package-lock.json; packages of other platforms are missing there by right. */
function packagesMatch() {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (installed === null || wanted === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const present = installed[path];
    return present === undefined
      ? entry.optional === true || entry.devOptional === true
      : present.version === entry.version;
  });
}

function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : null;
}

/** Programs that tests talk to. Where they cannot be installed the tests that need them say so and skip; in CI that is an error. */
function installPeers() {
  const peers = JSON.parse(readFileSync(join(root, 'scripts', 'peers.json'), 'utf8'));
  const missing = () => peers.filter((peer) => !isThere(peer));
  const wanted = missing();
  if (wanted.length === 0) return;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0)
    aptInstall(wanted.flatMap((peer) => peer.package.split(' ')));
  const still = missing();
  for (const peer of still)
    say(
      `${peer.module ?? peer.command} is missing (Debian: apt-get install ${peer.package}); it is for ${peer.for}`,
    );
  if (still.length > 0 && inCi)
    throw new SetupError('In CI nothing is skipped, so every peer must be there.');
}

function aptInstall(packages) {
  say(`installing ${packages.join(', ')} (apt-get)`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  } catch (error) {
    say(`apt-get failed: ${error.message}`);
  }
}

/** A program with the file it needs, or a module of Python's. Debian's Python is named by its path: another one would not see Debian's modules. */
function isThere({ command, module, file }) {
  if (file !== undefined && !existsSync(file)) return false;
  if (module !== undefined) return spawnSync(command, ['-c', `import ${module}`]).status === 0;
  return (process.env.PATH ?? '')
    .split(':')
    .some((folder) => folder !== '' && existsSync(join(folder, command)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(() => setUp({ withPeers: process.argv.includes('--peers') }));
}
