import type { z } from 'zod';
import { parseWithin, type JsonLimits } from './json-fault.ts';
import { placeOf, type Place } from './json-place.ts';

/** What is wrong with a text, and where. */
export interface TextFault extends Place {
  /** `presets.0.name`; empty where it is the text as a whole. */
  readonly field: string;
  /** In one line, place and field included. */
  readonly message: string;
}

export type ReadJson<T> =
  { readonly value: T; readonly fault: null } | { readonly value: null; readonly fault: TextFault };

/**
 * Reads JSON text as a schema has it, or answers the first thing that is wrong with its line and field. `prepare` sees the value
 * before the schema does; what it changes must not move what there is to another place.
 */
export function readJson<T>(
  text: string,
  schema: z.ZodType<T>,
  limits: JsonLimits = { depth: Infinity, values: Infinity },
  prepare: (value: unknown) => unknown = (value) => value,
): ReadJson<T> {
  const json = parseWithin(text, limits);
  if (json.fault !== null) {
    const { line, column, kind, expected } = json.fault;
    const what =
      kind === 'syntax' ? expected : `more ${kind === 'depth' ? 'levels' : 'values'} than are taken`;
    return faulty({ line, column }, '', what);
  }
  const parsed = schema.safeParse(prepare(json.value));
  if (parsed.success) return { value: parsed.data, fault: null };
  const { path, message } = firstIssue(parsed.error);
  return faulty(placeOf(text, path), path.map(String).join('.'), message);
}

// Where a list of alternatives fails as a whole, the one that came furthest says more.
function firstIssue(error: z.core.$ZodError): { path: readonly PropertyKey[]; message: string } {
  const [issue] = error.issues;
  if (issue === undefined) return { path: [], message: 'not what is wanted' };
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: [...issue.path, key], message: 'nothing is called so here' };
  }
  return { path: issue.path, message: issue.message };
}

function faulty(place: Place, field: string, what: string): { value: null; fault: TextFault } {
  const where = `line ${place.line}, column ${place.column}`;
  return {
    value: null,
    fault: { ...place, field, message: `${where}${field === '' ? '' : `, ${field}`}: ${what}` },
  };
}
