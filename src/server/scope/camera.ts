import type { Graph, GraphNode } from '../../contract/graph.ts';
import { feederOf, shownSink } from './chain.ts';

export interface CameraPlan {
  /** The very graph that was given unless a source has to be another. */
  readonly graph: Graph;
  /** Source nodes that the client's lines are to feed, one each. */
  readonly feeds: readonly string[];
}

/**
 * Where the pictures go that a client sends. A source that waits for WebRTC takes them; a test pattern that nobody chose gives
 * way; anything else stays what it is, and the session says so: its feed is asked for nevertheless, so that the reason is in
 * its report. Pure.
 */
export function planCamera(graph: Graph, lines: number, taken: ReadonlySet<string>): CameraPlan {
  const sources = sourcesShownFirst(graph);
  const waiting = sources.filter((node) => isWebrtc(node) && !taken.has(node.id)).map(({ id }) => id);
  const [first] = sources;
  if (waiting.length > 0 || first === undefined) return { graph, feeds: waiting.slice(0, lines) };
  if (!isUnchosen(first)) return { graph, feeds: [first.id] };
  const camera: GraphNode = { ...first, adapter: 'webrtc', config: {} };
  const nodes = graph.nodes.map((node) => (node.id === first.id ? camera : node));
  return { graph: { ...graph, nodes }, feeds: [first.id] };
}

type SourceNode = Extract<GraphNode, { type: 'source' }>;

/** The source of what the audience sees comes first. */
function sourcesShownFirst(graph: Graph): SourceNode[] {
  let at = shownSink(graph.nodes);
  for (let next = at; next !== null; next = feederOf(graph, next)) at = next;
  const sources = graph.nodes.filter((node) => node.type === 'source');
  return [...sources.filter(({ id }) => id === at), ...sources.filter(({ id }) => id !== at)];
}

function isWebrtc(node: SourceNode): boolean {
  return node.adapter === 'webrtc';
}

/** The pattern of a new show: nobody said which one. */
function isUnchosen({ adapter, config }: SourceNode): boolean {
  return adapter === 'test-pattern' && config['pattern'] === undefined && config['message'] === undefined;
}
