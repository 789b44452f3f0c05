import { expect, test } from 'vitest';
import { cruise, loadedBy, root } from './layers.ts';

const layers = cruise(root);
const sources = layers.modules
  .map(({ source }) => source)
  .filter((source) => !source.includes('node_modules'));

test('the checker sees the house, its type-only and its dynamic imports', () => {
  // With a TypeScript it cannot use it sees nothing and is content.
  expect(sources.filter((source) => source.endsWith('.ts')).length).toBeGreaterThan(100);
  const dependencies = layers.modules.flatMap((module) => module.dependencies);
  expect(
    dependencies.filter(({ dependencyTypes }) => dependencyTypes.includes('type-only')).length,
  ).toBeGreaterThan(100);
  expect(dependencies.some(({ dynamic }) => dynamic)).toBe(true);
});

test('every import goes the one way', () => {
  expect(layers.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
});

const childEntries = sources.filter(
  (source) => source === 'src/runner.ts' || /^(adapters|pipelines)\/[^/]+\/run\.ts$/.test(source),
);

test('a child starts without loading schemas, servers or logs', () => {
  expect(childEntries).toContain('src/runner.ts');
  const heavy = childEntries.flatMap((entry) => {
    const loaded = [...loadedBy(entry, layers)];
    return loaded
      .filter((module) => /node_modules\/(zod|fastify|pino)\//.test(module))
      .map((module) => `${entry} loads ${module}`);
  });
  expect(heavy).toEqual([]);
});

test('help is printed without loading the daemon or schemas', () => {
  const heavy = [...loadedBy('src/cli.ts', layers)].filter((module) =>
    /^src\/(daemon|engine|server)|node_modules/.test(module),
  );
  expect(heavy).toEqual([]);
});
