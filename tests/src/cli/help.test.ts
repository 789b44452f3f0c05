import { expect, test } from 'vitest';
import { commandEntries } from '../../../src/cli/command-table.ts';
import { helpText } from '../../../src/cli/help.ts';
import { flagOf, optionEntries } from '../../../src/options.ts';

test.each([null, ...commandEntries.map(([name]) => name)])(
  'help on %s fits a terminal of 80 columns and, but for the list of all options, of 24 lines, the prompt included',
  (about) => {
    const lines = helpText(about).split('\n');
    if (about !== 'start') expect(lines.length).toBeLessThanOrEqual(23);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(79);
  },
);

test('help on start has its options under what they are for', () => {
  const headings = helpText('start')
    .split('\n')
    .filter((line) => line.endsWith(':'));
  expect(headings).toEqual(['The show:', 'Network:', 'Controllers:', 'This machine:']);
});

test('help names every command and every option, and help on start says what each option means', () => {
  for (const [name] of commandEntries) expect(helpText(null)).toContain(name);
  for (const [key, { description }] of optionEntries) {
    expect(helpText(null).split(/\s+/)).toContain(flagOf(key));
    expect(helpText('start')).toContain(`${flagOf(key)} `);
    expect(helpText('start')).toContain(description);
  }
});

test('help on a command names its own flags', () => {
  expect(helpText('logs')).toContain('reverie logs [--follow] [--node ID] [--level LEVEL]');
});
