import type { JsonValue } from '../../../src/contract/json.ts';
import type { WeightedText } from '../../../src/contract/prompt.ts';

export const emptyMix: readonly WeightedText[] = [{ text: '', weight: 1 }];

/** The value of `/prompts`. */
export function mixOf(value: JsonValue): WeightedText[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const { text, weight } = entry;
    return typeof text === 'string' ? [{ text, weight: typeof weight === 'number' ? weight : 1 }] : [];
  });
}

export function sameTexts(a: readonly WeightedText[], b: readonly WeightedText[]): boolean {
  return a.length === b.length && a.every((prompt, index) => prompt.text === b[index]?.text);
}

/** What is left to send: prompts that say something. */
export function spoken(mix: readonly WeightedText[]): WeightedText[] {
  return mix
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, weight }) => ({ text: text.trim(), weight }));
}

/** Weights go from 0 to 2 by hand; other tools may send up to 100. */
export function weightRange(mix: readonly WeightedText[]): {
  readonly minimum: number;
  readonly maximum: number;
} {
  return { minimum: 0, maximum: mix.some(({ weight }) => weight > 2) ? 100 : 2 };
}

/** What the daemon does now, in words. */
export function doneWords(count: number, duration: number, unit: string): string {
  const what =
    count === 0
      ? 'The prompt is taken away'
      : count === 1
        ? 'The new prompt plays'
        : `The mix of ${count} prompts plays`;
  return duration === 0 ? `${what} now.` : `${what}, gliding over ${duration} ${unit}.`;
}
