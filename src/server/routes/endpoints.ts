import { z } from 'zod';
import type { EndpointPlace } from '../../contract/endpoint.ts';
import { failure } from '../../contract/error.ts';
import type { GraphNode } from '../../contract/graph.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { endpointList, endpointWish } from '../schema/endpoint.ts';
import { errorBody, refused } from '../schema/error.ts';
import { checkedGraph } from '../schema/graph-patch.ts';
import { nodeStatus } from '../schema/status.ts';
import { nodeOf } from './graph.ts';
import { senderOf } from './sender.ts';

const tags = ['endpoints'];
const picture = { schema: { type: 'string', format: 'binary' } };

/** Everything that can be picked as a source or sink, a picture of it, and the picking. */
export function endpointRoutes(app: App, { endpoints, engine, show }: ServerDependencies): void {
  app.get(
    '/endpoints',
    {
      schema: {
        tags,
        summary: 'Everything that can be picked; looks for it for some seconds',
        querystring: z.object({
          wait: z.coerce
            .number()
            .min(0)
            .max(10)
            .default(1.5)
            .describe('Seconds after which it answers with what was found, where searches go on'),
        }),
        response: { 200: endpointList, ...refused },
      },
    },
    (request) => endpoints.search(request.query.wait * 1000),
  );
  app.get(
    '/endpoints/thumbnail',
    {
      schema: {
        tags,
        summary: 'A picture of something that can be picked, also while nothing plays it',
        querystring: z.object({ url: z.string().min(1).max(4096) }),
        response: {
          200: { description: 'The picture', content: { 'image/jpeg': picture } },
          404: errorBody.describe('`E_ENDPOINT_UNKNOWN`: it is not in the list'),
          503: errorBody.describe(
            '`E_ENDPOINT_PICTURE`: it gave no frame in time, or may not be opened for one',
          ),
          ...refused,
        },
      },
    },
    async (request, reply) => {
      const still = await endpoints.thumbnail(request.query.url);
      return reply
        .header('cache-control', 'no-store')
        .type(still.contentType)
        .send(Buffer.from(still.bytes.buffer, still.bytes.byteOffset, still.bytes.byteLength));
    },
  );
  app.put(
    '/nodes/:id/endpoint',
    {
      schema: {
        tags,
        summary: 'Connects a source or sink to something else; it plays on until that has its first frame',
        params: z.object({ id: z.string() }),
        body: endpointWish,
        response: {
          200: nodeStatus,
          404: errorBody.describe('`E_HTTP_NOT_FOUND`: the graph has no such node'),
          400: errorBody.describe('`E_OPTION_INVALID`: no adapter knows the URL'),
          422: errorBody.describe('`E_GRAPH_…`: the node stays as it is'),
          ...refused,
        },
      },
    },
    async (request) => {
      const { id } = nodeOf(engine, request.params.id);
      const { url, config, force } = request.body;
      const place = endpoints.read(url);
      const graph = show.graph();
      const nodes = graph.nodes.map((node) => (node.id === id ? connected(node, place, config) : node));
      await show.setGraph(checkedGraph({ ...graph, nodes }), senderOf(request));
      if (force) await engine.takeOver(id);
      return nodeOf(engine, id);
    },
  );
}

/** Of the same adapter its other settings stay. */
function connected(node: GraphNode, place: EndpointPlace, config: JsonObject): GraphNode {
  if (node.type === 'stage')
    throw failure('E_GRAPH_INVALID', `"${node.id}" is a stage; only sources and sinks have an endpoint`);
  const kept = node.adapter === place.adapter ? node.config : {};
  return { ...node, adapter: place.adapter, config: { ...kept, ...place.config, ...config } };
}
