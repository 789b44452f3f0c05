import type { ParameterState } from './command.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ParameterType } from './parameter.ts';

/** Where Reverie's addresses are in OSC: `/reverie/main/strength`. */
export const OSC_ROOT = '/reverie';

/** What OSC says of a parameter; all of it comes from the parameter's schema. */
export interface OscForm {
  /** Type tags of its arguments as it stands now: `f`, `i`, `s`, `T` or `F`, `r`, `I`; several for a list. */
  readonly tags: string;
  /** One argument for each tag; `r` as `#rrggbbaa`. */
  readonly values: readonly JsonValue[];
}

type Typed = Pick<ParameterState, 'type' | 'value'>;

/** Types as OSC itself has them, as OSCQuery lists them; feedback keeps to `i f s`, which every receiver reads. */
export function oscForm({ type, value }: Typed): OscForm {
  switch (type) {
    case 'trigger':
      return { tags: 'I', values: [] };
    case 'color':
      return { tags: 'r', values: [`${String(value)}ff`] };
    case 'list':
      return formOf(Array.isArray(value) ? value.flatMap(flat) : []);
    case 'number':
    case 'integer':
    case 'boolean':
    case 'string':
    case 'enum':
      return formOf([value], type);
  }
}

/** A prompt of the list is its text and its weight, one behind the other, which is also how `/prompts` is played. */
function flat(item: JsonValue): JsonValue[] {
  return isObject(item) ? Object.values(item) : [item];
}

function formOf(values: readonly JsonValue[], type?: ParameterType): OscForm {
  return { tags: values.map((value) => tagOf(value, type)).join(''), values };
}

function tagOf(value: JsonValue, type: ParameterType | undefined): string {
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value === 'number') return type === 'integer' && Math.abs(value) < 2 ** 31 ? 'i' : 'f';
  return value === null ? 'N' : 's';
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
