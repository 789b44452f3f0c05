import { constants, setPriority } from 'node:os';

/**
 * Those who keep the show's time (the daemon, sources, sinks, controllers) run before those who compute: a pipeline that starts
 * or takes both cores must not make an output late. Where the system does not allow it, everybody stays equal.
 */
export function raisePriority(): void {
  prefer(constants.priority.PRIORITY_ABOVE_NORMAL);
}

/** A child inherits its parent's; one that only starts or computes must not have it. */
export function normalPriority(): void {
  prefer(constants.priority.PRIORITY_NORMAL);
}

function prefer(priority: number): void {
  try {
    setPriority(priority);
  } catch {
    // Raising needs root, CAP_SYS_NICE or a limit that allows it on Linux and macOS; see docs/decisions/who-runs-first.md.
  }
}
