import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../contract/error.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import {
  defaultOptions,
  flagOf,
  isConfigurable,
  isOptionKey,
  optionEntries,
  optionsFrom,
  optionTable,
  variableOf,
  type OptionKey,
  type Options,
  type OptionValue,
} from '../options.ts';
import { suggestion } from './nearest.ts';
import { valueOfJson, valueOfTexts, type Folders } from './option-values.ts';

export const configFileName = 'reverie.config.json';

export interface OptionSources {
  readonly flags: ReadonlyMap<OptionKey, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of a file, or null where there is none. */
  readonly readText: (path: string) => string | null;
  readonly workingFolder: string;
  readonly userHome: string;
}

/** Flag before environment before config file before default. Anything unknown or of the wrong type is refused. */
export function loadOptions(sources: OptionSources): Options {
  const folders = { base: sources.workingFolder, userHome: sources.userHome };
  const given = new Map([
    ...fromEnvironment(sources.environment, folders),
    ...fromFlags(sources.flags, folders),
  ]);
  const defaults = defaultOptions(sources.userHome);
  const home = given.get('home') ?? defaults.home;
  const config = fromConfigFile(join(String(home), configFileName), sources);
  return optionsFrom({ ...defaults, ...Object.fromEntries(config), ...Object.fromEntries(given) });
}

export function readTextFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw failure(
      'E_OPTION_INVALID',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { file: path },
    );
  }
}

type Values = ReadonlyMap<OptionKey, OptionValue>;

function fromFlags(flags: OptionSources['flags'], folders: Folders): Values {
  return new Map(
    [...flags].map(([key, texts]) => [key, valueOfTexts(flagOf(key), optionTable[key], texts, folders)]),
  );
}

function fromEnvironment(environment: OptionSources['environment'], folders: Folders): Values {
  const keyByVariable = new Map(optionEntries.map(([key]) => [variableOf(key), key]));
  const values = new Map<OptionKey, OptionValue>();
  for (const [variable, text] of Object.entries(environment)) {
    // Container files often set a variable to nothing to mean that it is not set.
    if (!variable.startsWith('REVERIE_') || text === undefined || text === '') continue;
    const key = keyByVariable.get(variable);
    if (key === undefined) {
      const names = [...keyByVariable.keys()];
      throw failure('E_OPTION_INVALID', `There is no variable ${variable}.${suggestion(variable, names)}`, {
        option: variable,
      });
    }
    const entry = optionTable[key];
    const texts = entry.type === 'list' ? text.split(',').map((item) => item.trim()) : [text];
    values.set(key, valueOfTexts(variable, entry, texts, folders));
  }
  return values;
}

function fromConfigFile(path: string, sources: OptionSources): Values {
  const text = sources.readText(path);
  if (text === null) return new Map();
  const folders = { base: join(path, '..'), userHome: sources.userHome };
  return new Map(
    Object.entries(parse(path, text)).map(([key, value]) => fromConfigKey(path, key, value, folders)),
  );
}

function fromConfigKey(
  path: string,
  key: string,
  value: JsonValue,
  folders: Folders,
): readonly [OptionKey, OptionValue] {
  const valid = optionEntries.map(([name]) => name).filter(isConfigurable);
  if (isOptionKey(key) && isConfigurable(key))
    return [key, valueOfJson(`"${key}" in ${path}`, optionTable[key], value, folders)];
  const reason = isOptionKey(key)
    ? `"${key}" cannot stand there; give it as ${flagOf(key)}.`
    : `there is no "${key}".${suggestion(key, valid)}`;
  throw failure('E_OPTION_INVALID', `In ${path}, ${reason}`, { option: key, file: path });
}

function parse(path: string, text: string): JsonObject {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw failure(
      'E_OPTION_INVALID',
      `${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
      { file: path },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw failure('E_OPTION_INVALID', `${path} must hold one JSON object.`, { file: path });
}
