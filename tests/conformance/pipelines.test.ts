import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parametersOf } from '../../src/contract/parameter.ts';
import {
  definePipeline,
  describePipeline,
  port,
  z,
  type PipelineDefinition,
} from '../../src/contract/pipeline.ts';
import { checkPipeline, descriptionChecks, playingChecks } from '../../src/testing/index.ts';

/** One suite over every folder of pipelines/; a new pipeline is covered by being there. Pipelines from outside pass the same checks. */
const root = new URL('../../pipelines/', import.meta.url);
const ids = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, root)))
  .map((entry) => entry.name);
const pipelines = await Promise.all(
  ids.map(async (id) => {
    const { default: definition } = (await import(new URL(`${id}/index.ts`, root).href)) as {
      default: PipelineDefinition;
    };
    return { id, definition };
  }),
);

test('there are pipelines to look at', () => {
  expect(ids).toContain('passthrough');
});

describe.each(pipelines)('pipeline $id', ({ id, definition }) => {
  test.each(descriptionChecks(definition))('$name', async ({ run }) => {
    await expect(Promise.resolve(run())).resolves.toBeUndefined();
  });

  test('has a README that names every parameter, in a folder of its own name', async () => {
    expect(definition.id).toBe(id);
    const readme = await readFile(new URL(`${id}/README.md`, root), 'utf8');
    expect(readme).toMatch(/^# /);
    for (const { key } of parametersOf(describePipeline(definition).schema))
      expect(readme, `${key} in README.md`).toMatch(new RegExp(`\\b${key}\\b`));
  });

  test.each(playingChecks(definition))(
    '$name',
    async ({ run }) => {
      await expect(Promise.resolve(run())).resolves.toBeUndefined();
    },
    120_000,
  );
});

describe('the checks themselves', () => {
  const paint = (rows: number, params: z.ZodObject = z.object({})): PipelineDefinition =>
    definePipeline({
      id: 'paint',
      name: 'Paint',
      version: '1.0.0',
      description: 'Paints the picture white, or some of it',
      modes: { video: { default: true } },
      inputs: { video: port('video') },
      outputs: { video: port('video') },
      params,
      load: async () => ({
        load: async () => ({
          async process(call) {
            const { data, width, height } = await call.output({ width: 8, height: 8 });
            data.fill(255, 0, width * (height - rows) * 4);
          },
        }),
      }),
    });

  test('pass what does what it should', async () => {
    await expect(checkPipeline(paint(0))).resolves.toBeUndefined();
  });

  test('name each thing that a pipeline does not do', async () => {
    const bare = z.object({ amount: z.number().default(0) });
    const failed = checkPipeline(paint(2, bare));
    await expect(failed).rejects.toThrow('video mode takes any prompt: a prompt: none left 2 rows');
    await expect(failed).rejects.toThrow('amount needs a description');
  });
});
