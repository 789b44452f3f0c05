import { parseArgs } from 'node:util';
import { failure } from '../contract/error.ts';
import { flagOf, optionEntries, type OptionKey } from '../options.ts';
import { nearest, suggestion } from './nearest.ts';

export const commands = ['start', 'doctor', 'pipelines', 'adapters', 'install'] as const;
type CommandName = (typeof commands)[number];

/** What `reverie install` can install. */
export const installables = ['cuda'] as const;

export interface CommandLine {
  readonly command: CommandName | 'help' | 'version';
  /** Texts given to each flag, in order; not checked yet. */
  readonly flags: ReadonlyMap<OptionKey, readonly string[]>;
  /** `--from` of `reverie install`: a package file brought from another machine. */
  readonly from: string | null;
}

const keyByFlag = new Map(optionEntries.map(([key]) => [flagOf(key), key]));
const knownFlags = [...keyByFlag.keys(), '--from', '--help', '--version'];

/**
 * Reads the words behind `reverie`. Flags are read loosely by `parseArgs` and judged here, so that every complaint can name
 * the nearest valid word.
 */
export function readCommandLine(words: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...words],
    options: {
      ...Object.fromEntries(
        optionEntries.map(([key]) => [flagOf(key).slice(2), { type: 'string', multiple: true } as const]),
      ),
      from: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Map<OptionKey, string[]>();
  const positionals: string[] = [];
  let from: string | null = null;
  let asked: 'help' | 'version' | null = null;
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const key = keyByFlag.get(token.rawName);
    if (key !== undefined) {
      flags.set(key, [
        ...(flags.get(key) ?? []),
        valueAfter(token.rawName, token.value, token.inlineValue === true),
      ]);
    } else if (token.name === 'from') {
      from = valueAfter(token.rawName, token.value, token.inlineValue === true);
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
  const command = asked ?? commandOf(positionals);
  if (from !== null && command === 'start')
    throw failure('E_OPTION_INVALID', '--from belongs to `reverie install cuda`.', { option: '--from' });
  return { command, flags, from };
}

function valueAfter(flag: string, value: string | undefined, inline: boolean): string {
  // Without this check `--in --port 9000` would take "--port" for the source.
  if (value === undefined || value === '' || (!inline && value.startsWith('--'))) {
    throw failure('E_OPTION_INVALID', `${flag} needs a value.`, { option: flag });
  }
  return value;
}

function commandOf(positionals: readonly string[]): CommandName {
  const [word = 'start', ...rest] = positionals;
  const command = commands.find((name) => name === word);
  if (command === undefined) {
    throw invalid(`There is no command "${word}".${suggestion(word, commands)}`, word, commands);
  }
  const extra = command === 'install' ? afterInstall(rest) : rest;
  if (extra[0] !== undefined) {
    const hint = command === 'start' ? ` A source is given as --in file:${extra[0]}` : '';
    throw failure('E_OPTION_INVALID', `"${extra[0]}" is one word too many.${hint}`, { given: extra[0] });
  }
  return command;
}

function afterInstall(rest: readonly string[]): readonly string[] {
  const [what, ...extra] = rest;
  if (what === undefined)
    throw failure('E_OPTION_INVALID', 'Install what? There is: reverie install cuda', null);
  if (!installables.some((name) => name === what)) {
    throw invalid(`Reverie cannot install "${what}".${suggestion(what, installables)}`, what, installables);
  }
  return extra;
}

function invalid(message: string, given: string, candidates: readonly string[]): Error {
  return failure('E_OPTION_INVALID', message, { given, nearest: nearest(given, candidates) });
}
