import swagger from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import type { App } from './dependencies.ts';

type Json = Record<string, unknown>;
type Direction = 'input' | 'output';

/**
 * OpenAPI 3.1 at /openapi.json, made from the zod schemas that the routes validate with. Schemas that carry an `id` become
 * components. (The type provider's own conversion cannot name the recursion inside `z.json()`, which every value here uses.)
 */
export async function describeApi(app: App, version: string): Promise<void> {
  const components: Json = { JsonValue: { description: 'Any JSON value' } };
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Reverie',
        version,
        description:
          'Live AI visuals. Errors are always `{ error: { code, message, remedy?, details? }, detail }`. ' +
          'The two WebSockets are described in docs/reference/websocket.md.',
      },
    },
    transform: ({ schema, url }) => ({ schema: openApiSchema(schema, components), url }),
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => {
    const document = app.swagger();
    return { ...document, components: { schemas: components } };
  });
}

const inputs = ['body', 'querystring', 'params', 'headers'] as const;

function openApiSchema(schema: FastifySchema, components: Json): FastifySchema {
  const converted: Json = { ...schema };
  for (const part of inputs) {
    if (schema[part] !== undefined) converted[part] = jsonSchemaOf(schema[part], 'input', components);
  }
  if (isRecord(schema.response)) {
    converted['response'] = Object.fromEntries(
      Object.entries(schema.response).map(([status, response]) => [status, responseOf(response, components)]),
    );
  }
  return converted;
}

function responseOf(response: unknown, components: Json): Json {
  if (response instanceof z.ZodType) {
    const description = response.description ?? 'Done';
    return {
      description,
      content: { 'application/json': { schema: jsonSchemaOf(response, 'output', components) } },
    };
  }
  return isRecord(response) ? response : {};
}

/** JSON Schema (2020-12, which is OpenAPI 3.1's) of a zod schema, its named parts moved to `components`. */
function jsonSchemaOf(schema: unknown, io: Direction, components: Json): unknown {
  if (!(schema instanceof z.ZodType)) return schema;
  const wrapped = z.toJSONSchema(z.object({ root: schema }), { io, unrepresentable: 'any' });
  const { $defs, properties } = moveRefs(wrapped);
  if (isRecord($defs)) {
    for (const [name, definition] of Object.entries($defs)) {
      if (isRecord(definition) && !isUnnamed(name)) components[name] = without(definition, 'id');
    }
  }
  return isRecord(properties) ? properties['root'] : {};
}

// zod names the recursion of z.json() `__schema0`, counted per conversion; all of them are the one JsonValue.
const isUnnamed = (name: string): boolean => name.startsWith('__schema');

function moveRefs(schema: unknown): Json {
  const moved: unknown = JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string') return value;
    const name = value.replace('#/$defs/', '');
    return `#/components/schemas/${isUnnamed(name) ? 'JsonValue' : name}`;
  });
  return isRecord(moved) ? moved : {};
}

function without(record: Json, key: string): Json {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
