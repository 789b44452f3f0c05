import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isShipped, medianLines, overBudget } from './budgets/judge.ts';
import { measure, type FileMeasure } from './budgets/measure.ts';

// `npm run budgets`: sizes of files and functions, and the type any, against what the house allows itself.
const root = resolve(import.meta.dirname, '..');
const folders = ['src', 'adapters', 'pipelines', 'panel', 'scripts', 'bench', 'tests'];

const files = folders.flatMap(sourcesIn).map((path) => measure(path, readFileSync(join(root, path), 'utf8')));
const faults = overBudget(files);
for (const fault of faults) console.log(fault);
console.log(summary(files.filter((file) => isShipped(file.path))));
process.exitCode = faults.length > 0 ? 1 : 0;

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
    .map((path) => join(folder, path).replaceAll('\\', '/'));
}

function summary(shipped: readonly FileMeasure[]): string {
  const longestFile = Math.max(0, ...shipped.filter((file) => !file.isDataTable).map((file) => file.lines));
  const longestFunction = Math.max(0, ...shipped.flatMap((file) => file.functions.map((each) => each.lines)));
  return `${shipped.length} files, median ${medianLines(shipped)} lines, longest ${longestFile}; longest function ${longestFunction}`;
}
