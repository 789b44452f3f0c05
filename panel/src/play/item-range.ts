import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';

export interface ItemRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly minItems: number;
  readonly maxItems: number;
}

/** Bounds of a list of numbers, from the JSON Schema of its pipeline; `otherwise` where it does not say. */
export function itemRangeOf(schema: JsonObject | null, key: string, otherwise: ItemRange): ItemRange {
  const field = objectIn(objectIn(schema ?? {}, 'properties'), key);
  const items = objectIn(field, 'items');
  return {
    minimum: numberIn(items, 'minimum') ?? otherwise.minimum,
    maximum: numberIn(items, 'maximum') ?? otherwise.maximum,
    minItems: numberIn(field, 'minItems') ?? otherwise.minItems,
    maxItems: numberIn(field, 'maxItems') ?? otherwise.maxItems,
  };
}

/** Denoising steps run down: a step that passes its neighbour takes it along. */
export function descending(steps: readonly number[], moved: number): number[] {
  const at = steps[moved] ?? 0;
  return steps.map((step, index) =>
    index < moved ? Math.max(step, at) : index > moved ? Math.min(step, at) : step,
  );
}

export function numbersOf(value: JsonValue): number[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'number') : [];
}

function objectIn(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function numberIn(object: JsonObject, key: string): number | null {
  const value = object[key];
  // zod writes the safe-integer limits as bounds of every integer; they bound nothing a person meant.
  return typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER ? value : null;
}
