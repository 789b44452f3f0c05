import type { FileMeasure } from './measure.ts';

export const limits = { medianLines: 120, fileLines: 500, functionLines: 80 } as const;

/** Lines about what is over budget, empty where all is well. The median counts what ships, tests not. */
export function overBudget(files: readonly FileMeasure[]): string[] {
  const shipped = medianLines(files.filter((file) => isShipped(file.path)));
  const tooLong =
    shipped > limits.medianLines
      ? [`the median file has ${shipped} lines; the budget is ${limits.medianLines}`]
      : [];
  return [...tooLong, ...files.flatMap(faultsOf)];
}

function faultsOf(file: FileMeasure): string[] {
  const faults = file.anyLines.map((line) => `${file.path}:${line} says any`);
  if (file.lines > limits.fileLines && !file.isDataTable)
    faults.push(`${file.path} has ${file.lines} lines; the cap is ${limits.fileLines}`);
  // A test file is one long list of cases; its length is judged by the cap on files.
  if (file.path.startsWith('tests/')) return faults;
  for (const { name, line, lines } of file.functions) {
    if (lines > limits.functionLines)
      faults.push(`${file.path}:${line} ${name} has ${lines} lines; the cap is ${limits.functionLines}`);
  }
  return faults;
}

export function isShipped(path: string): boolean {
  return /^(src|adapters|pipelines|panel)\//.test(path);
}

export function medianLines(files: readonly FileMeasure[]): number {
  const sorted = files
    .filter((file) => !file.isDataTable)
    .map((file) => file.lines)
    .sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
