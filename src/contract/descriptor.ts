import { z } from 'zod';
import { stageKeys } from './address.ts';
import type { Artifact } from './artifact.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { PipelineDescriptor } from './pipeline.ts';

const artifact: z.ZodType<Artifact> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hugging-face'),
    repo: z.string(),
    revision: z.string(),
    files: z.array(z.string()),
  }),
  z.object({ kind: z.literal('google-drive'), fileId: z.string(), name: z.string() }),
  z.object({ kind: z.literal('url'), url: z.string(), sha256: z.string() }),
  z.object({ kind: z.literal('local'), path: z.string() }),
]);

const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const modeDefaults = z.object({ default: z.boolean().exactOptional(), values: jsonObject.exactOptional() });
const ports = z.record(z.string(), z.object({ kind: z.literal('video') }));

/** A pipeline's descriptor as it comes from another process: the shape only, see `descriptorProblem` for the rest. */
export const descriptorSchema: z.ZodType<PipelineDescriptor> = z.object({
  id: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9-]*$/),
  name: z.string().min(1).max(100),
  version: z.string().min(1).max(50),
  description: z.string().max(4000),
  docsUrl: z.string().nullable(),
  usage: z.array(z.enum(['preprocessor', 'main', 'postprocessor'])).min(1),
  supports: z.object({
    prompts: z.boolean(),
    loras: z.boolean(),
    vace: z.boolean(),
    cacheManagement: z.boolean(),
    kvCacheBias: z.boolean(),
    quantization: z.boolean(),
  }),
  promptNote: z.string().min(1).max(120).nullable().describe('Stands beside the prompt'),
  estimatedVramGb: z.number().min(0).nullable(),
  artifacts: z.array(artifact),
  modes: z.strictObject({ text: modeDefaults.exactOptional(), video: modeDefaults.exactOptional() }),
  inputs: ports,
  outputs: ports,
  schema: jsonObject.describe('JSON Schema of the parameters, with `ui` hints'),
});

const hints = z
  .looseObject({
    label: z.string(),
    order: z.number(),
    modes: z.array(z.enum(['text', 'video'])).nullable(),
    category: z.string(),
    component: z.string().nullable(),
    load: z.boolean(),
    modulatable: z.boolean(),
    unit: z.string().nullable(),
  })
  .partial();

/** The first thing in a well-shaped descriptor that nothing could play, in words for its author, or null. */
export function descriptorProblem(descriptor: PipelineDescriptor): string | null {
  const { modes, inputs, outputs, schema } = descriptor;
  const beyond = Object.keys({ ...inputs, ...outputs }).find((port) => port !== 'video');
  if (beyond !== undefined) return `only the port "video" is supported, not "${beyond}"`;
  if (outputs['video'] === undefined) return 'outputs: it must have the port "video"';
  const defaults = Object.values(modes).filter((mode) => mode.default === true);
  if (defaults.length !== 1) return 'modes: exactly one of them needs `default: true`';
  const fields = schema['properties'];
  if (!isObject(fields)) return 'schema: it is not the JSON Schema of an object';
  for (const [key, field] of Object.entries(fields)) {
    const problem = parameterProblem(key, field);
    if (problem !== null) return `parameter "${key}": ${problem}`;
  }
  for (const [mode, { values = {} }] of Object.entries(modes)) {
    const stray = Object.keys(values).find((key) => !Object.hasOwn(fields, key));
    if (stray !== undefined)
      return `modes.${mode}: it sets "${stray}", and there is no parameter of that name`;
  }
  return null;
}

function parameterProblem(key: string, field: JsonValue): string | null {
  if (!/^[a-z][A-Za-z0-9_]{0,63}$/.test(key))
    return 'a name is letters, digits and underscores, a small letter first, because it becomes an address';
  if ((stageKeys as readonly string[]).includes(key)) return 'every stage has something of that name already';
  if (!isObject(field)) return 'it says nothing about its type';
  const wrongHints = hints.safeParse(field['ui'] ?? {}).error;
  if (wrongHints !== undefined) return `ui: ${z.prettifyError(wrongHints)}`;
  const initial = field['default'];
  if (initial === undefined) return 'it needs a default, so that it plays before anybody touches it';
  return defaultProblem(field, initial);
}

function defaultProblem(field: JsonObject, initial: JsonValue): string | null {
  const choices = field['enum'];
  if (Array.isArray(choices)) {
    if (!choices.every((choice) => typeof choice === 'string')) return 'its choices must be texts';
    return choices.some((choice) => choice === initial) ? null : 'its default is none of its choices';
  }
  switch (field['type']) {
    case 'number':
    case 'integer':
      if (typeof initial !== 'number') return 'its default is not a number';
      return initial < bound(field['minimum'], -Infinity) || initial > bound(field['maximum'], Infinity)
        ? 'its default is out of its range'
        : null;
    case 'boolean':
      return typeof initial === 'boolean' ? null : 'its default is neither true nor false';
    case 'string':
      return typeof initial === 'string' ? null : 'its default is not a text';
    case 'array':
      return Array.isArray(initial) ? null : 'its default is not a list';
    default:
      return 'no controller can play it: a parameter is a number, integer, boolean, text, enum, colour, list or trigger';
  }
}

function bound(value: JsonValue | undefined, none: number): number {
  return typeof value === 'number' ? value : none;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
