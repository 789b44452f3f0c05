import { isNodeId } from '../../contract/address.ts';
import type { Graph, GraphLink, GraphNode, StageNode } from '../../contract/graph.ts';
import type { PipelineDescriptor } from '../../contract/pipeline.ts';

/** One entry of a load: a pipeline, and the name that the client has for its node. */
export interface WantedStage {
  readonly node: string | null;
  readonly pipeline: string;
}

export interface ChainEdit {
  /** The very graph that was given where it plays this already. */
  readonly graph: Graph;
  /** The stage of each wanted pipeline, in the order wanted. */
  readonly stages: readonly string[];
}

type UsageOf = (pipeline: string) => PipelineDescriptor['usage'];

/** The stages that a Scope client plays: a row, video to video, with the main one in it. */
export interface Chain {
  readonly ids: readonly string[];
  readonly main: string;
}

/** The row of stages around the main one, as far as nothing branches off; null where the graph has no stage. */
export function chainOf(graph: Graph, usageOf: UsageOf): Chain | null {
  const stages = new Set(graph.nodes.filter((node) => node.type === 'stage').map((node) => node.id));
  const main = stages.has('main') ? 'main' : mainBefore(graph, stages, usageOf);
  if (main === null) return null;
  const ids = [main];
  for (let at = feederOf(graph, main); at !== null && stages.has(at); at = feederOf(graph, at)) {
    if (consumersOf(graph, at).length > 1) break;
    ids.unshift(at);
  }
  for (let at = onlyConsumer(graph, main); at !== null && stages.has(at); at = onlyConsumer(graph, at))
    ids.push(at);
  return { ids, main };
}

/**
 * The graph with these pipelines in a row where its stages are now. What is wanted and plays already plays on under its id;
 * sources, sinks and other branches stay. Pure.
 */
export function withChain(graph: Graph, wanted: readonly WantedStage[], usageOf: UsageOf): ChainEdit {
  const present = chainOf(graph, usageOf);
  const stages = assign(graph, present, wanted, usageOf);
  if (present !== null && plays(graph, present.ids, stages, wanted)) return { graph, stages };
  const gone = new Set(present?.ids ?? []);
  const rest = graph.nodes.filter((node) => !gone.has(node.id));
  const row = stages.map((id, index) => stageNode(graph, id, wanted[index]?.pipeline ?? ''));
  const ends = present === null ? newEnds(rest) : null;
  const nodes = [...(ends?.nodes ?? rest)];
  const firstSink = nodes.findIndex((node) => node.type === 'sink');
  nodes.splice(firstSink < 0 ? nodes.length : firstSink, 0, ...row);
  const links = ends === null ? relinked(graph, present?.ids ?? [], stages) : linkedEnds(graph, ends, stages);
  return { graph: { nodes, links }, stages };
}

/** The stage nearest to what the audience sees that is made to be the main one, else the nearest. */
function mainBefore(graph: Graph, stages: ReadonlySet<string>, usageOf: UsageOf): string | null {
  const pipelines = new Map(
    graph.nodes.flatMap((node) => (node.type === 'stage' ? [[node.id, node.pipeline] as const] : [])),
  );
  const row: string[] = [];
  const sink = shownSink(graph.nodes);
  for (let at = sink === null ? null : feederOf(graph, sink); at !== null; at = feederOf(graph, at))
    if (stages.has(at)) row.push(at);
  const candidates = row.length > 0 ? row : [...stages];
  return candidates.find((id) => usageOf(pipelines.get(id) ?? '').includes('main')) ?? candidates[0] ?? null;
}

/** Which stage plays which wanted pipeline. The main one keeps its id, whatever it played before. */
function assign(
  graph: Graph,
  present: Chain | null,
  wanted: readonly WantedStage[],
  usageOf: UsageOf,
): string[] {
  const pipelineOf = (id: string): string | null => {
    const node = graph.nodes.find((each) => each.id === id);
    return node?.type === 'stage' ? node.pipeline : null;
  };
  const main = mainWanted(wanted, present === null ? null : pipelineOf(present.main), usageOf);
  const kept = new Set(present?.ids ?? []);
  const taken = new Set(graph.nodes.map((node) => node.id).filter((id) => !kept.has(id)));
  const mainId = present?.main ?? (taken.has('main') ? null : 'main');
  if (mainId !== null) taken.add(mainId);
  return wanted.map((each, index) => {
    if (index === main && mainId !== null) return mainId;
    const again = [...kept].find((id) => !taken.has(id) && pipelineOf(id) === each.pipeline);
    const id = again ?? freshId(each, taken);
    taken.add(id);
    return id;
  });
}

