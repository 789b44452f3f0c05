import { z } from 'zod';

export type Json = Record<string, unknown>;
type Direction = 'input' | 'output';

/** JSON Schemas (2020-12, which is OpenAPI 3.1's) of zod schemas. Those that carry an `id` become components, which lie at `place`. */
export class OpenApiSchemas {
  readonly #place: string;
  readonly components: Json = { JsonValue: { description: 'Any JSON value' } };
  /** The refusals are the same for every route. */
  readonly #known = new Map<z.ZodType, Json>();

  constructor(place = '#/components/schemas/') {
    this.#place = place;
  }

  /** What a request may hold; undefined where nothing is said. */
  input(schema: unknown): unknown {
    return this.#jsonSchemaOf(schema, 'input');
  }

  /** What an answer holds. */
  output(schema: z.ZodType): unknown {
    return this.#jsonSchemaOf(schema, 'output');
  }

  /** https://spec.openapis.org/oas/v3.1.1.html#response-object; what is no zod schema is one already. */
  response(response: unknown): Json {
    if (!(response instanceof z.ZodType)) return isRecord(response) ? response : {};
    const known = this.#known.get(response);
    if (known !== undefined) return known;
    const description = response.description ?? 'Done';
    const made =
      response instanceof z.ZodNull
        ? { description }
        : {
            description,
            content: { 'application/json': { schema: this.#jsonSchemaOf(response, 'output') } },
          };
    this.#known.set(response, made);
    return made;
  }

  #jsonSchemaOf(schema: unknown, io: Direction): unknown {
    if (!(schema instanceof z.ZodType)) return schema;
    const wrapped = z.toJSONSchema(z.object({ root: schema }), { io, unrepresentable: 'any' });
    const { $defs, properties } = moveRefs(wrapped, this.#place);
    if (isRecord($defs)) {
      for (const [name, definition] of Object.entries($defs)) {
        if (isRecord(definition) && !isUnnamed(name)) this.components[name] = without(definition, 'id');
      }
    }
    return isRecord(properties) ? properties['root'] : {};
  }
}

// zod names the recursion of z.json() `__schema0`, counted per conversion; all of them are the one JsonValue.
const isUnnamed = (name: string): boolean => name.startsWith('__schema');

function moveRefs(schema: unknown, place: string): Json {
  const moved: unknown = JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string') return value;
    const name = value.replace('#/$defs/', '');
    return `${place}${isUnnamed(name) ? 'JsonValue' : name}`;
  });
  return isRecord(moved) ? moved : {};
}

function without(record: Json, key: string): Json {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
