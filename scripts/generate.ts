import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generatedFiles } from './generators/files.ts';

// `npm run generate` writes the generated files; with --check it only says which ones are stale.
const root = resolve(import.meta.dirname, '..');
const checkOnly = process.argv.includes('--check');
let stale = 0;

for (const { path, text } of await generatedFiles(root)) {
  if (present(resolve(root, path)) === text) continue;
  stale += 1;
  if (!checkOnly) writeFileSync(resolve(root, path), text);
  console.log(checkOnly ? `stale: ${path} (run: npm run generate)` : `written: ${path}`);
}
if (stale === 0) console.log('generated files are up to date');
process.exitCode = checkOnly && stale > 0 ? 1 : 0;

function present(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
