import {
  flagOf,
  isConfigurable,
  optionEntries,
  variableOf,
  type OptionEntry,
  type OptionKey,
} from '../../src/options.ts';

const groups = [
  {
    group: 'show',
    title: 'The show',
    note: 'For this run only: the saved show keeps what it had. Not in the config file.',
  },
  {
    group: 'network',
    title: 'Network',
    note: 'Everything listens on this machine only, until you say otherwise.',
  },
  {
    group: 'control',
    title: 'Controllers',
    note: 'OSC, MIDI and Art-Net. Guides: [OSC](../guides/osc.md), [MIDI and Art-Net](../guides/midi.md).',
  },
  { group: 'machine', title: 'Machine', note: 'What depends on the machine and not on the show.' },
] as const;

/** `docs/reference/options.md`. */
export function optionsPage(): string {
  return [
    '# Options',
    '',
    '<!-- Generated from src/options.ts by `npm run generate`. Do not edit. -->',
    '',
    'A flag wins over the environment, the environment over `reverie.config.json` in the home folder, the file over the default.',
    'A list is given by repeating the flag, by commas in the environment, and as a JSON list in the file. An unknown name is',
    'refused, and the nearest valid one is named.',
    '',
    ...groups.flatMap(({ group, title, note }) => [`## ${title}`, '', note, '', ...table(group), '']),
  ].join('\n');
}

function table(group: OptionEntry['group']): string[] {
  const entries = optionEntries.filter(([, entry]) => entry.group === group);
  return [
    '| flag | environment | config file | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...entries.map(row),
  ];
}

function row([key, entry]: readonly [OptionKey, OptionEntry]): string {
  const config = isConfigurable(key) ? `\`${key}\`` : '';
  return `| \`${flagOf(key)} ${entry.value}\` | \`${variableOf(key)}\` | ${config} | ${defaultOf(entry)} | ${entry.description} |`;
}

function defaultOf(entry: OptionEntry): string {
  const none = entry.default === null || (entry.type === 'list' && entry.default.length === 0);
  return none ? '' : `\`${String(entry.default)}\``;
}
