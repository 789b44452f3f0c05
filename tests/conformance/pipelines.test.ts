import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stageKeys } from '../../src/contract/address.ts';
import type { Mode } from '../../src/contract/call.ts';
import type { JsonValue } from '../../src/contract/json.ts';
import { parametersOf, type ParameterSpec } from '../../src/contract/parameter.ts';
import {
  describePipeline,
  type PipelineDefinition,
  type PipelineModule,
} from '../../src/contract/pipeline.ts';
import type { PromptMix, WeightedText } from '../../src/contract/prompt.ts';
import { Stage, type PlayedCall, type Values } from './calls.ts';
import { rowsUnwritten } from './contexts.ts';

/** One suite over every folder of pipelines/; a new pipeline is covered by being there. */
const root = new URL('../../pipelines/', import.meta.url);
const ids = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, root)))
  .map((entry) => entry.name);
const pipelines = await Promise.all(
  ids.map(async (id) => {
    const { default: definition } = (await import(new URL(`${id}/index.ts`, root).href)) as {
      default: PipelineDefinition;
    };
    return { id, definition, specs: parametersOf(describePipeline(definition).schema) };
  }),
);

const input = { width: 96, height: 64 };

/** Defaults, with every number that is fixed while loading at its least: the smallest picture, the quickest set-up. */
function smallValues(specs: readonly ParameterSpec[]): Values {
  const valueOf = (spec: ParameterSpec): JsonValue =>
    spec.ui.load && spec.minimum !== null ? spec.minimum : spec.default;
  return Object.fromEntries(
    specs.filter((spec) => spec.type !== 'trigger').map((spec) => [spec.key, valueOf(spec)]),
  );
}

function extremes(spec: ParameterSpec): readonly JsonValue[] {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return [spec.minimum ?? -1e9, spec.maximum ?? 1e9];
    case 'boolean':
      return [false, true];
    case 'enum':
      return spec.choices ?? [];
    case 'color':
      return ['#000000', '#ffffff'];
    case 'string':
      return ['', 'ü世😀'.repeat(60).slice(0, spec.maxLength ?? 300)];
    case 'list':
      return [[]];
    case 'trigger':
      return [];
  }
}

const flat = (...texts: WeightedText[]): PromptMix => ({ texts, interpolation: 'linear', blend: null });
const one = (text: string): PromptMix => flat({ text, weight: 1 });

const prompts: Readonly<Record<string, PromptMix>> = {
  none: flat(),
  empty: one(''),
  blank: one(' \t\n '),
  long: one('molten gold river '.repeat(111)),
  'other scripts': one('深い海 🌊 мечта مرحبا \u0000 \ud800'),
  silent: flat({ text: 'deep ocean', weight: 0 }, { text: 'autumn forest', weight: 0 }),
  'thirty-two texts': flat(
    ...Array.from({ length: 32 }, (_, index) => ({ text: `forest ${index}`, weight: index })),
  ),
  'huge weights': flat({ text: 'chrome', weight: 100 }, { text: 'neon city night', weight: 1e-6 }),
  'a blend': {
    texts: [{ text: 'chrome', weight: 1 }],
    interpolation: 'slerp',
    blend: { from: [{ text: 'chrome', weight: 1 }], to: [], t: 0.5, interpolation: 'slerp' },
  },
};

test('there are pipelines to look at', () => {
  expect(ids).toContain('passthrough');
});

