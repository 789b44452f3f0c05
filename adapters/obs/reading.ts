import type { JsonObject, JsonValue } from '../../src/contract/json.ts';

// What OBS sends is from outside: nothing of it is taken for what it should be.

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function valueAt(value: unknown, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A text that says something; null where there is none. */
export function textAt(value: unknown, key: string): string | null {
  const text = valueAt(value, key);
  return typeof text === 'string' && text !== '' ? text : null;
}

export function isTrueAt(value: unknown, key: string): boolean {
  return valueAt(value, key) === true;
}

export function listAt(value: unknown, key: string): readonly JsonValue[] {
  const list = valueAt(value, key);
  return Array.isArray(list) ? list : [];
}

export function textsAt(value: unknown, key: string): string[] {
  return listAt(value, key).filter((each) => typeof each === 'string');
}
