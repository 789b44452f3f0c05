import type { NodeStatus } from './engine-api.ts';

/** The node whose picture the audience sees: `out`, else another sink, else what is nearest to one. Null where nothing makes pictures. */
export function shownNodeOf(nodes: readonly NodeStatus[]): string | null {
  const shown =
    nodes.find((candidate) => candidate.id === 'out' && candidate.role === 'sink') ??
    nodes.find((candidate) => candidate.role === 'sink') ??
    nodes.findLast((candidate) => candidate.role === 'stage') ??
    nodes.find((candidate) => candidate.role === 'source');
  return shown?.id ?? null;
}
