import { z } from 'zod';
import type { EngineApi } from '../../contract/engine-api.ts';
import { failure } from '../../contract/error.ts';
import { mattes } from '../../contract/packed-matte.ts';
import { shownNodeOf } from '../../contract/shown-node.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { showPictures } from '../socket/preview.ts';
import type { SocketTally } from '../socket/tally.ts';
import { nodeOf } from './graph.ts';

const tags = ['pictures'];
const node = z.string().exactOptional().describe('A node id; unless given, what `out` shows');
const picture = { schema: { type: 'string', format: 'binary' } };

export function frameRoute(app: App, { engine }: ServerDependencies): void {
  app.get(
    '/frame',
    {
      schema: {
        tags,
        summary: 'The newest picture of a node',
        querystring: z.object({
          node,
          format: z.enum(['png', 'jpeg']).default('jpeg'),
          size: z.coerce.number().int().min(16).max(8192).exactOptional().describe('Longest side in pixels'),
          quality: z.coerce.number().int().min(1).max(100).default(85).describe('Of a JPEG'),
        }),
        response: {
          200: { description: 'The picture', content: { 'image/jpeg': picture, 'image/png': picture } },
          404: errorBody.describe('`E_HTTP_NOT_FOUND`: no such node'),
          503: errorBody.describe('`E_FRAME_NONE`: it has not made a frame yet'),
          ...refused,
        },
      },
    },
    async (request, reply) => {
      const { format, size, quality } = request.query;
      const id = shownNode(engine, request.query.node);
      const still = await engine.still(id, { format, maxSide: size ?? null, quality });
      return reply
        .header('cache-control', 'no-store')
        .header('x-reverie-sequence', String(still.sequence))
        .type(still.contentType)
        .send(Buffer.from(still.bytes.buffer, still.bytes.byteOffset, still.bytes.byteLength));
    },
  );
}

export function previewRoute(app: App, { engine }: ServerDependencies, tally: SocketTally): void {
  app.route({
    method: 'GET',
    url: '/preview',
    schema: {
      tags,
      summary: 'WebSocket: the pictures of a node, one binary JPEG a message, the newest only',
      querystring: z.object({
        node,
        paced: z
          .stringbool()
          .default(false)
          .describe('The viewer answers each picture with a message; at most two are on their way then'),
        matte: z
          .enum(mattes)
          .default('none')
          .describe('`packed`: twice as high, colours (premultiplied) above and their matte below'),
      }),
      response: {
        426: errorBody.describe('`E_HTTP_UPGRADE`: open it as a WebSocket'),
        404: errorBody,
        ...refused,
      },
    },
    preValidation: async (request) => {
      if (!request.ws) throw failure('E_HTTP_UPGRADE', `${request.url} is a WebSocket`);
    },
    preHandler: async (request) => {
      shownNode(engine, request.query.node);
    },
    handler: () => {
      throw failure('E_HTTP_UPGRADE', 'This is a WebSocket');
    },
    wsHandler: (socket, request) => {
      const stop = engine.preview(
        shownNode(engine, request.query.node),
        showPictures(socket, request.query.paced, tally),
        request.query.matte,
      );
      tally.previews += 1;
      socket.on('close', () => {
        tally.previews -= 1;
        stop();
      });
    },
  });
}

/** The node that is asked for, else the one whose picture the audience sees. Throws where there is none. */
function shownNode(engine: EngineApi, id: string | undefined): string {
  if (id !== undefined) return nodeOf(engine, id).id;
  const shown = shownNodeOf(engine.status().nodes);
  if (shown === null) throw failure('E_HTTP_NOT_FOUND', 'The graph has no node that makes pictures');
  return shown;
}
