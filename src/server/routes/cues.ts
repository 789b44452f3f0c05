import { z } from 'zod';
import { cueChangeSchema, cueLimit, cueListSchema, cueSchema, newCueSchema } from '../../contract/cue.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';

const tags = ['cues'];
const params = z.object({ id: z.string() });
const list = z
  .object({
    cues: z.array(cueSchema).readonly(),
    position: z.int().describe('The cue that went last, from 1; 0 is before the first'),
  })
  .meta({ id: 'CueList' });
const unknown = { 404: errorBody.describe('`E_CUE_UNKNOWN`'), ...refused };
const config = { invalid: 'E_CUE_INVALID' } as const;

/** The cue list as a resource. It is played at `/cue/go`, `/cue/back` and `/cue`. */
export function cueRoutes(app: App, { show: { cues } }: ServerDependencies): void {
  app.get('/cues', { schema: { tags, summary: 'The cue list', response: { 200: list, ...refused } } }, () =>
    cues.state(),
  );
  app.put(
    '/cues',
    {
      config,
      schema: {
        tags,
        summary: 'Replaces the list; the cue that went last stays the present one where it is still in it',
        body: z.strictObject({ cues: cueListSchema }),
        response: { 200: list, ...refused },
      },
    },
    (request) => cues.replace(request.body.cues),
  );
  app.post(
    '/cues',
    {
      config,
      schema: {
        tags,
        summary: 'Adds a cue',
        body: newCueSchema.extend({
          index: z.int().min(0).max(cueLimit).optional().describe('Place from 0; left out: at the end'),
        }),
        response: { 201: cueSchema, 422: errorBody, ...refused },
      },
    },
    (request, reply) => {
      const { index, ...cue } = request.body;
      reply.code(201);
      return cues.add(cue, index ?? null);
    },
  );
  app.patch(
    '/cues/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Changes some fields of a cue',
        params,
        body: cueChangeSchema,
        response: { 200: cueSchema, ...unknown },
      },
    },
    (request) => cues.change(request.params.id, request.body),
  );
  app.delete(
    '/cues/:id',
    { schema: { tags, summary: 'Takes a cue out', params, response: { 200: list, ...unknown } } },
    (request) => cues.remove(request.params.id),
  );
}
