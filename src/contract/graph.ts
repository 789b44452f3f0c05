import { z } from 'zod';
import { isNodeId } from './address.ts';
import { failure, type ReverieError } from './error.ts';

const id = z.string().describe('Lower-case letters, digits and dashes, unique in the graph');
const port = z.string().default('video');
const aspect = z
  .enum(['fill', 'fit', 'stretch'])
  .default('fill')
  .describe('How a picture of another shape is put into the wanted size');
const config = z.record(z.string(), z.json()).default({});
const part = z.number().min(0).max(0.99).default(0);
const geometry = {
  crop: z
    .strictObject({ left: part, top: part, right: part, bottom: part })
    .refine(({ left, right, top, bottom }) => left + right < 1 && top + bottom < 1, 'it leaves nothing')
    .default({ left: 0, top: 0, right: 0, bottom: 0 })
    .describe('Parts of the picture that are cut off, before it is turned'),
  rotate: z
    .union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])
    .default(0)
    .describe('Degrees clockwise'),
  flip: z
    .enum(['none', 'horizontal', 'vertical', 'both'])
    .default('none')
    .describe('Mirrored, after it was turned'),
};
const sourcePicture = z.strictObject({
  ...geometry,
  aspect: z
    .enum(['fill', 'fit', 'stretch'])
    .nullable()
    .default(null)
    .describe(
      'How it is put into the size that the consumers want; null leaves that to adapter and consumers',
    ),
  maxRateHz: z
    .number()
    .min(1)
    .max(240)
    .nullable()
    .default(null)
    .describe('Frames a second at most; those beyond are skipped and counted'),
});
const sinkPicture = z.strictObject(geometry);

export const sourceNode = z.strictObject({
  id,
  type: z.literal('source'),
  adapter: z.string(),
  config,
  /** `lockstep` makes the source wait until each frame was taken; for rendering and benches, not for shows. */
  pacing: z.enum(['live', 'lockstep']).default('live'),
  /** Changes while it plays, without another runner. */
  picture: sourcePicture.exactOptional().describe('Crop, turn, flip, aspect and rate cap'),
});
export const stageNode = z.strictObject({
  id,
  type: z.literal('stage'),
  pipeline: z.string(),
  aspect,
  fallback: z
    .enum(['hold', 'bypass', 'slate'])
    .default('hold')
    .describe('What its consumers see while it is down'),
  rateHz: z.number().min(1).max(240).default(30).describe('Calls a second where it needs no input'),
  force: z.boolean().default(false).describe('Load it even where GPU memory looks too small'),
});
export const sinkNode = z.strictObject({
  id,
  type: z.literal('sink'),
  adapter: z.string(),
  config,
  aspect,
  rateHz: z.number().min(1).max(10_000).default(60).describe('Frames a second at most'),
  picture: sinkPicture.exactOptional().describe('Crop, turn and flip'),
});

export const nodeSchema = z.discriminatedUnion('type', [sourceNode, stageNode, sinkNode]);
export const linkSchema = z.strictObject({ from: z.string(), fromPort: port, to: z.string(), toPort: port });
export const graphSchema = z.strictObject({
  nodes: z.array(nodeSchema).max(64),
  links: z.array(linkSchema).max(256),
});

export type StageNode = z.infer<typeof stageNode>;
export type GraphNode = z.infer<typeof nodeSchema>;
export type GraphLink = z.infer<typeof linkSchema>;
export type Graph = z.infer<typeof graphSchema>;

/** What the check of a graph needs to know of what is installed. */
export interface GraphCatalog {
  /** Port names, or null where no such pipeline is installed. */
  pipelinePorts(
    id: string,
  ): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } | null;
  adapterPlays(id: string, role: 'source' | 'sink'): boolean;
  /** The first thing wrong with a configuration, or null. */
  configError(adapter: string, config: Readonly<Record<string, unknown>>): string | null;
}

/** The first thing wrong with a graph, or null. Pure, so that nothing changes before the whole graph is known to be good. */
export function graphError(graph: Graph, catalog: GraphCatalog): ReverieError | null {
  return nodeErrors(graph, catalog) ?? linkErrors(graph, catalog) ?? cycleError(graph);
}

