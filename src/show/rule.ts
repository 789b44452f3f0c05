import { z } from 'zod';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { parametersOf, type ParameterSpec } from '../contract/parameter.ts';

/** What a value must keep to: a parameter's spec and the finer points of its JSON Schema. */
export interface Rule {
  readonly spec: ParameterSpec;
  /** Inclusive; an exclusive bound of the schema became the next number inside. */
  readonly minimum: number;
  readonly maximum: number;
  readonly multipleOf: number | null;
  readonly pattern: RegExp | null;
  readonly minLength: number;
  readonly maxLength: number;
  /** Values of an enum as the schema has them; `spec.choices` are their names. */
  readonly choices: readonly JsonValue[];
  /** Rules of a list's first items, and of all after them; null is no more items. */
  readonly items: readonly Rule[];
  readonly rest: Rule | null;
  readonly minItems: number;
  readonly maxItems: number;
  /** For shapes that no parameter type describes (objects in a list): the schema itself is asked. */
  readonly accepts: ((value: JsonValue) => boolean) | null;
}

const textLimit = 10_000;
const listLimit = 1024;

/** Rules of a pipeline's parameters, in the order they are shown. */
export function rulesOf(schema: JsonObject): Rule[] {
  const fields = objectOf(schema['properties']);
  return parametersOf(schema).map((spec) => ruleOf(spec, objectOf(fields[spec.key])));
}

/** A rule for a parameter that the show itself has, without a JSON Schema of its own. */
export function ruleOf(spec: ParameterSpec, field: JsonObject = {}): Rule {
  const whole = spec.type === 'integer';
  const above = numberOf(field['exclusiveMinimum'], null);
  const below = numberOf(field['exclusiveMaximum'], null);
  const prefix = Array.isArray(field['prefixItems']) ? field['prefixItems'].map(itemRule) : [];
  return {
    spec,
    minimum: Math.max(lowest(spec), above === null ? -Infinity : inside(above, 1, whole)),
    maximum: Math.min(highest(spec), below === null ? Infinity : inside(below, -1, whole)),
    multipleOf: numberOf(field['multipleOf'], null),
    pattern: patternOf(field['pattern']),
    minLength: numberOf(field['minLength'], 0),
    maxLength: spec.maxLength ?? textLimit,
    choices: Array.isArray(field['enum']) ? field['enum'] : (spec.choices ?? []),
    items: prefix,
    rest: isObject(field['items']) ? itemRule(field['items']) : null,
    minItems: numberOf(field['minItems'], 0),
    maxItems: numberOf(
      field['maxItems'],
      prefix.length > 0 && !isObject(field['items']) ? prefix.length : listLimit,
    ),
    accepts: isPlain(field, spec) ? null : schemaOf(field),
  };
}

function lowest({ type, minimum }: ParameterSpec): number {
  if (minimum === null) return -Infinity;
  return type === 'integer' ? Math.ceil(minimum) : minimum;
}

function highest({ type, maximum }: ParameterSpec): number {
  if (maximum === null) return Infinity;
  return type === 'integer' ? Math.floor(maximum) : maximum;
}

// The next number inside an exclusive bound.
function inside(bound: number, direction: 1 | -1, whole: boolean): number {
  if (whole) return direction === 1 ? Math.floor(bound) + 1 : Math.ceil(bound) - 1;
  return bound + direction * Number.EPSILON * Math.max(1, Math.abs(bound));
}

function itemRule(field: JsonValue): Rule {
  const [spec] = parametersOf({ properties: { item: field } });
  if (spec === undefined) throw new Error('a JSON Schema with one property has one parameter');
  return ruleOf(spec, objectOf(field));
}

function isPlain(field: JsonObject, spec: ParameterSpec): boolean {
  if (field['type'] === undefined) return spec.choices !== null || Object.keys(field).length === 0;
  return typeof field['type'] === 'string' && field['type'] !== 'object' && field['type'] !== 'null';
}

function schemaOf(field: JsonObject): (value: JsonValue) => boolean {
  try {
    const schema = z.fromJSONSchema(field);
    return (value) => schema.safeParse(value).success;
  } catch {
    // A schema beyond what zod reads back: the pipeline itself has to judge.
    return () => true;
  }
}

function patternOf(source: JsonValue | undefined): RegExp | null {
  if (typeof source !== 'string') return null;
  try {
    return new RegExp(source, 'u');
  } catch {
    return null;
  }
}

function numberOf<T>(value: JsonValue | undefined, otherwise: T): number | T {
  return typeof value === 'number' ? value : otherwise;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
