import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { optionEntries, variableOf } from '../../src/options.ts';

// The image is not built here: that takes a container engine and a network. What can be checked of its files without one is.
const root = resolve(import.meta.dirname, '../..');
const text = (name: string): string => readFileSync(join(root, name), 'utf8');
const dockerfile = text('Dockerfile').replaceAll('\\\n', ' ');
const lines = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line));
const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));

/** What the build is not given; entries of .dockerignore here are plain names. */
const ignored = text('.dockerignore')
  .split('\n')
  .filter((line) => line !== '');

test('everything that the image copies is there, and is not left out of the build', () => {
  const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));
  const sources = copies.flatMap((line) => line.split(/\s+/).slice(1, -1));
  expect(sources.length).toBeGreaterThan(6);
  for (const source of sources) {
    expect(existsSync(join(root, source)), source).toBe(true);
    expect(ignored).not.toContain(source.split('/')[0]);
  }
});

test('everything that the build reads is copied', () => {
  const build = text('scripts/build.mjs');
  const named = [...build.matchAll(/(?:folders|files): \[([^\]]+)\]/g)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/'([^']+)'/g)].map((name) => name[1] ?? ''),
  );
  expect(named).toContain('src');
  for (const name of named)
    expect(dockerfile, name).toMatch(new RegExp(`^COPY .*\\b${name.split('/')[0]}`, 'm'));
});

test('the container has no rights it does not need, keeps its home outside and says whether it lives', () => {
  expect(last).toMatch(/^USER node$/m);
  expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('ENTRYPOINT'));
  expect(last).toMatch(/^VOLUME \/data$/m);
  expect(last).toContain('REVERIE_HOME=/data');
  const node = /^FROM node:(\d+)/m.exec(last)?.[1];
  expect(Number(node)).toBeGreaterThanOrEqual(20);
  expect(last).toContain('dist/src/cli.js');
});

test('what runs is all in the last image: what is built, and what the code reads beside it', () => {
  const code = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const read = code.flatMap((name) =>
    [...text(join('src', name)).matchAll(/new URL\('([\w.-]+)[^']*', packageRoot\(\)\)/g)].map(
      ([, first]) => first,
    ),
  );
  expect(read).toEqual(expect.arrayContaining(['package.json', 'templates']));
  const brought = [...last.matchAll(/^COPY .*$/gm)].flatMap(([line]) => line.split(/\s+/).slice(1, -1));
  const names = brought.map((path) => path.replace('/app/', ''));
  expect(names).toEqual(expect.arrayContaining(['dist', 'node_modules', ...read]));
});

test('its question after its health is one that node understands, and a daemon that is away fails it', () => {
  const [, words = ''] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(last) ?? [];
  const [node, ...args] = JSON.parse(words) as string[];
  expect([node, args[0], args[1]]).toEqual(['node', '-e', expect.stringContaining('/health')]);
  // Nobody listens on port 9, which is discarded as such.
  const env = { ...process.env, REVERIE_PORT: '9' };
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, '']);
});

test('every REVERIE_ variable of the files and the guide is an option', () => {
  const known = new Set(optionEntries.map(([key]) => variableOf(key)));
  for (const name of [
    'Dockerfile',
    'compose.yaml',
    'templates/pipeline/Dockerfile',
    'docs/guides/service.md',
  ])
    for (const [variable] of text(name).matchAll(/REVERIE_[A-Z_]+/g))
      expect(known.has(variable), `${variable} in ${name}`).toBe(true);
});

test("a pipeline's own image is made of Reverie's, without what its author has installed", () => {
  const own = text('templates/pipeline/Dockerfile');
  expect(own).toMatch(/^FROM reverie$/m);
  const [, folder = ''] = /^COPY --chown=node:node \. (\S+)$/m.exec(own) ?? [];
  expect(own).toContain(`ENV REVERIE_PIPELINE_IMPORT=${folder}\n`);
  expect(text('templates/pipeline/dockerignore')).toContain('node_modules');
  expect(text('templates/pipeline/README.md')).toContain('reverie token');
});

test('compose gives it the shared memory that the guide says it needs', () => {
  const compose = text('compose.yaml');
  const given = Number(/^ +shm_size: (\d+)gb$/m.exec(compose)?.[1]) * 1024;
  const [, links, megabytes] =
    /(\d+) links at 1080p need (\d+) MB/.exec(text('docs/guides/service.md')) ?? [];
  // Five slots a link, twice while its size changes.
  const needed = (Number(links) * 2 * 5 * 1920 * 1080 * 4) / 1024 ** 2;
  expect(Math.abs(Number(megabytes) - needed)).toBeLessThan(20);
  expect(given).toBeGreaterThanOrEqual(Number(megabytes));
  // Docker's own 64 MB would not do.
  expect(needed).toBeGreaterThan(64);
});

test('compose opens the container to its own machine only, and keeps its home', () => {
  const compose = text('compose.yaml');
  expect(compose).toContain("'127.0.0.1:8000:8000'");
  expect(compose).toContain('home:/data');
  expect(compose).toContain('no-new-privileges:true');
});
