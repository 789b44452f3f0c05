import { failure } from '../../contract/error.ts';
import type { App } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
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
}
