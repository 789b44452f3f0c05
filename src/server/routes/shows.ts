import { z } from 'zod';
import type { FastifyReply } from 'fastify';
import type { SavedShow } from '../../contract/show-store.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { textRoutes } from '../text-body.ts';
import { senderOf } from './sender.ts';

const tags = ['shows'];
const params = z.object({ name: z.string().max(80) });
const savedShow: z.ZodType<SavedShow> = z
  .object({ name: z.string(), bytes: z.int(), savedAt: z.number().describe('Milliseconds since 1970') })
  .meta({ id: 'SavedShow' });
const text = {
  description: 'The show file: everything that plays, as one text',
  content: { 'application/json': { schema: { type: 'object' } } },
};
const unknown = { 404: errorBody.describe('`E_SHOW_UNKNOWN`'), ...refused };
const unopened = {
  422: errorBody.describe(
    '`E_SHOW_FILE` names line and field; `E_SHOW_NEWER`, `E_GRAPH_…`: the show plays on as it was',
  ),
  507: errorBody,
};

/** Shows as files. What plays is `current`; importing it is opening another one live. */
export function showRoutes(app: App, deps: ServerDependencies): void {
  currentRoutes(app, deps);
  savedRoutes(app, deps);
}

function currentRoutes(app: App, { show: { shows } }: ServerDependencies): void {
  app.get(
    '/shows/current',
    { schema: { tags, summary: 'What plays, as a show file', response: { 200: text, ...refused } } },
    async (_request, reply) => sendShow(reply, await shows.export(), 'show'),
  );
  textRoutes(app, (scope) => {
    scope.put(
      '/shows/current',
      {
        schema: {
          tags,
          summary: 'Plays the show of such a file instead, live; what both have in common plays on',
          body: z.string().describe('The file as it was exported'),
          response: { 204: z.null().describe('It plays'), ...unopened, ...refused },
        },
      },
      async (request, reply) => {
        await shows.import(request.body, senderOf(request));
        reply.code(204);
        return null;
      },
    );
  });
}

function savedRoutes(app: App, { show: { shows } }: ServerDependencies): void {
  const list = z.object({ shows: z.array(savedShow).readonly() });
  app.get(
    '/shows',
    { schema: { tags, summary: "Saved shows, in the home's folder", response: { 200: list, ...refused } } },
    async () => ({ shows: await shows.list() }),
  );
  app.post(
    '/shows',
    {
      schema: {
        tags,
        summary: 'Saves what plays under a name',
        body: z.strictObject({ name: z.string().max(80), over: z.boolean().default(false) }),
        response: { 201: savedShow, 409: errorBody.describe('`E_SHOW_NAME`'), ...refused },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return shows.save(request.body.name, request.body.over);
    },
  );
  app.get(
    '/shows/:name',
    { schema: { tags, summary: 'A saved show', params, response: { 200: text, ...unknown } } },
    async (request, reply) => sendShow(reply, await shows.read(request.params.name), request.params.name),
  );
  app.post(
    '/shows/:name/open',
    {
      schema: {
        tags,
        summary: 'Plays a saved show instead, live',
        params,
        response: { 204: z.null().describe('It plays'), ...unopened, ...unknown },
      },
    },
    async (request, reply) => {
      await shows.open(request.params.name, senderOf(request));
      reply.code(204);
      return null;
    },
  );
  app.delete(
    '/shows/:name',
    {
      schema: {
        tags,
        summary: 'Deletes a saved show; what plays is not touched',
        params,
        response: { 200: list, ...unknown },
      },
    },
    async (request) => {
      await shows.remove(request.params.name);
      return { shows: await shows.list() };
    },
  );
}

function sendShow(reply: FastifyReply, show: string, name: string): FastifyReply {
  return reply
    .type('application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}.json`)
    .send(Buffer.from(show));
}
