import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import type { App } from '../dependencies.ts';
import type { Json } from '../openapi-schemas.ts';
import { errorBody, refused } from '../schema/error.ts';
import { socketSchema } from '../socket/schema.ts';
import type { Sessions } from '../socket/sessions.ts';

export function socketRoute(app: App, sessions: Sessions): void {
  app.route({
    method: 'GET',
    url: '/ws',
    schema: {
      tags: ['parameters'],
      summary: 'WebSocket: values, commands and events; docs/reference/websocket.md tells the messages',
      response: { 426: errorBody.describe('`E_HTTP_UPGRADE`: open it as a WebSocket'), ...refused },
    },
    handler: () => {
      throw failure('E_HTTP_UPGRADE', '/api/v1/ws is a WebSocket');
    },
    wsHandler: (socket) => sessions.open(socket),
  });
  let made: Promise<Json> | null = null;
  app.get(
    '/ws/schema',
    {
      schema: {
        tags: ['parameters'],
        summary: 'JSON Schema of what is said on the WebSocket',
        response: { 200: z.looseObject({}).describe('JSON Schema 2020-12'), ...refused },
      },
    },
    () => (made ??= socketSchema()),
  );
}
