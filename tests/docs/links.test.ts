import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { adapters, pipelines } from '../../src/installed.generated.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = ['.', 'docs', 'adapters', 'pipelines', 'touchdesigner'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path)),
);

test.each(pages)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.split('#')[0] ?? '');
  const local = targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target));
  expect(local.filter((target) => !existsSync(resolve(root, dirname(page), target)))).toEqual([]);
});

test('the README names every adapter and every pipeline, and no other', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const linked = [...readme.matchAll(/\]\((?:adapters|pipelines)\/([a-z-]+)\/README\.md\)/g)].map(
    ([, id]) => id,
  );
  expect(new Set(linked)).toEqual(new Set([...adapters, ...pipelines].map(({ id }) => id)));
});

test('the README is short, and shows a picture', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const lines = readme.split('\n').length;
  expect(lines).toBeGreaterThanOrEqual(60);
  expect(lines).toBeLessThanOrEqual(150);
  expect(readme).toMatch(/!\[[^\]]+\]\(docs\/pictures\//);
});
