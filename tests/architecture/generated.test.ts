import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorCatalogue } from '../../src/contract/error-catalogue.ts';
import { adapters, pipelines } from '../../src/installed.generated.ts';
import { generatedFiles } from '../../scripts/generators/files.ts';
import { moduleFolders, registry } from '../../scripts/generators/registry.ts';
import { root } from './layers.ts';

test.each(await generatedFiles(root))(
  '$path is what the code says (else: npm run generate)',
  ({ path, text }) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  },
);

test('every error code is on the page, and no other', () => {
  const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(E_[A-Z_]+)`/gm)].map(([, code]) => code);
  expect(listed).toEqual(Object.keys(errorCatalogue));
});

test('the id of an adapter or pipeline is the name of its folder', () => {
  expect(adapters.map(({ id }) => id)).toEqual(moduleFolders(join(root, 'adapters')));
  expect(pipelines.map(({ id }) => id)).toEqual(moduleFolders(join(root, 'pipelines')));
});

describe('the list of what is installed', () => {
  test('imports every folder under a name that JavaScript knows', () => {
    const text = registry(['test-pattern'], ['dream']);
    expect(text).toContain(`import testPattern from '../adapters/test-pattern/index.ts';`);
    expect(text).toContain('PipelineDefinition[] = [dream];');
  });

  test('refuses an id used twice and one that is no id', () => {
    expect(() => registry(['dream'], ['dream'])).toThrow('"dream" is the id of two folders');
    expect(() => registry(['TestPattern'], [])).toThrow('"TestPattern" is no id');
    expect(() => registry([], ['my_pipeline'])).toThrow('lower-case words joined by dashes');
  });
});
