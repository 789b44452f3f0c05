import type { JsonValue } from '../../../../src/contract/json.ts';

export interface LoraEntry {
  readonly path: string;
  readonly scale: number;
}

/** Adapters of a list of `{ path, scale }`; what is no such thing is left out. */
export function lorasOf(value: JsonValue): LoraEntry[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const { path, scale } = entry;
    return typeof path === 'string' ? [{ path, scale: typeof scale === 'number' ? scale : 1 }] : [];
  });
}
