import type { NodeStatus } from '../../../src/contract/engine-api.ts';

/** Nodes whose last change failed while the old process plays on, each with the pid of that process. */
export type FailedChanges = ReadonlyMap<string, number>;

export const noFailedChanges: FailedChanges = new Map();

/** What one report of a node says of it after the last: a fault is new, and the process that plays is still the same. */
export function withReport(failed: FailedChanges, was: NodeStatus, is: NodeStatus): FailedChanges {
  const next = new Map(failed);
  if (is.pid !== failed.get(is.id)) next.delete(is.id);
  const newFault = is.fault !== null && is.fault.at !== was.fault?.at;
  if (newFault && is.pid !== null && is.pid === was.pid && is.fault?.pid !== is.pid) next.set(is.id, is.pid);
  return next;
}
