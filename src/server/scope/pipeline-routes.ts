import type { App, ServerDependencies } from '../dependencies.ts';
import { senderOf } from '../routes/sender.ts';
import { errorBody, refused } from '../schema/error.ts';
import { chainOf } from './chain.ts';
import { scopePipeline, type ScopePipeline } from './descriptor-schema.ts';
import { readLoad, type Loads } from './loads.ts';
import { loadAnswer, loadBody, loadStatus, pipelineSchemas } from './shapes.ts';

const tags = ["Scope's dialect"];

export function pipelineRoutes(app: App, deps: ServerDependencies, loads: Loads): void {
  app.get(
    '/pipelines/schemas',
    {
      schema: {
        tags,
        summary: 'Pipelines with their parameters, in the shape of Daydream Scope',
        response: { 200: pipelineSchemas, ...refused },
      },
    },
    () => ({ pipelines: { ...schemasOf(deps) } }),
  );
  app.post(
    '/pipeline/load',
    {
      schema: {
        tags,
        summary: 'Puts pipelines in a row where the stages of the graph are; what plays already plays on',
        body: loadBody,
        response: {
          200: loadAnswer,
          422: errorBody.describe('`E_GRAPH_UNKNOWN_PIPELINE`, or why the graph cannot be'),
          507: errorBody,
          ...refused,
        },
      },
    },
    async (request) => {
      const sender = { ...senderOf(request), strictness: 'coerce' as const };
      await loads.load(readLoad(request.body), sender);
      return { message: 'The pipelines load; GET /api/v1/pipeline/status says how far they are' };
    },
  );
  app.get(
    '/pipeline/status',
    {
      schema: {
        tags,
        summary: 'Whether the stages play, are loading, or cannot, with the reason',
        response: { 200: loadStatus, ...refused },
      },
    },
    () => loads.status(),
  );
}

/** What plays comes first: Scope's page starts with the first, and a viewer must not swap the show by looking. */
function schemasOf({ catalog, show }: ServerDependencies): Record<string, ScopePipeline> {
  const descriptors = catalog().flatMap((entry) => (entry.available ? [entry.descriptor] : []));
  const graph = show.graph();
  const main = chainOf(graph, (id) => descriptors.find((each) => each.id === id)?.usage ?? [])?.main;
  const node = graph.nodes.find(({ id }) => id === main);
  const playing = node?.type === 'stage' ? node.pipeline : null;
  const ordered = [
    ...descriptors.filter(({ id }) => id === playing),
    ...descriptors.filter(({ id }) => id !== playing),
  ];
  return Object.fromEntries(ordered.map((descriptor) => [descriptor.id, scopePipeline(descriptor)]));
}
