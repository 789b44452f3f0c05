import { parseArgs } from 'node:util';
import { failure } from '../contract/error.ts';
import { flagOf, optionEntries, optionTable, type OptionKey } from '../options.ts';
import { commandEntries, entryOf, isCommandName, usageOf, type CommandName } from './command-table.ts';
import { nearest, suggestion } from './nearest.ts';

export interface CommandLine {
  readonly command: CommandName | 'help' | 'version';
  /** `cuda` of `reverie install cuda`; null where the command has none. */
  readonly subject: string | null;
  /** The user's own word behind the subject; null where the command takes none. */
  readonly argument: string | null;
  /** Flags of the command itself and their values; an empty text for those that take none. */
  readonly own: ReadonlyMap<string, string>;
  /** Texts given to each option, in order; not checked yet. */
  readonly flags: ReadonlyMap<OptionKey, readonly string[]>;
  /** The command that help was asked about; null for help on everything. */
  readonly about: CommandName | null;
}

const keyByFlag = new Map(optionEntries.map(([key]) => [flagOf(key), key]));
const ownFlags = new Map(commandEntries.flatMap(([, { flags }]) => Object.entries(flags)));
const knownFlags = [
  ...keyByFlag.keys(),
  ...[...ownFlags.keys()].map((name) => `--${name}`),
  '--help',
  '--version',
];

/**
 * Reads the words behind `reverie`. Flags are read loosely by `parseArgs` and judged here, so that every complaint can name
 * the nearest valid word.
 */
export function readCommandLine(words: readonly string[]): CommandLine {
  const flags = new Map<OptionKey, string[]>();
  const own = new Map<string, string>();
  const positionals: string[] = [];
  let asked: 'help' | 'version' | null = null;
  for (const token of tokensOf(words)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const key = keyByFlag.get(token.rawName);
    const inline = token.inlineValue === true;
    if (key !== undefined) {
      flags.set(key, [...(flags.get(key) ?? []), valueAfter(token.rawName, token.value, inline)]);
    } else if (ownFlags.has(token.name) && token.rawName === `--${token.name}`) {
      const takesValue = ownFlags.get(token.name) !== null;
      own.set(token.name, takesValue ? valueAfter(token.rawName, token.value, inline) : '');
    } else if (token.name === 'help' || token.name === 'version') {
      asked ??= token.name;
    } else {
      throw invalid(
        `There is no option ${token.rawName}.${suggestion(token.rawName, knownFlags)}`,
        token.rawName,
        knownFlags,
      );
    }
  }
  if (asked !== null) return { ...nothingMore, command: asked, own, flags, about: aboutOf(positionals) };
  return { ...behindCommand(positionals, own), own, flags, about: null };
}

const nothingMore = { subject: null, argument: null };

function tokensOf(words: readonly string[]) {
  const text = { type: 'string', multiple: true } as const;
  const noValue = { type: 'boolean' } as const;
  const own = [...ownFlags].map(([name, value]) => [name, value === null ? noValue : text] as const);
  const { tokens } = parseArgs({
    args: withBareValues(words),
    options: {
      ...Object.fromEntries(optionEntries.map(([key]) => [flagOf(key).slice(2), text])),
      ...Object.fromEntries(own),
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

/** Flags that mean something without a value get it, so that the word behind them is not taken for one. */
function withBareValues(words: readonly string[]): string[] {
  return words.map((word, index) => {
    const key = keyByFlag.get(word);
    const entry = key === undefined ? null : optionTable[key];
    const next = words[index + 1];
    const stands = next === undefined || next.startsWith('-');
    return entry !== null && 'bare' in entry && stands ? `${word}=${entry.bare}` : word;
  });
}

function valueAfter(flag: string, value: string | undefined, inline: boolean): string {
  // Without this check `--in --port 9000` would take "--port" for the source.
  if (value === undefined || value === '' || (!inline && value.startsWith('--'))) {
    throw failure('E_OPTION_INVALID', `${flag} needs a value.`, { option: flag });
  }
  return value;
}

function behindCommand(
  positionals: readonly string[],
  own: CommandLine['own'],
): Pick<CommandLine, 'subject' | 'argument'> & { readonly command: CommandName } {
  const [word = 'start', ...rest] = positionals;
  const names = commandEntries.map(([name]) => name);
  if (!isCommandName(word))
    throw invalid(`There is no command "${word}".${suggestion(word, names)}`, word, names);
  const { subjects, argument: wanted, flags } = entryOf(word);
  for (const flag of own.keys()) if (!Object.hasOwn(flags, flag)) throw foreignFlag(flag);
  const subject = subjects.length === 0 ? null : subjectOf(word, subjects, rest.shift());
  const argument = wanted === null ? null : (rest.shift() ?? null);
  if (wanted !== null && argument === null)
    throw failure('E_OPTION_INVALID', `${wanted} is missing: reverie ${usageOf(word)}`, null);
  if (rest[0] !== undefined) {
    const hint = word === 'start' ? ` A source is given as --in file:${rest[0]}` : '';
    throw failure('E_OPTION_INVALID', `"${rest[0]}" is one word too many.${hint}`, { given: rest[0] });
  }
  return { command: word, subject, argument };
}

function subjectOf(command: CommandName, subjects: readonly string[], word: string | undefined): string {
  if (word === undefined) {
    const ways = subjects.map((subject) => `reverie ${command} ${subject}`).join(', ');
    throw failure('E_OPTION_INVALID', `${capital(command)} what? There is: ${ways}`, null);
  }
  if (!subjects.includes(word))
    throw invalid(`There is no \`reverie ${command} ${word}\`.${suggestion(word, subjects)}`, word, subjects);
  return word;
}

function foreignFlag(flag: string): Error {
  const owners = commandEntries.filter(([, { flags }]) => Object.hasOwn(flags, flag));
  const usage = owners.map(([name]) => `\`reverie ${usageOf(name)}\``).join(', ');
  return failure('E_OPTION_INVALID', `--${flag} belongs to ${usage}.`, { option: `--${flag}` });
}

function aboutOf([word]: readonly string[]): CommandName | null {
  return word !== undefined && isCommandName(word) ? word : null;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function invalid(message: string, given: string, candidates: readonly string[]): Error {
  return failure('E_OPTION_INVALID', message, { given, nearest: nearest(given, candidates) });
}
