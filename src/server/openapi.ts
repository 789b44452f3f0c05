import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RouteOptions } from 'fastify';
import type { App } from './dependencies.ts';
import { isRecord, OpenApiSchemas, type Json } from './openapi-schemas.ts';

const description =
  'Live AI visuals. Errors are always `{ error: { code, message, remedy?, details? }, detail }`. ' +
  'The two WebSockets are described in docs/reference/websocket.md.';

/**
 * OpenAPI 3.1 at /openapi.json, made from the zod schemas that the routes validate with. To be called before the routes are
 * added. The document is made when somebody asks for it first, one schema at each turn of the event loop, since frames pass in
 * between; from then on the same bytes are answered, or 304 to those who have them.
 */
export function describeApi(app: App, version: string): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && !isHidden(route)) routes.push(route);
  });
  let written: Promise<{ bytes: Buffer; tag: string }> | null = null;
  app.get('/openapi.json', { schema: hidden }, async (request, reply) => {
    const { bytes, tag } = await (written ??= write(routes, version));
    reply.header('etag', tag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(bytes);
  });
}

const hidden = { hide: true };

function isHidden({ schema }: RouteOptions): boolean {
  return isRecord(schema) && schema['hide'] === true;
}

async function write(routes: readonly RouteOptions[], version: string) {
  const schemas = new OpenApiSchemas();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    const operation = await operationOf(route, schemas);
    for (const method of [route.method].flat())
      paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  const info = { title: 'Reverie', version, description };
  const document = { openapi: '3.1.0', info, paths, components: { schemas: schemas.components } };
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, tag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

/** https://spec.openapis.org/oas/v3.1.1.html#operation-object */
async function operationOf({ schema }: RouteOptions, schemas: OpenApiSchemas): Promise<Json> {
  const facts: Json = isRecord(schema) ? schema : {};
  const parameters: Json[] = [];
  for (const [part, place] of [
    ['querystring', 'query'],
    ['params', 'path'],
    ['headers', 'header'],
  ] as const) {
    await nextTurn();
    parameters.push(...parametersOf(schemas.input(facts[part]), place));
  }
  await nextTurn();
  const body = facts['body'] === undefined ? null : schemas.input(facts['body']);
  const responses: Json = {};
  for (const [status, response] of Object.entries(isRecord(facts['response']) ? facts['response'] : {})) {
    await nextTurn();
    responses[status] = schemas.response(response);
  }
  const { summary, tags } = facts;
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(tags === undefined ? {} : { tags }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: Object.keys(responses).length === 0 ? { default: { description: 'An answer' } } : responses,
  };
}

/** Fields of a query or path, each a parameter of its own. */
function parametersOf(schema: unknown, place: 'query' | 'path' | 'header'): Json[] {
  if (!isRecord(schema) || !isRecord(schema['properties'])) return [];
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(schema['properties']).map(([name, field]) => {
    const { description: words, ...rest } = isRecord(field) ? field : {};
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(words === undefined ? {} : { description: words }),
      schema: rest,
    };
  });
}