/** Preprocessors come first in a load, so that of several that could be the main one, the last is; one that plays as such stays it. */
function mainWanted(wanted: readonly WantedStage[], playing: string | null, usageOf: UsageOf): number {
  const same = wanted.findIndex((each) => each.pipeline === playing);
  if (same >= 0) return same;
  return Math.max(
    0,
    wanted.findLastIndex((each) => usageOf(each.pipeline).includes('main')),
  );
}

function plays(
  graph: Graph,
  present: readonly string[],
  stages: readonly string[],
  wanted: readonly WantedStage[],
): boolean {
  return (
    present.length === stages.length &&
    stages.every((id, index) => {
      const node = graph.nodes.find((each) => each.id === id);
      return present[index] === id && node?.type === 'stage' && node.pipeline === wanted[index]?.pipeline;
    })
  );
}

function freshId({ node, pipeline }: WantedStage, taken: ReadonlySet<string>): string {
  const name = [node, pipeline].find((id) => id !== null && isNodeId(id) && !taken.has(id));
  if (name !== undefined && name !== null) return name;
  for (let number = 2; ; number += 1) if (!taken.has(`stage-${number}`)) return `stage-${number}`;
}

function stageNode(graph: Graph, id: string, pipeline: string): StageNode {
  const present = graph.nodes.find((node) => node.id === id);
  if (present?.type === 'stage')
    return present.pipeline === pipeline ? present : { ...present, pipeline, force: false };
  return { id, type: 'stage', pipeline, aspect: 'fill', fallback: 'hold', rateHz: 30, force: false };
}

/** Whatever fed the old row feeds the new one, and whatever took its pictures takes the new one's. */
function relinked(graph: Graph, before: readonly string[], stages: readonly string[]): GraphLink[] {
  const [first, last] = [before[0], before.at(-1)];
  const old = new Set(before);
  const input = graph.links.find((link) => link.to === first && !old.has(link.from));
  const source = graph.nodes.find((node) => node.type === 'source')?.id;
  const from = input?.from ?? source;
  const outside = graph.links.filter((link) => !old.has(link.from) && !old.has(link.to));
  const outputs = graph.links.filter((link) => link.from === last && !old.has(link.to));
  const tail = stages.at(-1) ?? '';
  return [
    ...outside,
    ...rowLinks(from === undefined ? stages : [from, ...stages]),
    ...outputs.map((link) => ({ ...link, from: tail })),
  ];
}

interface Ends {
  readonly nodes: readonly GraphNode[];
  readonly source: string;
  readonly sink: string;
}

/** A graph without stages gets what the row needs at its ends, where that is missing. */
function newEnds(rest: readonly GraphNode[]): Ends {
  const source = rest.find((node) => node.type === 'source') ?? firstSource(freeOf(rest, 'in'));
  const shown = shownSink(rest);
  const sink = rest.find((node) => node.id === shown) ?? firstSink(freeOf(rest, 'out'));
  const nodes = [...(rest.includes(source) ? [] : [source]), ...rest, ...(rest.includes(sink) ? [] : [sink])];
  return { nodes, source: source.id, sink: sink.id };
}

function linkedEnds(graph: Graph, ends: Ends, stages: readonly string[]): GraphLink[] {
  const others = graph.links.filter((link) => link.to !== ends.sink);
  return [...others, ...rowLinks([ends.source, ...stages, ends.sink])];
}

export function firstSource(id: string): GraphNode {
  return { id, type: 'source', adapter: 'test-pattern', config: { counter: false }, pacing: 'live' };
}

export function firstSink(id: string): GraphNode {
  return { id, type: 'sink', adapter: 'stills', config: {}, aspect: 'fill', rateHz: 60 };
}

function freeOf(nodes: readonly GraphNode[], id: string): string {
  return nodes.some((node) => node.id === id) ? `${id}-2` : id;
}

export function rowLinks(row: readonly string[]): GraphLink[] {
  return row
    .slice(1)
    .map((to, index) => ({ from: row[index] ?? '', fromPort: 'video', to, toPort: 'video' }));
}

/** The sink that the audience sees: `out`, else the first. */
export function shownSink(nodes: readonly GraphNode[]): string | null {
  const sinks = nodes.filter((node) => node.type === 'sink');
  return (sinks.find((node) => node.id === 'out') ?? sinks[0])?.id ?? null;
}

export function feederOf(graph: Graph, id: string): string | null {
  return graph.links.find((link) => link.to === id)?.from ?? null;
}

function consumersOf(graph: Graph, id: string): string[] {
  return graph.links.filter((link) => link.from === id).map((link) => link.to);
}

function onlyConsumer(graph: Graph, id: string): string | null {
  const [first, ...more] = consumersOf(graph, id);
  return first !== undefined && more.length === 0 ? first : null;
}
