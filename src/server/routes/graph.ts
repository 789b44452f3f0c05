import { z } from 'zod';
import type { NodeStatus } from '../../contract/engine-api.ts';
import type { EngineApi } from '../../contract/engine-api.ts';
import { failure } from '../../contract/error.ts';
import { graphSchema, nodeSchema } from '../../contract/graph.ts';
import { plainGraph, writtenGraphSchema } from '../../contract/graph-places.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { senderOf } from './sender.ts';
import { errorBody, refused } from '../schema/error.ts';
import { graphPatchSchema, patchGraph } from '../schema/graph-patch.ts';
import { parameterState } from '../schema/parameter.ts';
import { nodeLog, nodeStatus } from '../schema/status.ts';

const tags = ['graph'];
const graphRefused = {
  422: errorBody.describe('`E_GRAPH_…`: the graph stays as it is'),
  507: errorBody,
  ...refused,
};

export function graphRoutes(app: App, { endpoints, show }: ServerDependencies): void {
  app.get(
    '/graph',
    { schema: { tags, summary: 'The graph now playing', response: { 200: graphSchema, ...refused } } },
    () => show.graph(),
  );
  app.put(
    '/graph',
    {
      config: { invalid: 'E_GRAPH_INVALID' },
      schema: {
        tags,
        summary: 'Makes the running graph equal to this one; what did not change plays on',
        body: writtenGraphSchema,
        response: { 200: graphSchema, ...graphRefused },
      },
    },
    (request) =>
      show.setGraph(
        plainGraph(request.body, (url) => endpoints.read(url)),
        senderOf(request),
      ),
  );
  app.patch(
    '/graph',
    {
      config: { invalid: 'E_GRAPH_INVALID' },
      schema: {
        tags,
        summary: 'Changes some nodes or links; the others play on',
        body: graphPatchSchema,
        response: { 200: graphSchema, ...graphRefused },
      },
    },
    (request) => {
      const graph = patchGraph(show.graph(), request.body, (url) => endpoints.read(url));
      return show.setGraph(graph, senderOf(request));
    },
  );
}

const nodeParams = z.object({ id: z.string() });
const nodeReport = z.object({
  node: nodeSchema.nullable(),
  status: nodeStatus,
  parameters: z.array(parameterState),
  log: nodeLog,
});
const noSuchNode = errorBody.describe('`E_HTTP_NOT_FOUND`: the graph has no such node');

export function nodeRoutes(app: App, { engine, show }: ServerDependencies): void {
  app.get(
    '/nodes/:id',
    {
      schema: {
        tags,
        summary: 'One node: its place in the graph, state, parameters and what its runner said last',
        params: nodeParams,
        response: { 200: nodeReport, 404: noSuchNode, ...refused },
      },
    },
    (request) => {
      const status = nodeOf(engine, request.params.id);
      return {
        node: show.graph().nodes.find((node) => node.id === status.id) ?? null,
        status,
        parameters: show.parameters().filter((parameter) => parameter.node === status.id),
        log: engine.log(status.id),
      };
    },
  );
  app.post(
    '/nodes/:id/reload',
    {
      schema: {
        tags,
        summary: 'Warm reload of a stage, restart of a source or sink; answers once the new one plays',
        params: nodeParams,
        response: { 200: nodeStatus, 404: noSuchNode, 503: errorBody, ...refused },
      },
    },
    async (request) => {
      const { id } = nodeOf(engine, request.params.id);
      await engine.reload(id);
      return nodeOf(engine, id);
    },
  );
}

/** Throws E_HTTP_NOT_FOUND naming the nodes there are. */
export function nodeOf(engine: EngineApi, id: string): NodeStatus {
  const { nodes } = engine.status();
  const node = nodes.find((candidate) => candidate.id === id);
  if (node !== undefined) return node;
  const ids = nodes.map((candidate) => candidate.id);
  throw failure('E_HTTP_NOT_FOUND', `There is no node "${id}"; there are ${ids.join(', ')}`, {
    node: id,
    nodes: ids,
  });
}
