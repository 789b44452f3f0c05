import type { Graph, GraphNode } from '../contract/graph.ts';

/** What has to happen to make one graph into another. */
export interface GraphDiff {
  readonly added: readonly GraphNode[];
  readonly removed: readonly string[];
  /** Runs other code or another configuration: a new runner is warmed and takes over. */
  readonly swapped: readonly GraphNode[];
  /** What takes no other runner: fallback, rate of calls, how a source's or sink's picture is cropped, turned and fitted. */
  readonly adjusted: readonly GraphNode[];
}

/** Pure: names what differs; links are compared where they are wired. */
export function diffGraph(before: Graph, after: Graph): GraphDiff {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const kept = new Set(after.nodes.map((node) => node.id));
  const added: GraphNode[] = [];
  const swapped: GraphNode[] = [];
  const adjusted: GraphNode[] = [];
  for (const node of after.nodes) {
    const present = old.get(node.id);
    if (present === undefined || identity(present) !== identity(node)) added.push(node);
    else if (running(present) !== running(node)) swapped.push(node);
    else if (JSON.stringify(present) !== JSON.stringify(node)) adjusted.push(node);
  }
  const retyped = new Set(added.map((node) => node.id));
  const removed = before.nodes.map((node) => node.id).filter((id) => !kept.has(id) || retyped.has(id));
  return { added, removed, swapped, adjusted };
}

/** What a node cannot change while it stays the same node: its part, and how its link is paced. */
function identity(node: GraphNode): string {
  return node.type === 'source' ? `${node.type} ${node.pacing}` : node.type;
}

/** The part of a node that its runner was opened with. */
function running(node: GraphNode): string {
  switch (node.type) {
    case 'source':
      return JSON.stringify([node.adapter, node.config]);
    case 'stage':
      return JSON.stringify([node.pipeline, node.aspect]);
    case 'sink':
      return JSON.stringify([node.adapter, node.config, node.rateHz]);
  }
}
