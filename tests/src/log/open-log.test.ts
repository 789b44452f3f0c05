import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../../src/log/open-log.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const FULL = 5_000_000;

function homeWith(files: Readonly<Record<string, number>>): string {
  const home = tempFolder('log');
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(home, name), `${name}\n`);
    truncateSync(join(home, name), bytes);
  }
  return home;
}

async function say(home: string, words: string): Promise<void> {
  const log = await openLog(home, 'info');
  log.logger.info(words);
  await log.close();
}

test("the daemon's log is five files of 5 MB: a full one is put aside, and the oldest goes", async () => {
  const names = ['reverie.log', 'reverie.1.log', 'reverie.2.log', 'reverie.3.log', 'reverie.4.log'];
  const home = homeWith(Object.fromEntries(names.map((name) => [name, FULL])));
  await say(home, 'a fresh file');
  expect(readdirSync(home).sort()).toEqual(names.toSorted());
  expect(readFileSync(join(home, 'reverie.log'), 'utf8')).toMatch(/^\{.*"a fresh file"\}\n$/);
  expect(readFileSync(join(home, 'reverie.4.log'), 'utf8').split('\n')[0]).toBe('reverie.3.log');
});

test("a file of the daemon's log that lacks a byte of 5 MB is still written to", async () => {
  const home = homeWith({ 'reverie.log': FULL - 1 });
  await say(home, 'the last line');
  expect(readdirSync(home)).toEqual(['reverie.log']);
  expect(statSync(join(home, 'reverie.log')).size).toBeGreaterThan(FULL);
});
