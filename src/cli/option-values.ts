import { isAbsolute, resolve } from 'node:path';
import { failure } from '../contract/error.ts';
import type { JsonValue } from '../contract/json.ts';
import type { OptionEntry, OptionValue } from '../options.ts';
import { suggestion } from './nearest.ts';

/** Where relative paths start, and what `~` stands for. */
export interface Folders {
  readonly base: string;
  readonly userHome: string;
}

/** Texts of a flag or variable, as the type of its option. `place` is what the user wrote: `--port`, `REVERIE_PORT`. */
export function valueOfTexts(
  place: string,
  entry: OptionEntry,
  texts: readonly string[],
  folders: Folders,
): OptionValue {
  if (entry.type === 'list') return texts.map((text) => moduleOrName(text, folders));
  const [text = ''] = texts;
  if (texts.length > 1)
    throw failure('E_OPTION_INVALID', `${place} is given ${texts.length} times; it takes one value.`, {
      option: place,
    });
  return entry.type === 'number'
    ? number(place, entry, text.trim() === '' ? NaN : Number(text), text)
    : word(place, entry, text, folders);
}

/** A value of the config file, which must already have the right JSON type. */
export function valueOfJson(
  place: string,
  entry: OptionEntry,
  value: JsonValue,
  folders: Folders,
): OptionValue {
  switch (entry.type) {
    case 'number':
      return number(place, entry, typeof value === 'number' ? value : NaN, JSON.stringify(value));
    case 'list':
      if (!Array.isArray(value)) throw wrongType(place, 'a list of texts', value);
      return value.map((item) => {
        if (typeof item !== 'string') throw wrongType(place, 'a list of texts', item);
        return moduleOrName(item, folders);
      });
    case 'text':
    case 'path':
    case 'choice':
      if (typeof value !== 'string') throw wrongType(place, 'a text', value);
      return word(place, entry, value, folders);
  }
}

type WordEntry = Extract<OptionEntry, { type: 'text' | 'path' | 'choice' }>;

function word(place: string, entry: WordEntry, text: string, folders: Folders): string {
  if (entry.type === 'path') return absolute(text, folders);
  if (entry.type === 'choice' && !entry.choices.includes(text)) {
    const offered = `${entry.choices.slice(0, -1).join(', ')} or ${entry.choices.at(-1) ?? ''}`;
    throw failure(
      'E_OPTION_INVALID',
      `${place} must be ${offered}, not "${text}".${suggestion(text, entry.choices)}`,
      { option: place },
    );
  }
  return text;
}

function number(
  place: string,
  entry: Extract<OptionEntry, { type: 'number' }>,
  value: number,
  given: string,
): number {
  if (Number.isInteger(value) && value >= entry.minimum && value <= entry.maximum) return value;
  const range = `a whole number from ${entry.minimum} to ${entry.maximum}`;
  throw failure('E_OPTION_INVALID', `${place} must be ${range}, not ${given === '' ? 'empty' : given}.`, {
    option: place,
  });
}

function absolute(path: string, { base, userHome }: Folders): string {
  if (path === '~' || path.startsWith('~/')) return resolve(userHome, path.slice(2));
  return resolve(base, path);
}

/** `./mine.js#default` becomes absolute, so that a runner with another working folder finds it; names of packages and hosts stay. */
function moduleOrName(text: string, folders: Folders): string {
  const isPath = isAbsolute(text) || text.startsWith('./') || text.startsWith('../') || text.startsWith('~/');
  if (!isPath) return text;
  const [path = '', ...fragment] = text.split('#');
  return [absolute(path, folders), ...fragment].join('#');
}

function wrongType(place: string, expected: string, value: JsonValue): Error {
  return failure('E_OPTION_INVALID', `${place} must be ${expected}, not ${JSON.stringify(value)}.`, {
    option: place,
  });
}
