import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { pendingCommand } from '../schema/tempo.ts';
import { commandsRefused } from './commands.ts';
import { senderOf } from './sender.ts';

const tags = ['tempo'];
const gone = z.null().describe('Taken back');

/** Commands that wait: `at` puts them there. */
export function scheduleRoutes(app: App, { show }: ServerDependencies): void {
  app.get(
    '/schedule',
    {
      schema: {
        tags,
        summary: 'Commands that wait for their time, the next one first',
        response: { 200: z.object({ pending: z.array(pendingCommand).readonly() }), ...refused },
      },
    },
    () => ({ pending: show.schedule.list() }),
  );
  app.delete(
    '/schedule',
    { schema: { tags, summary: 'Takes back all of them', response: { 204: gone, ...refused } } },
    (request, reply) => {
      show.execute([{ kind: 'cancel', id: null }], senderOf(request));
      reply.code(204);
      return null;
    },
  );
  app.delete(
    '/schedule/:id',
    {
      schema: {
        tags,
        summary: 'Takes one back',
        params: z.object({ id: z.string().max(40) }),
        response: { 204: gone, 404: errorBody.describe('`E_SCHEDULE_UNKNOWN`'), ...refused },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      if (commandsRefused(show.execute([{ kind: 'cancel', id }], senderOf(request))) !== null)
        throw failure('E_SCHEDULE_UNKNOWN', `No command "${id}" is waiting`, { id });
      reply.code(204);
      return null;
    },
  );
}
