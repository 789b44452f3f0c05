import { failure } from '../contract/error.ts';
import { graphSchema, type Graph, type GraphLink, type GraphNode } from '../contract/graph.ts';
import type { JsonObject } from '../contract/json.ts';

export interface EndOverride {
  readonly adapter: string;
  readonly config: JsonObject;
}

/** What the command line wants otherwise for this run: `--in`, `--pipeline`, `--out`. */
export interface GraphOverrides {
  readonly source?: EndOverride;
  readonly pipeline?: string;
  readonly sink?: EndOverride;
}

/** Puts the overrides into a graph, and takes them out again before it is saved. */
export class Overrides {
  readonly #wanted: GraphOverrides;
  /** Nodes that are not as they were saved: how they play, and what they were (null: not there). */
  readonly #changed = new Map<string, { readonly playing: GraphNode; readonly saved: GraphNode | null }>();

  constructor(wanted: GraphOverrides) {
    this.#wanted = wanted;
  }

  /** The graph to play. Throws where there is nothing that an override could change. */
  apply(saved: Graph): Graph {
    this.#changed.clear();
    let graph = saved;
    const { source, pipeline, sink } = this.#wanted;
    if (pipeline !== undefined) graph = withPipeline(graph, pipeline);
    if (source !== undefined) graph = withEnd(graph, 'source', source);
    if (sink !== undefined) graph = withEnd(graph, 'sink', sink);
    for (const node of graph.nodes) {
      const before = saved.nodes.find((each) => each.id === node.id) ?? null;
      if (before !== node) this.#changed.set(node.id, { playing: node, saved: before });
    }
    return graph;
  }

  /** The graph to save: nodes that still are as the command line made them go back to what they were. */
  remove(playing: Graph): Graph {
    const gone = new Set<string>();
    const nodes = playing.nodes.flatMap((node) => {
      const change = this.#changed.get(node.id);
      if (change === undefined || JSON.stringify(node) !== JSON.stringify(change.playing)) return [node];
      if (change.saved === null) gone.add(node.id);
      return change.saved === null ? [] : [change.saved];
    });
    return { nodes, links: playing.links.filter((link) => !gone.has(link.from) && !gone.has(link.to)) };
  }
}

function withPipeline(graph: Graph, pipeline: string): Graph {
  const stage = graph.nodes.find((node) => node.type === 'stage');
  if (stage === undefined)
    throw failure(
      'E_OPTION_INVALID',
      'The show has no stage, so there is nothing that --pipeline could change',
    );
  return {
    nodes: graph.nodes.map((node) => (node === stage ? { ...stage, pipeline } : node)),
    links: graph.links,
  };
}

function withEnd(graph: Graph, type: 'source' | 'sink', end: EndOverride): Graph {
  const present = graph.nodes.find((node) => node.type === type);
  if (present !== undefined) {
    const fresh = endNode(type, present.id, end);
    return { nodes: graph.nodes.map((node) => (node === present ? fresh : node)), links: graph.links };
  }
  const node = endNode(type, freeId(graph, type === 'source' ? 'in' : 'out'), end);
  const link = endLink(graph, type, node.id);
  return { nodes: [...graph.nodes, node], links: link === null ? graph.links : [...graph.links, link] };
}

function endNode(type: 'source' | 'sink', id: string, { adapter, config }: EndOverride): GraphNode {
  const [node] = graphSchema.parse({ nodes: [{ id, type, adapter, config }], links: [] }).nodes;
  if (node === undefined) throw new Error('a graph of one node has a node');
  return node;
}

// A new source feeds the first stage where its input is free; a new sink shows the last stage.
function endLink(graph: Graph, type: 'source' | 'sink', id: string): GraphLink | null {
  const stages = graph.nodes.filter((node) => node.type === 'stage');
  const stage = type === 'source' ? stages[0] : stages.at(-1);
  if (stage === undefined) return null;
  if (type === 'sink') return { from: stage.id, fromPort: 'video', to: id, toPort: 'video' };
  const isFed = graph.links.some((link) => link.to === stage.id && link.toPort === 'video');
  return isFed ? null : { from: id, fromPort: 'video', to: stage.id, toPort: 'video' };
}

function freeId(graph: Graph, wanted: string): string {
  const taken = new Set(graph.nodes.map((node) => node.id));
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? wanted : `${wanted}-${count}`;
    if (!taken.has(id)) return id;
  }
}