function nodeErrors(graph: Graph, catalog: GraphCatalog): ReverieError | null {
  const seen = new Set<string>();
  for (const node of graph.nodes) {
    if (!isNodeId(node.id))
      return failure(
        'E_GRAPH_DUPLICATE_NODE',
        `"${node.id}" cannot be a node id: lower-case letters, digits, dashes, and no reserved word`,
        { node: node.id },
      );
    if (seen.has(node.id))
      return failure('E_GRAPH_DUPLICATE_NODE', `Two nodes are called "${node.id}"`, { node: node.id });
    seen.add(node.id);
    if (node.type === 'stage') {
      if (catalog.pipelinePorts(node.pipeline) === null)
        return failure(
          'E_GRAPH_UNKNOWN_PIPELINE',
          `Node "${node.id}" wants pipeline "${node.pipeline}", which is not installed`,
          { node: node.id },
        );
      continue;
    }
    if (!catalog.adapterPlays(node.adapter, node.type))
      return failure(
        'E_GRAPH_UNKNOWN_ADAPTER',
        `Node "${node.id}" wants adapter "${node.adapter}" as a ${node.type}; there is none`,
        { node: node.id },
      );
    const wrong = catalog.configError(node.adapter, node.config);
    if (wrong !== null)
      return failure('E_GRAPH_CONFIG', `Configuration of node "${node.id}": ${wrong}`, { node: node.id });
  }
  return null;
}

function linkErrors(graph: Graph, catalog: GraphCatalog): ReverieError | null {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const fed = new Set<string>();
  for (const link of graph.links) {
    for (const end of [link.from, link.to]) {
      if (!nodes.has(end))
        return failure('E_GRAPH_UNKNOWN_NODE', `A link names node "${end}", which is not in the graph`, {
          node: end,
        });
    }
    if (!portsOf(nodes.get(link.from), catalog).outputs.includes(link.fromPort))
      return failure('E_GRAPH_BAD_PORT', `Node "${link.from}" has no output "${link.fromPort}"`, {
        node: link.from,
        port: link.fromPort,
      });
    if (!portsOf(nodes.get(link.to), catalog).inputs.includes(link.toPort))
      return failure('E_GRAPH_BAD_PORT', `Node "${link.to}" has no input "${link.toPort}"`, {
        node: link.to,
        port: link.toPort,
      });
    const input = `${link.to}.${link.toPort}`;
    if (fed.has(input))
      return failure(
        'E_GRAPH_BAD_PORT',
        `Input "${link.toPort}" of node "${link.to}" has two links; it takes one`,
        { node: link.to, port: link.toPort },
      );
    fed.add(input);
  }
  return null;
}

function portsOf(
  node: GraphNode | undefined,
  catalog: GraphCatalog,
): { inputs: readonly string[]; outputs: readonly string[] } {
  if (node === undefined) return { inputs: [], outputs: [] };
  if (node.type === 'source') return { inputs: [], outputs: ['video'] };
  if (node.type === 'sink') return { inputs: ['video'], outputs: [] };
  return catalog.pipelinePorts(node.pipeline) ?? { inputs: [], outputs: [] };
}

function cycleError(graph: Graph): ReverieError | null {
  const order = graphOrder(graph);
  if (order.length === graph.nodes.length) return null;
  const circle = graph.nodes.map((node) => node.id).filter((node) => !order.includes(node));
  return failure('E_GRAPH_CYCLE', `The links run in a circle through ${circle.join(', ')}`, {
    nodes: circle,
  });
}

/** Node ids with every producer before its consumers, else in the order given; nodes in a circle are left out. */
export function graphOrder(graph: Graph): string[] {
  const waiting = new Map(
    graph.nodes.map((node) => [node.id, graph.links.filter((link) => link.to === node.id).length]),
  );
  const order: string[] = [];
  for (;;) {
    const next = graph.nodes.find((node) => waiting.get(node.id) === 0);
    if (next === undefined) return order;
    order.push(next.id);
    waiting.delete(next.id);
    for (const link of graph.links) {
      const count = waiting.get(link.to);
      if (link.from === next.id && count !== undefined) waiting.set(link.to, count - 1);
    }
  }
}
