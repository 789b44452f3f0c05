import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { namesOf, newPipeline } from '../../../src/cli/new-pipeline.ts';
import { RecordingTerminal } from './recording-terminal.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'reverie-new-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test('a name gives the package, its folder, its id and its title', () => {
  expect(namesOf('@ada/soft_tint.2')).toEqual({
    package: '@ada/soft_tint.2',
    folder: 'soft_tint.2',
    id: 'soft-tint-2',
    title: 'Soft Tint 2',
  });
});

test.each(['', 'Soft Tint', '../up', '.hidden', '_own', 'a/b', '@ada/', 'ünder', 'fs', 'x'.repeat(215)])(
  'npm would refuse %j, and so do we',
  (name) => expect(() => namesOf(name)).toThrow('is no name for a package'),
);

test('a name that cannot be an id, or is one of ours, is refused', () => {
  expect(() => namesOf('3d-look')).toThrow('must begin with a letter');
  expect(() => namesOf('dream')).toThrow('"dream" is a pipeline that Reverie has');
});

test('the folder holds all that a package needs, under its own name, and the next two commands are said', async () => {
  const terminal = new RecordingTerminal();
  await newPipeline('@ada/soft-tint', parent, terminal);
  const folder = join(parent, 'soft-tint');
  expect(readdirSync(folder).sort()).toEqual([
    '.dockerignore',
    '.gitignore',
    'Dockerfile',
    'README.md',
    'index.js',
    'node_modules',
    'package.json',
    'pipeline.test.js',
    'run.js',
  ]);
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({ name: '@ada/soft-tint', keywords: ['reverie-pipeline'] });
  for (const file of ['index.js', 'run.js', 'README.md', 'Dockerfile', 'package.json'])
    expect(readFileSync(join(folder, file), 'utf8'), file).not.toMatch(/my.pipeline/i);
  expect(terminal.printed.join('\n')).toContain('reverie --pipeline-import ./soft-tint --pipeline soft-tint');
  expect(terminal.printed.join('\n')).toContain('npm test --prefix ./soft-tint');
});

test('what is there already is never touched', async () => {
  writeFileSync(join(parent, 'tint'), 'a file of mine');
  await expect(newPipeline('tint', parent, new RecordingTerminal())).rejects.toThrow('"tint" here already');
  expect(readFileSync(join(parent, 'tint'), 'utf8')).toBe('a file of mine');
});
