import { constants, setPriority } from 'node:os';

/** Whatever it takes: it runs where nobody else wants to, and on a machine that is full hardly ever. */
export const whenIdle = constants.priority.PRIORITY_LOW;
/** A tenth of what a busy process gets: on a machine that is full it is slow, and does not starve. */
export const slowly = constants.priority.PRIORITY_BELOW_NORMAL;

/** Lets the show go before what this process does. */
export function lowerPriority(pid: number | undefined, priority: number): void {
  try {
    if (pid !== undefined) setPriority(pid, priority);
  } catch {
    // It has ended already, or the system does not let us; it is then merely less polite.
  }
}
