import { expect, test } from 'vitest';
import { commands } from '../../../src/cli/command-line.ts';
import { helpText } from '../../../src/cli/help.ts';
import { flagOf, optionEntries } from '../../../src/options.ts';

test('help fits a terminal of 80 columns and 24 lines, the prompt included', () => {
  const lines = helpText().split('\n');
  expect(lines.length).toBeLessThanOrEqual(23);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(79);
});

test('help names every command and every option', () => {
  for (const command of commands) expect(helpText()).toContain(command);
  for (const [key] of optionEntries) expect(helpText()).toContain(`${flagOf(key)} `);
});
