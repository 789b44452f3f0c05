import type { WeightedText } from '../../../src/contract/prompt.ts';

type Pairs = readonly (readonly (string | number)[])[];

/** Lists as the vectors have them: `[text, weight]`. */
export function listOf(pairs: Pairs): WeightedText[] {
  return pairs.map(([text, weight]) => ({ text: String(text), weight: Number(weight) }));
}

export function pairsOf(list: readonly WeightedText[]): [string, number][] {
  return list.map((entry) => [entry.text, entry.weight]);
}