describe.each(pipelines)('pipeline $id', ({ id, definition, specs }) => {
  const modes = Object.keys(definition.modes) as Mode[];

  test('is described: id, name, version, words', () => {
    expect(definition.id).toBe(id);
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(definition.name.length).toBeGreaterThan(1);
    expect(definition.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(definition.description.length).toBeGreaterThan(20);
    expect(definition.usage.length).toBeGreaterThan(0);
  });

  test('has parameters that survive JSON Schema', () => {
    const descriptor = describePipeline(definition);
    const copy = JSON.parse(JSON.stringify(descriptor)) as typeof descriptor;
    expect(copy).toEqual(descriptor);
    const defaults = definition.params.parse({});
    expect(z.fromJSONSchema(copy.schema as Parameters<typeof z.fromJSONSchema>[0]).parse({})).toEqual(
      defaults,
    );
    expect(specs.map((spec) => spec.key).sort()).toEqual(Object.keys(definition.params.shape).sort());
    for (const spec of specs.filter((each) => each.type !== 'trigger'))
      expect(spec.default).toEqual(defaults[spec.key]);
  });

  test('names and explains every parameter, in an order, without words that stages already have', () => {
    for (const spec of specs) {
      expect(stageKeys as readonly string[]).not.toContain(spec.key);
      expect(spec.key).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(spec.description.length, `description of ${spec.key}`).toBeGreaterThan(5);
      expect(spec.ui.label.length).toBeGreaterThan(0);
      if (spec.type === 'number' || spec.type === 'integer')
        expect([spec.minimum, spec.maximum]).not.toContain(null);
      for (const mode of spec.ui.modes ?? []) expect(modes).toContain(mode);
    }
    expect(new Set(specs.map((spec) => spec.ui.label)).size).toBe(specs.length);
  });

  test('has one default mode, whose values fit its parameters', () => {
    expect(modes.length).toBeGreaterThan(0);
    expect(modes.filter((mode) => definition.modes[mode]?.default === true)).toHaveLength(1);
    for (const mode of modes) {
      const values = definition.modes[mode]?.values ?? {};
      for (const key of Object.keys(values)) expect(Object.keys(definition.params.shape)).toContain(key);
      expect(definition.params.safeParse(values).success).toBe(true);
    }
    if (modes.includes('video')) expect(Object.keys(definition.inputs)).toContain('video');
    expect(Object.keys(definition.outputs)).toContain('video');
  });

  test('has a README that names every parameter', async () => {
    const readme = await readFile(new URL(`${id}/README.md`, root), 'utf8');
    expect(readme).toMatch(/^# /);
    for (const { key } of specs) expect(readme, `${key} in README.md`).toMatch(new RegExp(`\\b${key}\\b`));
  });

  describe('at work', () => {
    let module: PipelineModule;
    let stage: Stage;
    beforeAll(async () => {
      module = await definition.load();
      stage = await Stage.load(module, smallValues(specs));
    }, 120_000);
    afterAll(() => stage.close());

    test.each(modes)('%s mode writes every row of every frame it makes', async (mode) => {
      for (let n = 0; n < 3; n += 1) expectWhole(await stage.call(mode, {}, input, one('autumn forest')));
    });

    test.each(modes)('%s mode makes frames of one size while nothing changes', async (mode) => {
      const sizes = new Set<string>();
      for (let n = 0; n < 3; n += 1) {
        const { outputs } = await stage.call(mode, {}, input, one('deep ocean'));
        for (const { width, height } of outputs) sizes.add(`${width}x${height}`);
      }
      expect(sizes.size).toBe(1);
    });

    test.each(modes)(
      '%s mode plays every parameter at its ends',
      async (mode) => {
        const played = specs.filter((spec) => !spec.ui.load);
        for (const spec of played)
          for (const value of extremes(spec))
            expectWhole(await stage.call(mode, { [spec.key]: value }, input));
        for (const end of [0, -1]) {
          const all = played.flatMap((spec) =>
            extremes(spec)
              .slice(end, end === 0 ? 1 : undefined)
              .map((value) => [spec.key, value] as const),
          );
          expectWhole(await stage.call(mode, Object.fromEntries(all), input, one('chrome')));
        }
      },
      60_000,
    );

    test.each(modes)(
      '%s mode takes any prompt',
      async (mode) => {
        for (const [name, prompt] of Object.entries(prompts))
          expectWhole(await stage.call(mode, {}, input, prompt), name);
      },
      60_000,
    );

    test('takes input of any size, from one call to the next', async () => {
      for (const size of [
        { width: 1, height: 1 },
        { width: 333, height: 77 },
        { width: 16, height: 500 },
        input,
      ]) {
        expectWhole(await stage.call(modes.includes('video') ? 'video' : 'text', {}, size));
      }
    });

    test('changes its mode back and forth', async () => {
      for (const mode of [...modes, ...modes]) expectWhole(await stage.call(mode, {}, input));
    });

    test('is loaded with every choice there is, and disposed of', async () => {
      const fixed = specs.filter((spec) => spec.ui.load && spec.choices !== null);
      const small = smallValues(specs);
      const variants = fixed.flatMap((spec) =>
        (spec.choices ?? []).map((choice) => ({ ...small, [spec.key]: choice })),
      );
      for (const values of variants.length > 0 ? variants : [small]) {
        const other = await Stage.load(module, values);
        expectWhole(await other.call(modes[0] ?? 'video', {}, input));
        await other.close();
      }
    }, 120_000);
  });
});

function expectWhole({ outputs }: PlayedCall, what = 'a call'): void {
  expect(outputs.length, what).toBeGreaterThan(0);
  for (const frame of outputs)
    expect(rowsUnwritten(frame.data, frame), `rows not written in ${what}`).toBe(0);
}
