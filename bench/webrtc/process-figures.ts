import { readdirSync, readFileSync } from 'node:fs';

/** Ticks a second of the times in /proc (proc(5)): 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of CPU that each thread of a process has taken since it began, by thread id. proc(5). */
export function cpuOfThreads(pid: number): Map<number, number> {
  const ids = readdirSync(`/proc/${pid}/task`).map(Number);
  return new Map(
    ids.flatMap((id) => {
      const stat = readIf(`/proc/${pid}/task/${id}/stat`);
      return stat === null ? [] : [[id, cpuIn(stat)] as const];
    }),
  );
}

/** Milliseconds of CPU that a process has taken, threads that ended since included. */
export function cpuOf(pid: number): number {
  return cpuIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** What a process holds. */
export interface Holdings {
  /**
   * Megabytes, shared pages in shares. Without pages of files: their shares change whenever another Node starts or ends
   * somewhere on the machine.
   */
  readonly pssMb: number;
  readonly files: number;
  readonly threads: number;
}

export function holdingsOf(pid: number): Holdings {
  const smaps = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(smaps)?.[1]);
  return {
    pssMb: (kb('Pss_Anon') + kb('Pss_Shmem')) / 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
  };
}

/** Fields 14 and 15; the name in field 2 may hold anything, so they are counted from behind it. */
function cpuIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Null for a thread that ended a moment ago. */
function readIf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
