import { z } from 'zod';
import { obsRuleListSchema, obsRuleSchema } from '../../contract/obs.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { obsReport, obsRuleState } from '../schema/obs.ts';

const tags = ['obs'];
const params = z.object({ id: z.string() });
const config = { invalid: 'E_OBS_RULE' } as const;

/** How OBS is, and the rules between it and the show. */
export function obsRuleRoutes(app: App, { obs }: ServerDependencies): void {
  app.get(
    '/obs',
    {
      schema: {
        tags,
        summary: 'How OBS is, what it has, and the rules between it and the show',
        response: { 200: obsReport, ...refused },
      },
    },
    () => obs.report(),
  );
  app.put(
    '/obs/rules',
    {
      config,
      schema: {
        tags,
        summary: 'Replaces all rules',
        body: z.strictObject({ rules: obsRuleListSchema }),
        response: { 200: obsReport, 422: errorBody.describe('`E_OBS_RULE`'), ...refused },
      },
    },
    (request) => obs.replace(request.body.rules),
  );
  app.put(
    '/obs/rules/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Adds a rule, or takes the place of the one with this id',
        params,
        body: obsRuleSchema,
        response: { 200: obsRuleState, 422: errorBody.describe('`E_OBS_RULE`'), ...refused },
      },
    },
    (request) => obs.put({ ...request.body, id: request.params.id }),
  );
  app.delete(
    '/obs/rules/:id',
    {
      schema: {
        tags,
        summary: 'Takes a rule out',
        params,
        response: {
          204: z.null().describe('Done'),
          404: errorBody.describe('`E_OBS_RULE_UNKNOWN`'),
          ...refused,
        },
      },
    },
    (request, reply) => {
      obs.remove(request.params.id);
      reply.code(204);
      return null;
    },
  );
}
