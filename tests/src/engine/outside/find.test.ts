import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findOutside } from '../../../../src/engine/outside/find.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'reverie-find-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, content: object | string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
}
const keywords = ['video', 'reverie-pipeline'];
const url = (path: string): string => `${pathToFileURL(home).href}/${path}`;
const modules = async (imports: readonly string[] = []): Promise<readonly unknown[]> =>
  (await findOutside({ imports, home })).map(({ label, module }) => [
    label,
    typeof module === 'string' ? module : `${module.code}: ${module.message}`,
  ]);

test('packages of the home folder are found by their keyword, in order of their names', async () => {
  for (const name of ['zebra', 'apple', '@me/pear']) {
    write(`node_modules/${name}/package.json`, { name, keywords });
    write(`node_modules/${name}/index.js`, '');
  }
  write('node_modules/other/package.json', { name: 'other', description: 'no reverie-pipeline' });
  write('node_modules/.bin/thing', '');
  expect(await modules()).toEqual([
    ['@me/pear', `${url('node_modules/@me/pear/index.js')}#default`],
    ['apple', `${url('node_modules/apple/index.js')}#default`],
    ['zebra', `${url('node_modules/zebra/index.js')}#default`],
  ]);
});

test.each([
  ['a file in exports', { exports: './main.js' }, 'main.js#default'],
  ['conditions', { exports: { '.': { types: './a.d.ts', import: './main.js' } } }, 'main.js#default'],
  ['nested conditions', { exports: { node: { default: './main.js' } } }, 'main.js#default'],
  ['main', { main: 'main.js' }, 'main.js#default'],
  ['a named export', { reverie: { pipelines: './main.js#tint' } }, 'main.js#tint'],
])('the module is named by %s', async (_how, fields, expected) => {
  write('node_modules/tint/package.json', { name: 'tint', keywords, ...fields });
  write('node_modules/tint/main.js', '');
  expect(await modules()).toEqual([['tint', url(`node_modules/tint/${expected}`)]]);
});

test('a package may hold several pipelines', async () => {
  const reverie = { pipelines: ['./main.js#one', './main.js#two'] };
  write('node_modules/pair/package.json', { name: 'pair', keywords, reverie });
  write('node_modules/pair/main.js', '');
  expect(await modules()).toEqual([
    ['pair#one', url('node_modules/pair/main.js#one')],
    ['pair#two', url('node_modules/pair/main.js#two')],
  ]);
});

test.each([
  ['a file that is not there', { exports: './gone.js' }, '"./gone.js" is not a file of the package'],
  [
    'a file of somebody else',
    { exports: '../other/index.js' },
    '"../other/index.js" lies outside the package',
  ],
  [
    'an address',
    { exports: 'https://example.com/a.js' },
    '"https://example.com/a.js" lies outside the package',
  ],
  ['pipelines of the wrong type', { reverie: { pipelines: 7 } }, 'Invalid input'],
])('a package that names %s is listed with that', async (_what, fields, words) => {
  write('node_modules/tint/package.json', { name: 'tint', keywords, ...fields });
  const [[label, error] = []] = (await modules()) as [string, string][];
  expect(label).toBe('tint');
  expect(error).toContain('E_PIPELINE_PACKAGE: ');
  expect(error).toContain(words);
});

test('a package.json that is no JSON is listed where it speaks of a pipeline, and none of ours else', async () => {
  write('node_modules/tint/package.json', '{ "keywords": ["reverie-pipeline"], ');
  write('node_modules/other/package.json', '{ broken');
  expect(await modules()).toEqual([
    [join(home, 'node_modules/tint'), expect.stringContaining('E_PIPELINE_PACKAGE: ') as string],
  ]);
});

test('an import may be a module, a package, or a folder with packages, and goes before the home folder', async () => {
  write('mine.js', '');
  write('tint/package.json', { name: 'tint', keywords });
  write('tint/index.js', '');
  write('rig/node_modules/wash/package.json', { name: 'wash', keywords });
  write('rig/node_modules/wash/index.js', '');
  write('node_modules/apple/package.json', { name: 'apple', keywords });
  write('node_modules/apple/index.js', '');
  const imports = [`${join(home, 'mine.js')}#soft`, join(home, 'tint'), join(home, 'rig')];
  expect(await modules(imports)).toEqual([
    [imports[0], url('mine.js#soft')],
    ['tint', `${url('tint/index.js')}#default`],
    ['wash', `${url('rig/node_modules/wash/index.js')}#default`],
    ['apple', `${url('node_modules/apple/index.js')}#default`],
  ]);
});

test('what an import names and is not there, or is no pipeline, is listed', async () => {
  mkdirSync(join(home, 'empty'));
  const imports = [join(home, 'gone.js'), join(home, 'empty')];
  expect(await modules(imports)).toEqual([
    [imports[0], expect.stringContaining('E_PIPELINE_IMPORT: ENOENT') as string],
    [imports[1], expect.stringContaining('E_PIPELINE_PACKAGE: Neither its package.json') as string],
  ]);
});

test('a package linked into the home folder and imported as well is one', async () => {
  write('tint/package.json', { name: 'tint', keywords });
  write('tint/index.js', '');
  mkdirSync(join(home, 'node_modules'));
  symlinkSync(join(home, 'tint'), join(home, 'node_modules/tint'), 'junction');
  expect(await modules([join(home, 'tint')])).toEqual([['tint', `${url('tint/index.js')}#default`]]);
});
