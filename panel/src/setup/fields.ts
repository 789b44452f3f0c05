import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import type { ParameterSpec, ParameterType } from '../../../src/contract/parameter.ts';

/** One field of an adapter's configuration: how a widget shows it, and what of the widget is sent. */
export interface Field {
  readonly spec: ParameterSpec;
  readonly shown: (value: JsonValue | undefined) => JsonValue;
  /** Undefined leaves it to the adapter. */
  readonly sent: (shown: JsonValue) => JsonValue | undefined;
}

/** The fields that a person fills in, in the order of the schema. Lists are for files and the command line. */
export function fieldsOf(schema: JsonObject): Field[] {
  return Object.entries(objectOf(schema['properties']))
    .map(([key, value], index) => fieldOf(key, objectOf(value), index))
    .filter(({ spec }) => spec.type !== 'list');
}

/** The configuration that these shown values mean. */
export function configOf(fields: readonly Field[], shown: JsonObject): JsonObject {
  const entries = fields.flatMap(({ spec, sent }): [string, JsonValue][] => {
    const value = sent(shown[spec.key] ?? spec.default);
    return value === undefined ? [] : [[spec.key, value]];
  });
  return Object.fromEntries(entries);
}

function fieldOf(key: string, field: JsonObject, index: number): Field {
  const options = Array.isArray(field['anyOf']) ? field['anyOf'].map(objectOf) : [field];
  const real = options.filter((option) => option['type'] !== 'null');
  const nullable = real.length < options.length;
  const choices = choicesOf(field, real);
  const inner = real[0] ?? field;
  const type = choices === null ? typeOf(inner) : 'enum';
  if (nullable && (type === 'number' || type === 'integer'))
    return openNumber(specOf(key, field, inner, 'string', null, index));
  const spec = specOf(key, field, inner, type, choices?.map(String) ?? null, index);
  const needed = field['default'] !== undefined;
  return {
    spec,
    shown: (value) => (choices === null ? (value ?? spec.default) : String(value ?? spec.default)),
    sent: (shown) => {
      if (choices !== null) return choices.find((choice) => String(choice) === shown);
      return shown === '' && !needed ? undefined : shown;
    },
  };
}

/** A number that may be left open is typed: an empty box is null. */
function openNumber(spec: ParameterSpec): Field {
  return {
    spec: { ...spec, default: '' },
    shown: (value) => (typeof value === 'number' ? String(value) : ''),
    sent: (shown) => {
      const text = String(shown).trim();
      // What is no number goes as it is, so that the daemon says what is wrong with it.
      return text === '' ? null : Number.isFinite(Number(text)) ? Number(text) : text;
    },
  };
}

function specOf(
  key: string,
  field: JsonObject,
  inner: JsonObject,
  type: ParameterType,
  choices: readonly string[] | null,
  index: number,
): ParameterSpec {
  const hints = objectOf(field['ui']);
  return {
    key,
    type,
    default:
      choices === null ? (field['default'] ?? startOf(type)) : String(field['default'] ?? choices[0] ?? ''),
    minimum: numberOf(inner['minimum']),
    maximum: numberOf(inner['maximum']),
    choices,
    maxLength: numberOf(inner['maxLength']),
    description: textOf(field['description']) ?? '',
    ui: {
      label: textOf(hints['label']) ?? key,
      order: numberOf(hints['order']) ?? index,
      modes: null,
      category: 'main',
      component: null,
      load: false,
      modulatable: false,
      unit: textOf(hints['unit']),
    },
  };
}

/** An enum, or a choice between constants. */
function choicesOf(field: JsonObject, options: readonly JsonObject[]): readonly JsonValue[] | null {
  if (Array.isArray(field['enum'])) return field['enum'];
  const constants = options.flatMap((option) => option['const'] ?? []);
  return constants.length === options.length && constants.length > 1 ? constants : null;
}

function typeOf(field: JsonObject): ParameterType {
  switch (field['type']) {
    case 'number':
    case 'integer':
    case 'boolean':
      return field['type'];
    case 'array':
      return 'list';
    default:
      return 'string';
  }
}

function startOf(type: ParameterType): JsonValue {
  if (type === 'list') return [];
  if (type === 'boolean') return false;
  return type === 'string' ? '' : 0;
}

// zod writes the safe-integer limits as bounds of every integer; they bound nothing a person meant.
function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER ? value : null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
