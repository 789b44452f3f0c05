import type { JsonValue } from '../../../src/contract/json.ts';

/** A list as one line of text: `0.2, 0.8`; JSON where an entry is more than a word or number. */
export function writeList(value: JsonValue): string {
  const flat =
    Array.isArray(value) && value.every((entry) => typeof entry !== 'object' && !/[,"]/.test(String(entry)));
  return flat ? value.join(', ') : JSON.stringify(value);
}

export function readList(typed: string): JsonValue {
  if (typed.trim().startsWith('[')) return parsed(typed);
  return typed.trim() === '' ? [] : typed.split(',').map((entry) => parsed(entry.trim()));
}

function parsed(typed: string): JsonValue {
  try {
    return JSON.parse(typed) as JsonValue;
  } catch {
    return typed;
  }
}
