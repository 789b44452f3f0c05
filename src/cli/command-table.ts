/** What can stand behind `reverie`. Reading of the command line, its complaints and its help all come from this table. */
export interface CommandEntry {
  readonly summary: string;
  /** What the command can be done to; one of them must follow it. None where it stands alone. */
  readonly subjects: readonly string[];
  /** A word of the user's own that follows the subject, as help calls it. */
  readonly argument: string | null;
  /** Flags of this command alone; a null takes no value, a text says what the value is called. */
  readonly flags: Readonly<Record<string, string | null>>;
}

const alone = { subjects: [], argument: null, flags: {} } as const;

const commandTable = {
  start: { ...alone, summary: 'plays; the address of the page is printed' },
  doctor: { ...alone, summary: 'says what works on this machine, and why not' },
  pipelines: { ...alone, summary: 'lists what can make a picture' },
  adapters: { ...alone, summary: 'lists what can feed it and show it' },
  install: {
    ...alone,
    summary: 'adds NVIDIA support, or a pipeline from a folder',
    subjects: ['cuda', 'pipeline'],
    flags: { from: 'FILE' },
  },
  new: {
    ...alone,
    summary: 'writes a pipeline of your own into a new folder',
    subjects: ['pipeline'],
    argument: 'NAME',
  },
  token: { ...alone, summary: 'makes a new token; ends what the old one opened' },
  touchdesigner: { ...alone, summary: 'prints the line to paste into TouchDesigner' },
  obs: {
    ...alone,
    summary: 'setup, remove: a scene of OBS with the output in it',
    subjects: ['setup', 'remove'],
    flags: { way: 'WAY', matte: null, replace: null, token: 'TOKEN' },
  },
  logs: {
    ...alone,
    summary: 'prints what was logged',
    flags: { follow: null, node: 'ID', level: 'LEVEL' },
  },
  service: {
    ...alone,
    summary: 'install, remove, status: a service of the system',
    subjects: ['install', 'remove', 'status'],
    flags: { system: null, 'dry-run': null },
  },
} as const satisfies Record<string, CommandEntry>;

export type CommandName = keyof typeof commandTable;

export const commandEntries: readonly (readonly [name: CommandName, entry: CommandEntry])[] = Object.entries(
  commandTable,
).flatMap(([name, entry]) => (isCommandName(name) ? [[name, entry] as const] : []));

export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commandTable, word);
}

export function entryOf(name: CommandName): CommandEntry {
  return commandTable[name];
}

/** `install cuda [--from FILE]`, as help and complaints write it. */
export function usageOf(name: CommandName): string {
  const { subjects, argument, flags } = entryOf(name);
  const own = Object.entries(flags).map(
    ([flag, value]) => ` [--${flag}${value === null ? '' : ` ${value}`}]`,
  );
  const subject = subjects.length === 0 ? '' : ` ${subjects.join('|')}`;
  return `${name}${subject}${argument === null ? '' : ` ${argument}`}${own.join('')}`;
}
