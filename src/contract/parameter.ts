import { z } from 'zod';
import type { Mode } from './call.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ParameterType } from './parameter-type.ts';

export type { ParameterType } from './parameter-type.ts';

/** How a parameter is shown and played. Every field has a default, so a bare zod field is already a parameter. */
export interface ParameterUi {
  readonly label: string;
  readonly order: number;
  /** Modes in which it does something; null is all. */
  readonly modes: readonly Mode[] | null;
  readonly category: string;
  /** Name of a grouped widget, or null for the one its type implies. */
  readonly component: string | null;
  /** Changing it needs a reload of the pipeline. */
  readonly load: boolean;
  readonly modulatable: boolean;
  readonly unit: string | null;
}

/** One parameter as everything outside the pipeline sees it. */
export interface ParameterSpec {
  readonly key: string;
  readonly type: ParameterType;
  readonly default: JsonValue;
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** Choices of an enum, in order; its index is a valid value for performers' protocols. */
  readonly choices: readonly string[] | null;
  readonly maxLength: number | null;
  readonly description: string;
  /** It tells how something outside is, and cannot be set. */
  readonly readOnly?: true;
  /** Something it takes, where its other fields do not show that. */
  readonly example?: JsonValue;
  readonly ui: ParameterUi;
}

/** Attach to a zod field: `.meta(ui({ label: 'Warp', order: 3 }))`. */
export function ui(hints: Partial<ParameterUi>): { ui: Partial<ParameterUi> } {
  return { ui: hints };
}

/** `#rrggbb`, sRGB. */
export function color(initial: string): z.ZodDefault<z.ZodString> {
  return z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default(initial);
}

/** A button: it has no value, it fires. Its count is in `CallValues.triggers`. */
export function trigger(hints: Partial<ParameterUi>): z.ZodDefault<z.ZodBoolean> {
  return z
    .boolean()
    .default(false)
    .meta(ui({ ...hints, component: 'trigger' }));
}

/** JSON Schema of a pipeline's or adapter's fields, `ui` hints included: the one source for panel, OSC, REST and docs. */
export function toJsonSchema(fields: z.ZodObject): JsonObject {
  return z.toJSONSchema(fields, { io: 'input' }) as JsonObject;
}

/** Reads parameters from JSON Schema, so that descriptors of other processes and languages count the same as ours. */
export function parametersOf(schema: JsonObject): ParameterSpec[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const specs = Object.entries(properties).map(([key, field], index) =>
    parameterOf(key, isObject(field) ? field : {}, index),
  );
  return specs.sort((a, b) => a.ui.order - b.ui.order);
}

function parameterOf(key: string, field: JsonObject, index: number): ParameterSpec {
  const hints = (isObject(field['ui']) ? field['ui'] : {}) as unknown as Partial<ParameterUi>;
  const type = typeOf(field, hints);
  return {
    key,
    type,
    default: field['default'] ?? defaultOf(type, field),
    minimum: bound(field['minimum'], type),
    maximum: bound(field['maximum'], type),
    choices: Array.isArray(field['enum']) ? field['enum'].map(String) : null,
    maxLength: typeof field['maxLength'] === 'number' ? field['maxLength'] : null,
    description: typeof field['description'] === 'string' ? field['description'] : '',
    ui: {
      label: hints.label ?? key,
      order: hints.order ?? 1000 + index,
      modes: hints.modes ?? null,
      category: hints.category ?? 'main',
      component: hints.component ?? null,
      load: hints.load ?? false,
      modulatable: hints.modulatable ?? (type === 'number' && hints.load !== true),
      unit: hints.unit ?? null,
    },
  };
}

function typeOf(field: JsonObject, hints: Partial<ParameterUi>): ParameterType {
  if (hints.component === 'trigger') return 'trigger';
  if (Array.isArray(field['enum'])) return 'enum';
  switch (field['type']) {
    case 'number':
      return 'number';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'list';
    default:
      return typeof field['pattern'] === 'string' && field['pattern'].startsWith('^#[0-9a-f')
        ? 'color'
        : 'string';
  }
}

// zod writes the safe-integer limits as bounds of every integer; they bound nothing a person meant.
function bound(value: JsonValue | undefined, type: ParameterType): number | null {
  if (typeof value !== 'number') return null;
  return type === 'integer' && Math.abs(value) === Number.MAX_SAFE_INTEGER ? null : value;
}

function defaultOf(type: ParameterType, field: JsonObject): JsonValue {
  switch (type) {
    case 'number':
    case 'integer':
      return typeof field['minimum'] === 'number' ? Math.max(0, field['minimum']) : 0;
    case 'boolean':
    case 'trigger':
      return false;
    case 'enum':
      return Array.isArray(field['enum']) ? (field['enum'][0] ?? '') : '';
    case 'list':
      return [];
    case 'color':
      return '#000000';
    case 'string':
      return '';
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
