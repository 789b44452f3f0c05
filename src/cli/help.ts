import { flagOf, optionEntries } from '../options.ts';

/** What `reverie --help` prints: one screen of 80 columns and 24 lines, which a test holds it to. */
export function helpText(): string {
  const flags = optionEntries.map(([key, entry]) => ({
    usage: `${flagOf(key)} ${entry.value}`,
    description: entry.description,
  }));
  const width = Math.max(...flags.map(({ usage }) => usage.length)) + 2;
  return [
    'reverie [start] [options]   plays; the address of the page is printed',
    'reverie doctor              says what works on this machine, and why not',
    'reverie pipelines           lists what can make a picture',
    'reverie adapters            lists what can feed it and show it',
    'reverie install cuda        adds NVIDIA support; also --from FILE.nupkg',
    ...flags.map(({ usage, description }) => `  ${usage.padEnd(width)}${description}`),
    'Also as REVERIE_PORT=9000 or in reverie.config.json: docs/reference/options.md',
  ].join('\n');
}
