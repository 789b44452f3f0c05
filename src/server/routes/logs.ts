import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { logPage, logQuery } from '../schema/logs.ts';

export function logsRoute(app: App, { logs }: ServerDependencies): void {
  app.get(
    '/logs',
    {
      schema: {
        tags: ['state'],
        summary: 'What the daemon and its runners logged lately',
        querystring: logQuery,
        response: {
          200: logPage,
          400: errorBody.describe('`E_HTTP_INVALID`: a parameter does not fit'),
          ...refused,
        },
      },
    },
    (request) => logs.read(request.query),
  );
}
