import { readFileSync } from 'node:fs';

/**
 * Whether a process stands still by SIGSTOP, as Linux tells in the third field of /proc/PID/stat (proc_pid_stat(5)); elsewhere
 * that cannot be told from one that is busy. Its name, in parentheses, may hold anything. One that a debugger holds is `t`.
 */
export function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.startsWith(' T ', stat.lastIndexOf(')') + 1);
  } catch {
    return false;
  }
}
