import type { JsonValue } from '../../contract/json.ts';
import type { WeightedText } from '../../contract/prompt.ts';

/** What a weight of a client counts to: its API documentation uses 0 to 1, its own page 0 to 100. */
export type WeightScale = 1 | 100;

export interface ScopePrompts {
  /** Weights 0 to 1. */
  readonly list: readonly WeightedText[];
  readonly scale: WeightScale;
}

const MOST_PROMPTS = 32;
const MOST_TEXT = 2000;
const MOST_WEIGHT = 100;

/** Prompts as Scope's clients send them: a text, texts, or texts with weights. Null where it is none of these. */
export function promptsOf(value: JsonValue): ScopePrompts | null {
  const items = (Array.isArray(value) ? value : [value]).slice(0, MOST_PROMPTS).map(promptOf);
  const given = items.filter((item) => item !== null);
  if (given.length !== items.length) return null;
  const scale = given.some((item) => item.weight > 1) ? 100 : 1;
  // Nothing but zeros means that all count the same.
  const silent = given.every((item) => item.weight === 0);
  const list = given.map(({ text, weight }) => ({
    text,
    weight: silent ? 1 : Math.min(MOST_WEIGHT, weight / scale),
  }));
  return { list, scale };
}

/** A list of prompts for a client that counts weights to `scale`. */
export function promptsFor(value: JsonValue, scale: WeightScale): JsonValue {
  return (promptsOf(value)?.list ?? []).map(({ text, weight }) => ({
    text,
    weight: Number((weight * scale).toPrecision(6)),
  }));
}

function promptOf(item: JsonValue): WeightedText | null {
  if (typeof item === 'string') return { text: item.slice(0, MOST_TEXT), weight: 1 };
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return null;
  const { text, weight } = item;
  if (typeof text !== 'string') return null;
  return {
    text: text.slice(0, MOST_TEXT),
    weight: typeof weight === 'number' && Number.isFinite(weight) ? Math.max(0, weight) : 1,
  };
}
