import type { EngineApi, NodeStatus } from '../../contract/engine-api.ts';
import { failure } from '../../contract/error.ts';
import type { Graph } from '../../contract/graph.ts';
import { publishedName } from '../../contract/published-name.ts';
import { nodeOf } from '../routes/graph.ts';

/** The source that is fed under a name: `cam1` of `whip:cam1`, else a node's id. Throws `E_HTTP_NOT_FOUND`, `E_SESSION_SOURCE`. */
export function fedSource(engine: EngineApi, graph: Graph, name: string): string {
  const id = named(graph, 'source', name) ?? name;
  const node = engine.status().nodes.find((each) => each.id === id);
  if (node === undefined) throw nothingFed(graph, name);
  if (node.role !== 'source' || node.module !== 'webrtc')
    throw failure('E_SESSION_SOURCE', `Node "${id}" is ${node.module} and takes no picture from WebRTC`);
  return id;
}

/** The node that is watched under a name: `program` of the sink `whep:program`, else a node's id. Throws `E_HTTP_NOT_FOUND`. */
export function watchedNode(engine: EngineApi, graph: Graph, name: string): NodeStatus {
  return nodeOf(engine, named(graph, 'sink', name) ?? name);
}

function named(graph: Graph, role: 'source' | 'sink', name: string): string | null {
  return webRtcNodes(graph, role).find(({ config }) => publishedName(config) === name)?.id ?? null;
}

function webRtcNodes({ nodes }: Graph, role: 'source' | 'sink') {
  return nodes.flatMap((node) =>
    node.type !== 'stage' && node.type === role && node.adapter === 'webrtc' ? [node] : [],
  );
}

function nothingFed(graph: Graph, name: string): Error {
  const paths = webRtcNodes(graph, 'source').map(({ id, config }) => `/whip/${publishedName(config) ?? id}`);
  const others = paths.length === 0 ? '' : `; there are ${paths.join(', ')}`;
  return failure(
    'E_HTTP_NOT_FOUND',
    `No source is fed by /whip/${name}: pick whip:${name} as a source first${others}`,
    {
      name,
      paths,
    },
  );
}
