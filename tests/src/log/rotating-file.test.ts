import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { lastLines, logFiles, RotatingFile } from '../../../src/log/rotating-file.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let nowMs = 0;
const clock = (): number => nowMs;
let folder: string;
let path: string;
beforeEach(() => {
  folder = tempFolder('log');
  path = join(folder, 'reverie.log');
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function fill(file: RotatingFile, lines: number, from = 0): Promise<void> {
  for (let n = from; n < from + lines; n++) {
    file.write(`${JSON.stringify({ n, pad: 'x'.repeat(80) })}\n`);
    if (n % 10 === 0) await settled();
  }
}

async function numbersOnDisk(): Promise<number[]> {
  const files = await logFiles(path, 5);
  return files.flatMap((name) =>
    readFileSync(name, 'utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => (JSON.parse(text) as { n: number }).n),
  );
}

test('no line is lost or torn while files take turns', async () => {
  const file = new RotatingFile(path, { fileBytes: 20_000, files: 5 }, clock);
  await fill(file, 700);
  await file.close();
  expect(await numbersOnDisk()).toEqual(Array.from({ length: 700 }, (_, n) => n));
  expect(readdirSync(folder).length).toBeGreaterThan(2);
});

test('there are never more files than allowed, and what stays is the newest', async () => {
  const file = new RotatingFile(path, { fileBytes: 5_000, files: 3 }, clock);
  for (let round = 0; round < 12; round++) {
    await fill(file, 60, round * 60);
  }
  await file.close();
  const names = readdirSync(folder).sort();
  expect(names).toEqual(['reverie.1.log', 'reverie.2.log', 'reverie.log']);
  const numbers = await numbersOnDisk();
  expect(numbers.at(-1)).toBe(719);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
});

test('a full file that an earlier run left is put aside at the first line', async () => {
  const first = new RotatingFile(path, { fileBytes: 1_000_000, files: 5 }, clock);
  await fill(first, 100);
  await first.close();
  const before = statSync(path).size;
  const second = new RotatingFile(path, { fileBytes: before - 100, files: 5 }, clock);
  await fill(second, 1, 100);
  await second.close();
  expect(readdirSync(folder)).toContain('reverie.1.log');
});

test('a disk that refuses stops nobody, is counted, and is tried again later', async () => {
  const blocked = join(folder, 'logs');
  writeFileSync(blocked, 'a file where the folder should be');
  const file = new RotatingFile(join(blocked, 'reverie.log'), { fileBytes: 1000, files: 2 }, clock);
  file.write('one\n');
  await file.close();
  file.write('two\n');
  expect(file.lost).toBe(2);
  rmSync(blocked);
  nowMs += 60_000;
  file.write('three\n');
  await file.close();
  expect(readFileSync(join(blocked, 'reverie.log'), 'utf8')).toBe('three\n');
});

test('more than the disk can take is left out and counted, not kept in memory', async () => {
  const file = new RotatingFile(path, { fileBytes: 10_000_000, files: 2 }, clock);
  const line = `${'x'.repeat(999)}\n`;
  for (let n = 0; n < 3000; n++) file.write(line);
  expect(file.lost).toBeGreaterThan(1900);
  await file.close();
  expect(statSync(path).size).toBe((3000 - file.lost) * 1000);
});

test('what waits when the process ends is written at once', () => {
  const file = new RotatingFile(path, { fileBytes: 1000, files: 2 }, clock);
  file.write('the reason\n');
  file.flushNow();
  expect(readFileSync(path, 'utf8')).toBe('the reason\n');
});

test('the tail of a file starts at a whole line', async () => {
  const file = new RotatingFile(path, { fileBytes: 1_000_000, files: 5 }, clock);
  await fill(file, 50);
  await file.close();
  const lines = await lastLines(path, 500);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('n');
  expect(await lastLines(join(folder, 'none.log'), 500)).toEqual([]);
});
