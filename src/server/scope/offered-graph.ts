import { isNodeId } from '../../contract/address.ts';
import type { Graph, GraphLink, GraphNode } from '../../contract/graph.ts';
import type { PipelineDescriptor } from '../../contract/pipeline.ts';
import { firstSink, firstSource } from './chain.ts';

export interface OfferedNode {
  readonly id: string;
  readonly type: string;
  readonly pipeline_id?: string | null | undefined;
}

export interface OfferedEdge {
  readonly from: string;
  readonly to_node: string;
  readonly from_port?: string | null | undefined;
  readonly to_port?: string | null | undefined;
  readonly kind?: string | null | undefined;
}

export interface OfferedGraph {
  readonly nodes: readonly OfferedNode[];
  readonly edges: readonly OfferedEdge[];
}

/**
 * A client's graph as ours, for a show that is empty; null where there is no pipeline in it. Its first source, main pipeline and
 * first sink are called `in`, `main` and `out`, as in every show; recorders and plain nodes are left out. Pure.
 */
export function graphFrom(
  offered: OfferedGraph,
  camera: boolean,
  usageOf: (pipeline: string) => PipelineDescriptor['usage'],
): Graph | null {
  const kept = offered.nodes.filter(
    ({ type }) => type === 'source' || type === 'pipeline' || type === 'sink',
  );
  const main = mainOf(kept, usageOf);
  if (main === null) return null;
  const ids = new Map<string, string>();
  const nodes: GraphNode[] = [];
  for (const node of kept) {
    if (ids.has(node.id)) continue;
    const id = idFor(node, node === main, new Set(nodes.map((each) => each.id)));
    ids.set(node.id, id);
    nodes.push(nodeFrom(node, id, camera));
  }
  return { nodes, links: linksFrom(offered.edges, ids) };
}

function mainOf(
  nodes: readonly OfferedNode[],
  usageOf: (pipeline: string) => PipelineDescriptor['usage'],
): OfferedNode | null {
  const pipelines = nodes.filter(({ type }) => type === 'pipeline');
  return (
    pipelines.findLast(({ pipeline_id }) => usageOf(pipeline_id ?? '').includes('main')) ??
    pipelines[0] ??
    null
  );
}

const usualIds: Readonly<Record<string, string>> = { source: 'in', pipeline: 'main', sink: 'out' };

function idFor(node: OfferedNode, isMain: boolean, taken: ReadonlySet<string>): string {
  const usual = node.type !== 'pipeline' || isMain ? (usualIds[node.type] ?? '') : '';
  const reserved = Object.values(usualIds);
  const own = isNodeId(node.id) && !reserved.includes(node.id) ? node.id : '';
  const wish = [usual, own].find((id) => id !== '' && !taken.has(id));
  if (wish !== undefined) return wish;
  for (let number = 2; ; number += 1)
    if (!taken.has(`${node.type}-${number}`)) return `${node.type}-${number}`;
}

function nodeFrom(node: OfferedNode, id: string, camera: boolean): GraphNode {
  if (node.type === 'sink') return firstSink(id);
  if (node.type === 'source') {
    const pattern = firstSource(id);
    return camera ? { id, type: 'source', adapter: 'webrtc', config: {}, pacing: 'live' } : pattern;
  }
  const pipeline = node.pipeline_id ?? '';
  return { id, type: 'stage', pipeline, aspect: 'fill', fallback: 'hold', rateHz: 30, force: false };
}

function linksFrom(edges: readonly OfferedEdge[], ids: ReadonlyMap<string, string>): GraphLink[] {
  return edges.flatMap(({ from, to_node, from_port, to_port, kind }) => {
    const [start, end] = [ids.get(from), ids.get(to_node)];
    const isVideo = (from_port ?? 'video') === 'video' && (to_port ?? 'video') === 'video';
    if (start === undefined || end === undefined || !isVideo || kind === 'parameter') return [];
    return [{ from: start, fromPort: 'video', to: end, toPort: 'video' }];
  });
}
