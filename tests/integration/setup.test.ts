import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A small clone: the real set-up script, compiler and bundler over a tree of five files. Packages are linked, so nothing is installed.
const root = resolve(import.meta.dirname, '../..');
let clone: string;

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'reverie-clone-'));
  for (const file of ['setup.mjs', 'build.mjs', 'peers.json'])
    cpSync(join(root, 'scripts', file), join(clone, 'scripts', file));
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(root, file), join(clone, file));
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'dir');
  write('src/cli.ts', '#!/usr/bin/env node\nexport const version: number = 1;\n');
  write('src/client/client.ts', 'export const client = 1;\n');
  write('adapters/one/index.ts', 'export const one = 1;\n');
  write('pipelines/two/picture.svg', '<svg/>');
  for (const file of ['browsers.ts', 'vite.config.ts', 'vite.output.config.ts'])
    cpSync(join(root, 'panel', file), join(clone, 'panel', file));
  write('panel/index.html', '<!doctype html><title>Panel</title>');
  write('panel/obs/dock.html', '<!doctype html><title>Dock</title>');
  write('panel/output/output.html', '<!doctype html><title>Output</title>');
});

afterAll(() => rmSync(clone, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), text);
}

function setUp(): { said: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(clone, 'scripts', 'setup.mjs')], {
    encoding: 'utf8',
  });
  return { said: stdout + stderr, status };
}

const built = (path: string): string => join(clone, 'dist', path);

test('a fresh clone is built, with what is not TypeScript beside it, and says so in a line each', () => {
  expect(setUp()).toEqual({
    said: 'setup: building code (8 changed, 0 gone)\nsetup: building panel (9 changed, 0 gone)\n',
    status: 0,
  });
  expect(readFileSync(built('panel/index.html'), 'utf8')).toContain('<title>Panel</title>');
  expect(readFileSync(built('panel/obs/dock.html'), 'utf8')).toContain('<title>Dock</title>');
  expect(readFileSync(built('panel/obs/output.html'), 'utf8')).toContain('<title>Output</title>');
  expect(existsSync(built('adapters/one/index.js'))).toBe(true);
  expect(readFileSync(built('pipelines/two/picture.svg'), 'utf8')).toBe('<svg/>');
});

test('where nothing changed nothing is done and nothing is said', () => {
  expect(setUp()).toEqual({ said: '', status: 0 });
});

test('a changed source is built again', () => {
  write('src/cli.ts', '#!/usr/bin/env node\nexport const version: number = 22;\n');
  expect(setUp().said).toBe('setup: building code (1 changed, 0 gone)\n');
  expect(readFileSync(built('src/cli.js'), 'utf8')).toContain('22');
});

test('what was deleted leaves the build', () => {
  rmSync(join(clone, 'adapters/one'), { recursive: true });
  expect(setUp().said).toBe('setup: building code (0 changed, 1 gone)\n');
  expect(existsSync(built('adapters/one/index.js'))).toBe(false);
});

test('a mistake in the source is shown and fails, until it is mended', () => {
  write('src/cli.ts', 'export const version: number = "one";\n');
  const broken = setUp();
  expect(broken.status).toBe(1);
  expect(broken.said).toContain("Type 'string' is not assignable to type 'number'");
  expect(broken.said).toContain('setup: The build failed');
  expect(setUp().status).toBe(1);
  write('src/cli.ts', 'export const version: number = 3;\n');
  expect(setUp().status).toBe(0);
});

test('a Node that is too old is named, with the version that is needed', () => {
  const manifest = readFileSync(join(clone, 'package.json'), 'utf8');
  write('package.json', manifest.replace('>=20.19.0', '>=99.1.0'));
  const { said, status } = setUp();
  write('package.json', manifest);
  expect(status).toBe(1);
  expect(said).toBe(
    `setup: Reverie needs Node 99.1.0 or newer; this is ${process.versions.node}. Install a newer one and try again.\n`,
  );
});
