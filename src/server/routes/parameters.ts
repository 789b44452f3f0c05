import { z } from 'zod';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBodyOf } from '../failures.ts';
import { errorBody, refused } from '../schema/error.ts';
import { parameterList, setRefused, setResult, valuesByAddress } from '../schema/parameter.ts';
import { nodeOf } from './graph.ts';
import { senderOf } from './sender.ts';

export function parameterRoutes(app: App, { engine, show }: ServerDependencies): void {
  const tags = ['parameters'];
  app.get(
    '/parameters',
    {
      schema: {
        tags,
        summary: 'Every parameter with its range and live value',
        querystring: z.object({ node: z.string().exactOptional().describe('Only those of this node') }),
        response: { 200: parameterList, 404: errorBody, ...refused },
      },
    },
    (request) => {
      const { node } = request.query;
      const parameters = show.parameters();
      if (node === undefined) return { parameters };
      const { id } = nodeOf(engine, node);
      return { parameters: parameters.filter((parameter) => parameter.node === id) };
    },
  );
  app.patch(
    '/parameters',
    {
      schema: {
        tags,
        summary: 'Sets values; each address succeeds or fails by itself',
        body: valuesByAddress,
        response: {
          200: setResult,
          422: setRefused.describe('All were refused; the error is that of the first'),
          ...refused,
        },
      },
    },
    (request, reply) => {
      const result = show.set(request.body, senderOf(request));
      const [first] = result.rejected;
      if (first === undefined || result.applied.length + result.scheduled.length > 0) return result;
      reply.code(422);
      return { ...errorBodyOf(first.error), ...result };
    },
  );
}
