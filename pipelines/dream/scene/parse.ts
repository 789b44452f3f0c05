export interface PromptWord {
  readonly word: string;
  readonly weight: number;
}

const silent = new Set(
  'a an the of at over on in and with by to into under from through for its is my your near above'.split(' '),
);

/** How many words of a prompt are read; what comes after says no more. */
const MOST_WORDS = 40;

/**
 * The words of a prompt, lower case, with their weights. `(word:1.4)` weights what is in the brackets, `(word)` by 1.1. Small
 * words are left out. Any text is taken; there is no wrong prompt.
 */
export function parsePrompt(text: string): readonly PromptWord[] {
  const found: PromptWord[] = [];
  for (const match of text.toLowerCase().matchAll(/\(([^():]*)(?::\s*([\d.]+))?\)|[\p{L}\p{N}'-]+/gu)) {
    const weight = match[1] === undefined ? 1 : weightOf(match[2]);
    for (const word of (match[1] ?? match[0]).match(/[\p{L}\p{N}'-]+/gu) ?? []) {
      if (!silent.has(word) && found.length < MOST_WORDS) found.push({ word, weight });
    }
  }
  return found;
}

function weightOf(text: string | undefined): number {
  if (text === undefined) return 1.1;
  const weight = Number(text);
  return Number.isFinite(weight) ? Math.min(3, Math.max(0, weight)) : 1;
}
