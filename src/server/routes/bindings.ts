import { z } from 'zod';
import { bindingMapSchema, learnRequestSchema, newBindingSchema } from '../../contract/binding.ts';
import { failure } from '../../contract/error.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import {
  binding,
  bindingChange,
  bindingList,
  bindingReport,
  bindingState,
  learnState,
  mapLoading,
  newBindingList,
} from '../schema/binding.ts';
import { errorBody, refused } from '../schema/error.ts';
import { textRoutes } from '../text-body.ts';

const tags = ['bindings'];
const params = z.object({ id: z.string() });
const config = { invalid: 'E_BINDING_INVALID' } as const;
const invalid = { 422: errorBody.describe('`E_BINDING_INVALID`: nothing was changed'), ...refused };
const unknown = { 404: errorBody.describe('`E_BINDING_UNKNOWN`'), ...refused };

export function bindingRoutes(app: App, deps: ServerDependencies): void {
  listRoutes(app, deps);
  itemRoutes(app, deps);
  learnRoutes(app, deps);
  mapRoutes(app, deps);
}

function listRoutes(app: App, { show }: ServerDependencies): void {
  app.get(
    '/bindings',
    {
      schema: {
        tags,
        summary: 'What controllers play, and how each binding stands',
        response: { 200: bindingReport, ...refused },
      },
    },
    () => show.bindings.report(),
  );
  app.put(
    '/bindings',
    {
      config,
      schema: {
        tags,
        summary: 'Puts these bindings in the place of all',
        body: newBindingList,
        response: { 200: bindingList, ...invalid },
      },
    },
    (request) => ({ bindings: show.bindings.replace(request.body.bindings) }),
  );
  app.post(
    '/bindings',
    {
      config,
      schema: {
        tags,
        summary: 'Adds a binding',
        body: newBindingSchema,
        response: { 201: binding, ...invalid },
      },
    },
    (request, reply) => {
      reply.code(201);
      return show.bindings.add(request.body);
    },
  );
}

function itemRoutes(app: App, { show }: ServerDependencies): void {
  app.get(
    '/bindings/:id',
    { schema: { tags, summary: 'One binding', params, response: { 200: bindingState, ...unknown } } },
    (request) => {
      const { id } = request.params;
      const found = show.bindings.report().bindings.find((each) => each.id === id);
      if (found === undefined) throw failure('E_BINDING_UNKNOWN', `There is no binding "${id}"`, { id });
      return found;
    },
  );
  app.patch(
    '/bindings/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Changes fields of a binding; the others stay',
        params,
        body: bindingChange,
        response: { 200: binding, ...unknown, ...invalid },
      },
    },
    (request) => show.bindings.change(request.params.id, request.body),
  );
  app.delete(
    '/bindings/:id',
    { schema: { tags, summary: 'Removes a binding', params, response: { 204: z.null(), ...unknown } } },
    (request, reply) => {
      show.bindings.remove(request.params.id);
      reply.code(204);
      return null;
    },
  );
}

function learnRoutes(app: App, { show }: ServerDependencies): void {
  app.get(
    '/bindings/learn',
    {
      schema: {
        tags,
        summary: 'How learning stands, or how it last ended',
        response: { 200: learnState, ...refused },
      },
    },
    () => show.bindings.learning(),
  );
  app.post(
    '/bindings/learn',
    {
      config,
      schema: {
        tags,
        summary: 'Binds the next control that moves; a learning under way is replaced',
        body: learnRequestSchema,
        response: { 200: learnState, ...invalid },
      },
    },
    (request) => show.bindings.learn(request.body),
  );
  app.post(
    '/bindings/learn/answer',
    {
      config,
      schema: {
        tags,
        summary: 'Says what becomes of what the control plays already',
        body: z.strictObject({ answer: z.enum(['replace', 'add']) }),
        response: { 200: learnState, 409: errorBody.describe('`E_BINDING_LEARN`'), ...invalid },
      },
    },
    (request) => show.bindings.answerLearn(request.body.answer),
  );
  app.delete(
    '/bindings/learn',
    {
      schema: {
        tags,
        summary: 'Ends learning; nothing is bound',
        response: { 200: learnState, ...refused },
      },
    },
    () => show.bindings.cancelLearn(),
  );
}

function mapRoutes(app: App, { show }: ServerDependencies): void {
  app.get(
    '/bindings/map',
    {
      schema: {
        tags,
        summary: 'All bindings as a map, to be kept or shared',
        querystring: z.object({ name: z.string().min(1).max(100).default('Map') }),
        response: { 200: bindingMapSchema, ...refused },
      },
    },
    (request) => show.bindings.map(request.query.name),
  );
  textRoutes(app, (scope) => {
    scope.post(
      '/bindings/map',
      {
        schema: {
          tags,
          summary: 'Loads a map; one that is broken changes nothing and is named by line and field',
          querystring: mapLoading,
          body: z.string().describe('The map as it was kept: `{ "version": 1, "name", "page", "bindings" }`'),
          response: {
            200: bindingList,
            422: errorBody.describe('`E_BINDING_MAP` with line and field, `E_BINDING_INVALID`'),
            ...refused,
          },
        },
      },
      (request) => {
        const { how, device } = request.query;
        return { bindings: show.bindings.load(request.body, how, device ?? null) };
      },
    );
  });
}
