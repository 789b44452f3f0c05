import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import type { Graph, GraphNode } from '../../contract/graph.ts';
import { withPlaces, type ReadEndpoint } from '../../contract/graph-places.ts';
import { graphSchema, linkSchema } from '../../contract/graph.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';

/**
 * A change of the graph. Nodes are merged by id (JSON Merge Patch, RFC 7396, per node: null removes a key); an unknown id adds
 * a node. A removed node takes its links with it. `links` replaces all links; without it they stay.
 */
export const graphPatchSchema = z
  .strictObject({
    nodes: z
      .array(z.object({ id: z.string() }).catchall(z.json()))
      .max(64)
      .default([])
      .describe(
        'Fields to change of nodes that exist, or whole new nodes; `url` stands for adapter and place',
      ),
    removeNodes: z.array(z.string()).max(64).default([]).describe('Ids to take out, with their links'),
    links: z.array(linkSchema).max(256).exactOptional().describe('All links anew; unchanged where left out'),
  })
  .describe('A change of the graph: nodes are merged by id, others stay');

export type GraphPatch = z.infer<typeof graphPatchSchema>;

/** The graph with the change applied. Throws E_GRAPH_INVALID or E_GRAPH_UNKNOWN_NODE with the place. */
export function patchGraph(graph: Graph, patch: GraphPatch, read: ReadEndpoint): Graph {
  for (const id of patch.removeNodes) {
    if (!graph.nodes.some((node) => node.id === id))
      throw failure('E_GRAPH_UNKNOWN_NODE', `There is no node "${id}" to remove`, { node: id });
  }
  const kept = graph.nodes.filter((node) => !patch.removeNodes.includes(node.id));
  const news = connected(patch.nodes, read);
  const changes = new Map(news.map((node) => [node.id, node]));
  const known = new Set(kept.map((node) => node.id));
  const nodes = [
    ...kept.map((node) => mergeNode(node, changes.get(node.id))),
    ...news.filter((node) => !known.has(node.id)),
  ];
  const links =
    patch.links ??
    graph.links.filter(
      (link) => !patch.removeNodes.includes(link.from) && !patch.removeNodes.includes(link.to),
    );
  return checkedGraph({ nodes, links });
}

/** `{ "id": "in", "url": "srt://…" }` is short for an adapter and where in it; further settings beside it stay. */
function connected(nodes: GraphPatch['nodes'], read: ReadEndpoint): GraphPatch['nodes'] {
  const { graph, fault } = withPlaces({ nodes }, read);
  if (fault !== null)
    throw failure('E_GRAPH_INVALID', `Field "${fault.path.join('.')}" of the change: ${fault.message}`, {
      field: fault.path.join('.'),
    });
  return graphPatchSchema.parse(graph).nodes;
}

/** Throws E_GRAPH_INVALID naming the first field that is wrong. */
export function checkedGraph(graph: unknown): Graph {
  const parsed = graphSchema.safeParse(graph);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw failure('E_GRAPH_INVALID', `Field "${field}" of the graph: ${issue?.message ?? 'not valid'}`, {
    field,
  });
}

// Another type or adapter is another thing: what the old one was set to does not fit it.
function mergeNode(node: GraphNode, change: JsonObject | undefined): unknown {
  if (change === undefined) return node;
  if (change['type'] !== undefined && change['type'] !== node.type) return change;
  if (node.type === 'stage') return merge(node, change);
  const another = change['adapter'] !== undefined && change['adapter'] !== node.adapter;
  return merge(another ? { ...node, config: {} } : node, change);
}

function merge(target: JsonObject, change: JsonObject): JsonObject {
  const merged: JsonObject = { ...target };
  for (const [key, value] of Object.entries(change)) {
    const present = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) && isObject(present) ? merge(present, value) : value;
  }
  return merged;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
