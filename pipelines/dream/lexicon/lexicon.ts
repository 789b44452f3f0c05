import { colours } from './colours.ts';
import type { Entry, Table } from './entry.ts';
import { life } from './life.ts';
import { light } from './light.ts';
import { materials } from './materials.ts';
import { movement } from './movement.ts';
import { places } from './places.ts';
import { textures } from './textures.ts';
import { weather } from './weather.ts';

/** Every word that carries meaning, by category. */
export const lexicon: Readonly<Record<string, Table>> = {
  colours,
  materials,
  places,
  'weather and time': weather,
  light,
  'life and mind': life,
  'textures and patterns': textures,
  motion: movement,
};

const entries = new Map<string, Entry>(Object.values(lexicon).flatMap((table) => Object.entries(table)));

export const words: readonly string[] = [...entries.keys()];

/** Endings that a look-up takes off, longest first, so that "misty", "glowing" and "flames" are found. */
const endings = [
  'iness',
  'ness',
  'ing',
  'ish',
  'ies',
  'ous',
  'es',
  'ed',
  'en',
  'al',
  'ly',
  's',
  'y',
  'e',
] as const;

/** Stems long enough that a prefix means the word: "moonlit" is moon, "car" is not carpet. */
const stems = words.filter((word) => word.length > 3).sort((a, b) => b.length - a.length);

/** The entry of a word, its plural, its simple forms, or the longest lexicon word it begins with; null where it has no meaning. */
export function lookUp(word: string): Entry | null {
  return entries.get(canonical(word) ?? '') ?? null;
}

/** Forms that no ending explains, and near synonyms. */
const aliases: Readonly<Record<string, string>> = {
  gray: 'grey', leaves: 'leaf', foliage: 'leaf', haze: 'mist', hazy: 'mist', jelly: 'jellyfish',
  fall: 'autumn', sunrise: 'dawn', evening: 'dusk', lilac: 'lavender', maroon: 'crimson', navy: 'indigo', aqua: 'turquoise',
  rocky: 'stone', rock: 'stone', gem: 'crystal', jewel: 'crystal', fabric: 'linen', cloth: 'linen', textile: 'linen', flowers: 'flower',
  sun: 'sunshine', universe: 'cosmos', cosmic: 'cosmos', lightbulb: 'lamp', burning: 'fire', blaze: 'fire', trees: 'tree', wooden: 'wood',
  oceanic: 'ocean', aquatic: 'underwater', urban: 'city', town: 'village', metropolis: 'city', hive: 'honeycomb', cyber: 'matrix',
  cyberpunk: 'neon', quick: 'fast', rapid: 'fast', silent: 'calm', frozen: 'ice', icy: 'ice', shiny: 'glossy',
}; // prettier-ignore

/** The lexicon word that a word counts as. */
export function canonical(word: string): string | null {
  if (entries.has(word)) return word;
  const alias = aliases[word];
  if (alias !== undefined) return alias;
  for (const form of forms(word)) if (entries.has(form)) return form;
  return stems.find((stem) => word.startsWith(stem)) ?? null;
}

function* forms(word: string): Generator<string> {
  yield `${word}s`;
  yield `${word}ing`;
  yield `${word}y`;
  for (const ending of endings) {
    if (word.length - ending.length < 3 || !word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    yield stem;
    yield `${stem}e`;
    yield `${stem}y`;
    yield `${stem}ing`;
    yield `${stem}s`;
    // "foggy": the doubled letter goes with the ending.
    if (stem.at(-1) === stem.at(-2)) yield stem.slice(0, -1);
  }
}
