import { constants, setPriority } from 'node:os';

/** Lets the show go before what this process does. */
export function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system does not let us; it is then merely less polite.
  }
}
