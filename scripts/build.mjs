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

const sourceFolders = ['src', 'adapters', 'pipelines'];
const configFiles = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/build.mjs'];

/** False where the compiler found something wrong. */
export function build(root, say) {
  const stampFile = join(root, 'dist', '.stamp.json');
  const now = fingerprints(root);
  const before = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const changed = Object.keys(now).filter((path) => now[path] !== before[path]);
  const gone = Object.keys(before).filter((path) => !(path in now));
  if (changed.length === 0 && gone.length === 0) return true;

  say(`building (${changed.length} changed, ${gone.length} gone)`);
  for (const path of gone) removeOutput(root, path);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    // What it wrote may be of two versions; without the stamp the next start builds again.
    rmSync(stampFile, { force: true });
    return false;
  }
  for (const path of Object.keys(now).filter(isAsset)) copyAsset(root, path);
  chmodSync(join(root, 'dist', 'src', 'cli.js'), 0o755);
  writeFileSync(stampFile, JSON.stringify(now));
  return true;
}

/** Size and time of change of everything the build reads. */
function fingerprints(root) {
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
  sourceFolders.forEach(walk);
  configFiles.forEach(note);
  return found;
}

/** Pages, pictures and data that code reads beside itself. */
function isAsset(path) {
  return !path.endsWith('.ts') && !configFiles.includes(path);
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
