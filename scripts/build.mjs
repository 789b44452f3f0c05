// Builds `dist/` where a source is newer, mirroring the tree. Plain Node, like setup.mjs, which calls it.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What is built from what: each part is built again where one of its files changed, or the part is not there. */
const parts = [
  {
    name: 'code',
    folders: ['src', 'adapters', 'pipelines'],
    files: ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/build.mjs'],
    output: 'src',
    make: makeCode,
  },
  {
    name: 'panel',
    folders: ['panel', 'src/client'],
    files: ['package-lock.json', 'scripts/build.mjs'],
    output: 'panel',
    make: makePanel,
  },
];
const stampFile = (root, part) => join(root, 'dist', `.${part.name}.stamp.json`);

/** False where a compiler found something wrong. */
export function build(root, say) {
  return parts.every((part) => buildPart(root, part, say));
}

function buildPart(root, part, say) {
  const stamp = stampFile(root, part);
  const now = fingerprints(root, part);
  const isThere = existsSync(stamp) && existsSync(join(root, 'dist', part.output));
  const before = isThere ? JSON.parse(readFileSync(stamp, 'utf8')) : {};
  const changed = Object.keys(now).filter((path) => now[path] !== before[path]);
  const gone = Object.keys(before).filter((path) => !(path in now));
  if (changed.length === 0 && gone.length === 0) return true;

  say(`building ${part.name} (${changed.length} changed, ${gone.length} gone)`);
  // What a failed build wrote may be of two versions; without the stamp the next start builds again.
  rmSync(stamp, { force: true });
  if (!part.make(root, Object.keys(now), gone)) return false;
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify(now));
  return true;
}

function makeCode(root, present, gone) {
  for (const path of gone) removeOutput(root, path);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!succeeds(root, [tsc, '-p', 'tsconfig.build.json'])) return false;
  for (const path of present.filter(isAsset)) copyAsset(root, path);
  chmodSync(join(root, 'dist', 'src', 'cli.js'), 0o755);
  return true;
}

/** The web panel and the dock, by Vite: dist/panel/ with names that carry the hash of their content; then the page of the output. */
function makePanel(root) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const output = ['panel/output', '--config', 'panel/vite.output.config.ts'];
  return [['panel'], output].every((what) => succeeds(root, [vite, 'build', ...what, '--logLevel', 'warn']));
}

function succeeds(root, args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** Size and time of change of everything the build reads. */
function fingerprints(root, { folders, files }) {
  const found = {};
  const note = (path) => {
    const { mtimeMs, size } = statSync(join(root, path));
    found[path] = `${mtimeMs}:${size}`;
  };
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (!path.endsWith('.md')) note(path);
    }
  };
  folders.forEach(walk);
  files.forEach(note);
  return found;
}

/** Pages, pictures and data that code reads beside itself. */
function isAsset(path) {
  return !path.endsWith('.ts') && parts[0].folders.some((folder) => path.startsWith(`${folder}/`));
}

function copyAsset(root, path) {
  mkdirSync(dirname(join(root, 'dist', path)), { recursive: true });
  cpSync(join(root, path), join(root, 'dist', path));
}

/** An adapter that was deleted must not stay in dist. */
function removeOutput(root, path) {
  const stem = join(root, 'dist', path.replace(/\.ts$/, ''));
  const outputs = path.endsWith('.ts') ? ['.js', '.js.map', '.d.ts'].map((end) => stem + end) : [stem];
  for (const output of outputs) rmSync(output, { force: true });
}
