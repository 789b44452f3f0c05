import { z } from 'zod';
import type { App, ServerDependencies } from '../dependencies.ts';
import { metricsOf } from '../metrics.ts';
import { refused } from '../schema/error.ts';
import type { StateReader } from './status.ts';

export function metricsRoute(app: App, deps: ServerDependencies, read: StateReader): void {
  const metrics = metricsOf(deps, read);
  app.addHook('onClose', async () => metrics.close());
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['state'],
        summary: 'Prometheus text format',
        response: {
          200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } },
          ...refused,
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
