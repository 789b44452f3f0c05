import type { Graph } from '../../../src/contract/graph.ts';

export interface Place {
  readonly node: string;
  /** Id of the pipeline or adapter. */
  readonly module: string;
}

/** The nodes in the order of the picture's way: each after all that feed it. */
export function inOrder({ nodes, links }: Graph): Place[] {
  const order: Place[] = [];
  const placed = new Set<string>();
  const waiting = [...nodes];
  while (waiting.length > 0) {
    const free = waiting.findIndex(({ id }) => links.every(({ from, to }) => to !== id || placed.has(from)));
    // A circle cannot play; where one is shown all the same, it is shown as it came.
    const [node] = waiting.splice(Math.max(0, free), 1);
    if (node === undefined) break;
    placed.add(node.id);
    order.push({ node: node.id, module: node.type === 'stage' ? node.pipeline : node.adapter });
  }
  return order;
}
