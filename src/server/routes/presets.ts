import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import { presetName, presetSaveSchema, presetSchema } from '../../contract/preset.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { presetList, presetSummary } from '../schema/preset.ts';
import { textRoutes } from '../text-body.ts';
import { senderOf } from './sender.ts';

const tags = ['presets'];
const params = z.object({ id: z.string().max(80).describe('Id or name') });
const unknown = { 404: errorBody.describe('`E_PRESET_UNKNOWN`'), ...refused };
const unsaved = {
  409: errorBody.describe('`E_PRESET_NAME`, `E_PRESET_SHIPPED`, `E_PRESET_LIMIT`: nothing was changed'),
  422: errorBody.describe('`E_ADDRESS_UNKNOWN`, `E_PRESET_ADDRESS`: nothing was saved'),
  ...unknown,
};

/** Presets as a resource. Recalling one is a command like any other: `preset`, or a value for `/preset`. */
export function presetRoutes(app: App, deps: ServerDependencies): void {
  readRoutes(app, deps);
  writeRoutes(app, deps);
  travelRoutes(app, deps);
}

function readRoutes(app: App, { show: { presets } }: ServerDependencies): void {
  app.get(
    '/presets',
    {
      schema: {
        tags,
        summary: "The show's presets in their order, then those that came with Reverie",
        response: { 200: presetList, ...refused },
      },
    },
    () => ({ presets: presets.list(), last: presets.last() }),
  );
  app.get(
    '/presets/:id',
    { schema: { tags, summary: 'A preset, whole', params, response: { 200: presetSchema, ...unknown } } },
    (request) => presets.get(request.params.id),
  );
  const picture = { schema: { type: 'string', format: 'binary' } };
  app.get(
    '/presets/:id/thumbnail',
    {
      schema: {
        tags,
        summary: 'What was to be seen when it was saved',
        params,
        response: { 200: { description: 'The picture', content: { 'image/jpeg': picture } }, ...unknown },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      const jpeg = presets.thumbnail(id);
      if (jpeg === null) throw failure('E_HTTP_NOT_FOUND', `Preset "${id}" has no thumbnail`, { preset: id });
      // The page adds `?v=` and the time of the last change.
      reply.header('cache-control', 'private, max-age=31536000').type('image/jpeg');
      return reply.send(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength));
    },
  );
}

function writeRoutes(app: App, { show: { presets } }: ServerDependencies): void {
  app.post(
    '/presets',
    {
      schema: {
        tags,
        summary: 'Saves what plays as a new preset; its thumbnail follows within the second',
        body: presetSaveSchema,
        response: { 201: presetSummary, ...unsaved },
      },
    },
    (request, reply) => {
      reply.code(201);
      return presets.save(request.body, senderOf(request));
    },
  );
  app.put(
    '/presets/:id',
    {
      schema: {
        tags,
        summary: 'Saves what plays over a preset, which keeps its id and place',
        params,
        body: presetSaveSchema,
        response: { 200: presetSummary, ...unsaved },
      },
    },
    (request) => presets.saveOver(request.params.id, request.body, senderOf(request)),
  );
  app.patch(
    '/presets/:id',
    {
      schema: {
        tags,
        summary: 'Renames a preset',
        params,
        body: z.strictObject({ name: presetName }),
        response: { 200: presetSummary, ...unsaved },
      },
    },
    (request) => presets.rename(request.params.id, request.body.name),
  );
  app.delete(
    '/presets/:id',
    { schema: { tags, summary: 'Deletes a preset', params, response: { 200: presetList, ...unsaved } } },
    (request) => {
      presets.remove(request.params.id);
      return { presets: presets.list(), last: presets.last() };
    },
  );
  app.post(
    '/presets/:id/copy',
    { schema: { tags, summary: 'Copies a preset', params, response: { 201: presetSummary, ...unsaved } } },
    (request, reply) => {
      reply.code(201);
      return presets.duplicate(request.params.id);
    },
  );
  app.put(
    '/presets/order',
    {
      schema: {
        tags,
        summary: "Puts the show's presets in another order",
        body: z.strictObject({ ids: z.array(z.string()).max(1000) }),
        response: { 200: presetList, ...unsaved },
      },
    },
    (request) => ({ presets: presets.order(request.body.ids), last: presets.last() }),
  );
}

function travelRoutes(app: App, { show: { presets } }: ServerDependencies): void {
  app.get(
    '/presets/export',
    {
      schema: {
        tags,
        summary: 'Presets as a file, for another show or another person',
        querystring: z.object({
          ids: z
            .string()
            .exactOptional()
            .describe("With commas between them; left out, all of the show's own"),
        }),
        response: {
          200: { description: 'The file', content: { 'application/json': { schema: { type: 'object' } } } },
          ...unknown,
        },
      },
    },
    (request, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', 'attachment; filename="presets.json"')
        .send(Buffer.from(presets.export(request.query.ids?.split(',') ?? null))),
  );
  textRoutes(app, (scope) => {
    scope.post(
      '/presets/import',
      {
        schema: {
          tags,
          summary: 'Adds the presets of such a file; names that are taken get a number',
          body: z.string().describe('The file as it was exported'),
          response: {
            201: z.object({ presets: z.array(presetSummary).readonly() }),
            ...unsaved,
            422: errorBody.describe('`E_PRESET_FILE` names line and field; none was taken'),
          },
        },
      },
      (request, reply) => {
        reply.code(201);
        return { presets: presets.import(request.body) };
      },
    );
  });
}
