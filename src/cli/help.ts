import { flagOf, groupNames, optionEntries, type OptionKey } from '../options.ts';
import { commandEntries, usageOf, type CommandName } from './command-table.ts';

const COLUMNS = 79;

/** What `reverie --help` and `reverie COMMAND --help` print: 80 columns and, but for the list of all options, one screen of 24 lines. */
export function helpText(about: CommandName | null): string {
  return (about === null ? overview() : about === 'start' ? options() : commandHelp(about)).join('\n');
}

function overview(): string[] {
  const rows = commandEntries.map(([name, { summary }]) => ({ usage: shortUsage(name), summary }));
  const width = Math.max(...rows.map(({ usage }) => usage.length)) + 2;
  return [
    ...rows.map(({ usage, summary }) => `${usage.padEnd(width)}${summary}`),
    '',
    'Options; `reverie start --help` says what they mean and take:',
    ...wrapped(optionEntries.map(([key]) => flagOf(key))),
    '',
    'Also as REVERIE_PORT=9000 or in reverie.config.json: docs/reference/options.md',
  ];
}

function options(): string[] {
  const width = Math.max(...optionEntries.map(([key, { value }]) => usageOfOption(key, value).length)) + 2;
  const groups = Object.entries(groupNames).map(([group, name]) => [
    `${name}:`,
    ...optionEntries.flatMap(([key, option]) =>
      option.group === group
        ? [`  ${usageOfOption(key, option.value).padEnd(width)}${option.description}`]
        : [],
    ),
  ]);
  return ['reverie [start] [options]', ...groups.flat()];
}

function usageOfOption(key: OptionKey, value: string): string {
  return `${flagOf(key)} ${value}`;
}

function commandHelp(name: CommandName): string[] {
  const summary = commandEntries.find(([other]) => other === name)?.[1].summary ?? '';
  return [...folded(`reverie ${usageOf(name)} [options]`), `  ${summary}`];
}

/** A usage that is too long goes on below, from a flag on. */
function folded(usage: string): string[] {
  if (usage.length <= COLUMNS) return [usage];
  const at = usage.lastIndexOf(' [', COLUMNS);
  return [usage.slice(0, at), `   ${usage.slice(at)}`];
}

/** Without its flags, which `reverie COMMAND --help` shows. */
function shortUsage(name: CommandName): string {
  if (name === 'start') return 'reverie [start]';
  const usage = usageOf(name).replace(/ \[.*/, '');
  return `reverie ${usage.includes('|') ? `${name} …` : usage}`;
}

/** Flags side by side, as many as a line takes. */
function wrapped(flags: readonly string[]): string[] {
  const lines: string[] = [];
  for (const flag of flags) {
    const line = lines.at(-1);
    const joined = `${line ?? ' '} ${line === undefined ? '' : ' '}${flag}`;
    if (line !== undefined && joined.length <= COLUMNS) lines[lines.length - 1] = joined;
    else lines.push(`  ${flag}`);
  }
  return lines;
}
