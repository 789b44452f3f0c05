import { expect, test } from 'vitest';
import { descriptorProblem, descriptorSchema } from '../../../src/contract/descriptor.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import {
  color,
  definePipeline,
  describePipeline,
  port,
  trigger,
  ui,
  z,
  type PipelineDefinition,
} from '../../../src/contract/pipeline.ts';

const facts = {
  id: 'tint',
  name: 'Tint',
  version: '1.0.0',
  description: 'Colours the picture',
  modes: { video: { default: true } },
  inputs: { video: port('video') },
  outputs: { video: port('video') },
  params: z.object({}),
  load: () => Promise.reject(new Error('it is only described')),
};
const problemOf = (change: Partial<PipelineDefinition>): string | null =>
  descriptorProblem(describePipeline(definePipeline({ ...facts, ...change })));
const problemOfField = (field: JsonObject, key = 'amount'): string | null =>
  descriptorProblem({ ...describePipeline(definePipeline(facts)), schema: { properties: { [key]: field } } });

test('every kind of parameter that can be played is accepted', () => {
  const params = z.object({
    amount: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .meta(ui({ label: 'Amount', order: 1, modes: ['video'] })),
    steps: z.int().default(2),
    mirror: z.boolean().default(false),
    palette: z.enum(['warm', 'cold']).default('cold'),
    paint: color('#8040ff'),
    caption: z.string().max(80).default(''),
    points: z.array(z.number()).default([]),
    burst: trigger({ label: 'Burst' }),
  });
  const descriptor = describePipeline(definePipeline({ ...facts, params }));
  expect(descriptorProblem(descriptor)).toBeNull();
  expect(descriptorSchema.parse(JSON.parse(JSON.stringify(descriptor)))).toEqual(descriptor);
});

test.each<[string, JsonObject, string, string]>([
  [
    'a word that stages have already',
    { type: 'string', default: '' },
    'prompt',
    'something of that name already',
  ],
  ['a name that is no address', { type: 'string', default: '' }, 'My Key', 'becomes an address'],
  ['no default', { type: 'number' }, 'amount', 'needs a default'],
  ['a default out of range', { type: 'number', maximum: 1, default: 2 }, 'amount', 'out of its range'],
  ['a default of another type', { type: 'boolean', default: 1 }, 'amount', 'neither true nor false'],
  ['a default that is no choice', { enum: ['a'], default: 'b' }, 'amount', 'none of its choices'],
  ['choices that are no texts', { enum: [1, 2], default: 1 }, 'amount', 'must be texts'],
  ['an object', { type: 'object', default: {} }, 'amount', 'no controller can play it'],
  [
    'one of several types',
    { anyOf: [{ type: 'null' }], default: null },
    'amount',
    'no controller can play it',
  ],
  ['a hint of the wrong type', { type: 'number', default: 0, ui: { label: 5 } }, 'amount', 'ui: '],
])('a parameter with %s is refused by its name', (_what, field, key, words) => {
  const problem = problemOfField(field, key);
  expect(problem).toContain(`parameter "${key}": `);
  expect(problem).toContain(words);
});

test('a pipeline needs one default mode, the port video, and mode values that are its own', () => {
  expect(problemOf({ modes: { video: {} } })).toContain('default: true');
  expect(problemOf({ modes: { video: { default: true }, text: { default: true } } })).toContain(
    'exactly one',
  );
  expect(problemOf({ outputs: {} })).toContain('"video"');
  expect(problemOf({ inputs: { depth: port('video') } })).toContain('not "depth"');
  expect(problemOf({ modes: { video: { default: true, values: { speed: 1 } } } })).toContain('no parameter');
});

test.each<[string, object]>([
  ['an id that is no id', { id: 'My Tint' }],
  ['an empty name', { name: '' }],
  ['a usage of its own', { usage: ['final'] }],
  ['an unknown artifact', { artifacts: [{ kind: 'ftp' }] }],
  ['a mode of its own', { modes: { audio: { default: true } } }],
])('a descriptor with %s is not of the shape', (_what, change) => {
  const descriptor = { ...describePipeline(definePipeline(facts)), ...change };
  expect(descriptorSchema.safeParse(descriptor).success).toBe(false);
});
