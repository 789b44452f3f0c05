import { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which segments this daemon has made, written before they are, so that the next start can remove what a killed daemon left.
 * One file a daemon, named by its pid and start time: a pid that was given to another program is told apart by the latter.
 */
export class Ledger {
  readonly #folder: string;
  readonly #file: string;

  constructor(folder: string, pid: number, startedAt: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#file = join(folder, `${pid}-${startedAt}.segments`);
  }

  note(name: string): void {
    appendFileSync(this.#file, `${name}\n`);
  }

  close(): void {
    rmSync(this.#file, { force: true });
  }

  /** Hands every name of daemons that are gone to `remove`, then forgets them. Returns how many were really there. */
  sweep(remove: (name: string) => boolean, startOf: (pid: number) => string | null): number {
    let removed = 0;
    for (const entry of readdirSync(this.#folder)) {
      const owner = /^(\d+)-(\w+)\.segments$/.exec(entry);
      if (owner === null || startOf(Number(owner[1])) === owner[2]) continue;
      const path = join(this.#folder, entry);
      for (const name of readFileSync(path, 'utf8').split('\n')) {
        if (name !== '' && remove(name)) removed += 1;
      }
      rmSync(path, { force: true });
    }
    return removed;
  }
}

/**
 * When a process started, in its system's own units, or null where there is none. Linux: field 22 of /proc/PID/stat (proc(5));
 * elsewhere only whether it lives can be told.
 */
export function processStart(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    } catch {
      return null;
    }
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : null;
  }
}
