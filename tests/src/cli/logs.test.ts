import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { logs, readableLine } from '../../../src/cli/logs.ts';
import { defaultOptions } from '../../../src/options.ts';
import { RecordingTerminal } from './recording-terminal.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let home: string;
beforeEach(() => {
  home = tempFolder('logs');
});

const entry = (id: number, level: number, msg: string, node?: string): string =>
  `${JSON.stringify({ level, time: 1_700_000_000_000 + id, id, node, msg })}\n`;

async function printed(own: Record<string, string>): Promise<string> {
  const terminal = new RecordingTerminal();
  await logs(new Map(Object.entries(own)), { ...defaultOptions(home), home }, terminal);
  return [...terminal.printed, ...terminal.complaints].join('\n');
}

test('lines are printed readable, oldest first, from the file before the present one on', async () => {
  writeFileSync(join(home, 'reverie.1.log'), entry(1, 30, 'it begins'));
  writeFileSync(join(home, 'reverie.log'), entry(2, 40, 'it stumbled', 'main') + entry(3, 50, 'it fell'));
  const lines = (await printed({})).split('\n');
  expect(lines.map((line) => line.replace(/^.*\d\.\d{3} /, ''))).toEqual([
    'info  -      it begins',
    'warn  main   it stumbled',
    'error -      it fell',
  ]);
});

test('a level and a node narrow it', async () => {
  writeFileSync(
    join(home, 'reverie.log'),
    entry(1, 30, 'quiet', 'main') + entry(2, 40, 'loud', 'main') + entry(3, 40, 'elsewhere', 'out'),
  );
  const text = await printed({ level: 'warn', node: 'main' });
  expect(text).toContain('loud');
  expect(text).not.toMatch(/quiet|elsewhere/);
});

test('a mistyped level is refused with the nearest one, and a missing log is said to be missing', async () => {
  await expect(printed({ level: 'wran' })).rejects.toThrow('Did you mean warn?');
  expect(await printed({})).toContain('no log');
});

test('a broken line in the file is left out', async () => {
  writeFileSync(join(home, 'reverie.log'), `{"level":30,\nnot json\n${entry(4, 30, 'whole')}`);
  expect(await printed({})).toMatch(/whole$/);
});

test('time stands to the millisecond', () => {
  const line = { id: 1, at: 1_700_000_000_042, level: 'info', node: null, message: 'm' } as const;
  expect(readableLine(line, new RecordingTerminal())).toMatch(
    /^\d\d \w{3,4} \d\d:\d\d:\d\d\.042 info {2}- {6}m$/,
  );
});
