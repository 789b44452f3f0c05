import { execFile } from 'node:child_process';
import type { GpuReport } from '../../contract/hardware.ts';

/** Runs nvidia-smi and gives its output; rejects where it is missing, fails or hangs. */
export type NvidiaSmi = (args: readonly string[]) => Promise<string>;

const TIMEOUT_MS = 5_000;
const MEBIBYTE = 1024 * 1024;

export const runNvidiaSmi: NvidiaSmi = (args) =>
  new Promise((resolve, reject) => {
    execFile('nvidia-smi', [...args], { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' }, (error, output) => {
      if (error === null) resolve(output);
      else reject(error);
    });
  });

/** Asks for index, name, total memory, free memory and driver, the memory in MiB without unit. */
export const smiQuery = [
  '--query-gpu=index,name,memory.total,memory.free,driver_version',
  '--format=csv,noheader,nounits',
] as const;

/** One GPU a line; lines that do not tell the memory ([N/A], error text) are left out and counted. */
export function parseSmi(output: string): { readonly gpus: readonly GpuReport[]; readonly unread: number } {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const gpus = lines.map(parseLine).filter((gpu) => gpu !== null);
  return { gpus, unread: lines.length - gpus.length };
}

function parseLine(line: string): GpuReport | null {
  const fields = line.split(',').map((field) => field.trim());
  // Names may hold commas: count from both ends.
  const index = whole(fields[0]);
  const total = whole(fields.at(-3));
  const free = whole(fields.at(-2));
  const driver = fields.at(-1) ?? '';
  const name = fields.slice(1, -3).join(', ');
  if (index === null || total === null || free === null || name === '' || driver === '') return null;
  return { index, name, totalMemoryBytes: total * MEBIBYTE, freeMemoryBytes: free * MEBIBYTE, driver };
}

function whole(field: string | undefined): number | null {
  return field !== undefined && /^\d+$/.test(field) ? Number(field) : null;
}
