import type { App, ServerDependencies } from '../dependencies.ts';
import { activityPage, activityQuery } from '../schema/activity.ts';
import { errorBody, refused } from '../schema/error.ts';

export function activityRoute(app: App, { show }: ServerDependencies): void {
  app.get(
    '/activity',
    {
      schema: {
        tags: ['state'],
        summary: 'What arrived lately, from whom, what it did and why it was refused',
        querystring: activityQuery,
        response: {
          200: activityPage,
          400: errorBody.describe('`E_HTTP_INVALID`: a parameter does not fit'),
          ...refused,
        },
      },
    },
    (request) => show.activity.read(request.query),
  );
}
