import type { FrameMemory } from './frame-memory.ts';

/** What a daemon's segments are called; a number follows. */
export function segmentPrefix(pid: number, startedAt: string): string {
  return `/reverie-${pid}-${startedAt}-`;
}

const segmentName = /^\/reverie-(\d+)-(\w+)-\d+$/;

/**
 * Removes segments whose ledger is gone with their daemon's home: those named after a process that does not live, or is another
 * than at that time, and that nobody holds. Returns how many there were.
 */
export function sweepOrphans(memory: FrameMemory, startOf: (pid: number) => string | null): number {
  const orphans = memory.names().filter((name) => {
    const owner = segmentName.exec(name);
    return owner !== null && startOf(Number(owner[1])) !== owner[2];
  });
  return orphans.filter((name) => memory.removeLeftover(name)).length;
}
