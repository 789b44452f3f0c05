import { readdirSync, readFileSync } from 'node:fs';

/** Ticks a second of the times in /proc (proc(5)): 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of CPU that each thread of a process has taken since it began, by thread id: name and time. proc(5). */
export function cpuOfThreads(pid: number): Map<number, { readonly name: string; readonly cpuMs: number }> {
  const threads = readdirSync(`/proc/${pid}/task`).map(Number);
  return new Map(
    threads.flatMap((thread) => {
      const stat = readIf(`/proc/${pid}/task/${thread}/stat`);
      return stat === null ? [] : [[thread, { name: nameIn(stat), cpuMs: cpuIn(stat) }] as const];
    }),
  );
}

/** Milliseconds of CPU that a process has taken, threads that ended since included. */
export function cpuOf(pid: number): number {
  return cpuIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Megabytes; pages that several processes map count in shares. */
export function pssMb(pid: number): number {
  const kb = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kb) / 1024;
}

export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
export const threads = (pid: number): number => readdirSync(`/proc/${pid}/task`).length;

/** Fields 14 and 15; the name in field 2 may hold anything, so they are counted from behind it. */
function cpuIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

const nameIn = (stat: string): string => stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));

/** Null for a thread that ended a moment ago. */
function readIf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
