import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Strictness } from '../../../src/contract/command.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import { color, toJsonSchema } from '../../../src/contract/parameter.ts';
import { fit } from '../../../src/show/fit.ts';
import { Misfit } from '../../../src/show/misfit.ts';
import { rulesOf, type Rule } from '../../../src/show/rule.ts';

const fields = {
  strength: z.number().min(0).max(1),
  free: z.number(),
  open: z.number().gt(0).lt(1),
  tenths: z.number().min(0).max(0.95).multipleOf(0.1),
  steps: z.int().min(1).max(8),
  odd: z.int().min(-3.5).max(7.2),
  width: z.int().min(64).max(2048).multipleOf(8),
  flag: z.boolean(),
  note: z.string().max(10),
  code: z
    .string()
    .regex(/^[a-z]{2,4}$/)
    .max(4),
  palette: z.enum(['warm', 'Cold', 'grey']),
  size: z.literal([1, 2, 4]),
  tint: color('#000000'),
  list: z.array(z.int().min(0).max(1000)).min(1).max(4),
  pair: z.tuple([z.number().min(0).max(1), z.enum(['a', 'b'])]),
  loras: z.array(z.object({ path: z.string(), scale: z.number().min(-10).max(10) })).max(3),
} as const;

const schema = toJsonSchema(z.object(fields));
const rules = new Map(rulesOf(schema).map((rule) => [rule.spec.key, rule]));

function ruleFor(key: string): Rule {
  const rule = rules.get(key);
  if (rule === undefined) throw new Error(`no field ${key}`);
  return rule;
}

function taken(key: string, value: JsonValue, strictness: Strictness): JsonValue {
  const result = fit(ruleFor(key), `/main/${key}`, value, strictness);
  return result instanceof Misfit ? `${result.report.code} ${result.report.message}` : result;
}

const scalar = fc.oneof(
  fc.constantFrom<JsonValue>(
    Number.NaN,
    Infinity,
    -Infinity,
    '',
    ' ',
    '1e999',
    'NaN',
    '#FF8000',
    'ff8000',
    'true',
    'COLD',
    'ab',
    null,
    true,
    false,
  ),
  fc.double(),
  fc.integer(),
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc.string({ maxLength: 12 }),
  fc.integer().map(String),
);
const anything: fc.Arbitrary<JsonValue> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 6 }),
  fc.array(fc.record({ path: fc.string(), scale: fc.double() }, { noNullPrototype: true }), { maxLength: 4 }),
  fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 3, maxLength: 4 }),
);

describe('A value that was taken', () => {
  const key = fc.constantFrom(...Object.keys(fields));
  const strictness = fc.constantFrom<Strictness>('coerce', 'reject');

  it('is put on the grid of its steps where it is off by a rounding only', () => {
    const tenths = (value: number): JsonValue | Misfit =>
      fit(ruleFor('tenths'), '/main/tenths', value, 'reject');
    expect(tenths(8.881784197001253e-17)).toBe(0);
    expect(tenths(0.3)).toBe(0.3);
    expect(tenths(0.1 + 0.2)).toBe(0.1 + 0.2);
    expect(tenths(0.3000001)).toBeInstanceOf(Misfit);
  });

  it('always fits the schema of its parameter, whatever was sent and by whom', () => {
    const judges = new Map(
      Object.entries(fields).map(([name, field]) => [name, z.fromJSONSchema(jsonOf(name, field))]),
    );
    let counted = 0;
    fc.assert(
      fc.property(key, anything, strictness, (name, value, how) => {
        const result = fit(ruleFor(name), `/main/${name}`, value, how);
        if (result instanceof Misfit) return;
        counted += 1;
        expect(
          judges.get(name)?.safeParse(result).success,
          `${name} ${JSON.stringify(value)} -> ${JSON.stringify(result)}`,
        ).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(counted).toBeGreaterThan(200);
  });

  it('is the same when it is sent again', () => {
    fc.assert(
      fc.property(key, anything, strictness, (name, value, how) => {
        const once = fit(ruleFor(name), `/main/${name}`, value, how);
        if (!(once instanceof Misfit))
          expect(fit(ruleFor(name), `/main/${name}`, once, 'reject')).toEqual(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never NaN or infinite', () => {
    fc.assert(
      fc.property(key, anything, strictness, (name, value, how) => {
        const result = fit(ruleFor(name), '/x', value, how);
        if (!(result instanceof Misfit)) expect(JSON.stringify(result)).not.toMatch(/null/);
      }),
    );
  });
});

function jsonOf(name: string, field: z.ZodType): JsonObject {
  const properties = toJsonSchema(z.object({ [name]: field }))['properties'];
  const property =
    typeof properties === 'object' && properties !== null && !Array.isArray(properties)
      ? properties[name]
      : undefined;
  if (typeof property !== 'object' || property === null || Array.isArray(property))
    throw new Error(`no schema for ${name}`);
  return property;
}

describe('Performers', () => {
  const cases: [string, JsonValue, JsonValue][] = [
    ['strength', 1.0001, 1],
    ['strength', -3, 0],
    ['strength', '0.25', 0.25],
    ['strength', [0.5], 0.5],
    ['strength', true, 1],
    ['steps', 4.0, 4],
    ['steps', 4.6, 5],
    ['steps', 99, 8],
    ['width', 517, 520],
    ['width', 5, 64],
    ['width', 9999, 2048],
    ['tenths', 0.34, 0.3],
    ['tenths', 0.95, 0.9],
    ['flag', 0, false],
    ['flag', 1, true],
    ['flag', 0.2, false],
    ['flag', 'true', true],
    ['flag', 'False', false],
    ['flag', '1', true],
    ['palette', 'cold', 'Cold'],
    ['palette', 'WARM', 'warm'],
    ['palette', 1, 'Cold'],
    ['palette', 1.2, 'Cold'],
    ['palette', '2', 'grey'],
    ['palette', 17, 'grey'],
    ['size', 2, 2],
    ['size', '4', 4],
    ['tint', '#FF8000', '#ff8000'],
    ['tint', [1, 0.5, 0], '#ff8000'],
    ['tint', [2, -1, 0, 1], '#ff0000'],
    ['list', 500, [500]],
    ['list', [1, 2.4, 5000], [1, 2, 1000]],
    ['list', [1, 2, 3, 4, 5], [1, 2, 3, 4]],
    ['note', 'a long, long note', 'a long, lo'],
    ['note', 4, '4'],
  ];

  it.each(cases)('play %s with %j as %j', (key, value, expected) => {
    const result = taken(key, value, 'coerce');
    if (typeof expected === 'number' && typeof result === 'number') expect(result).toBeCloseTo(expected, 12);
    else expect(result).toEqual(expected);
  });

  it.each<[string, JsonValue]>([
    ['strength', 'loud'],
    ['strength', ''],
    ['strength', Number.NaN],
    ['strength', Infinity],
    ['strength', [1, 2]],
    ['steps', null],
    ['flag', 'maybe'],
    ['palette', 'blue'],
    ['tint', 'red'],
    ['tint', [1, 2]],
    ['list', ['x']],
    ['code', 'A1'],
  ])('cannot play %s with %j', (key, value) => {
    expect(taken(key, value, 'coerce')).toMatch(/^E_VALUE_(TYPE|RANGE) \/main\//);
  });
});

describe('Zero', () => {
  it('has no sign', () => {
    for (const how of ['coerce', 'reject'] as const) expect(taken('free', -0, how)).toBe(0);
    expect(taken('odd', -0.2, 'coerce')).toBe(0);
  });
});

describe('REST and WebSocket', () => {
  it.each<[string, JsonValue, string]>([
    ['strength', 1.4, 'E_VALUE_RANGE /main/strength: 1.4 is above the maximum 1'],
    ['strength', -0.1, 'E_VALUE_RANGE /main/strength: -0.1 is below the minimum 0'],
    ['strength', '0.5', 'E_VALUE_TYPE /main/strength: "0.5" is not a number'],
    ['steps', 4.5, 'E_VALUE_TYPE /main/steps: 4.5 is not a whole number'],
    ['width', 517, 'E_VALUE_RANGE /main/width: 517 is not a multiple of 8'],
    ['flag', 1, 'E_VALUE_TYPE /main/flag: 1 is not true or false'],
    ['palette', 'cold', 'E_VALUE_RANGE /main/palette: "cold" is none of warm, Cold, grey'],
    ['palette', 1, 'E_VALUE_RANGE /main/palette: 1 is none of warm, Cold, grey'],
    ['tint', 'red', 'E_VALUE_TYPE /main/tint: "red" is not a colour: #rrggbb'],
    ['list', 5, 'E_VALUE_TYPE /main/list: 5 is not a list'],
    ['list', [1, 5000], 'E_VALUE_RANGE /main/list[1]: 5000 is above the maximum 1000'],
    ['list', [1, 2, 3, 4, 5], 'E_VALUE_RANGE /main/list: [1,2,3,4,5] has more items than the maximum 4'],
    [
      'note',
      'a long, long note',
      'E_VALUE_RANGE /main/note: "a long, long note" is longer than the maximum length 10',
    ],
  ])('are told why %s does not take %j', (key, value, message) => {
    expect(taken(key, value, 'reject')).toBe(message);
  });

  it.each<[string, JsonValue]>([
    ['strength', 1],
    ['steps', 4.0],
    ['flag', true],
    ['palette', 'Cold'],
    ['tint', '#00ff00'],
    ['list', [1]],
  ])('set %s to %j', (key, value) => {
    expect(taken(key, value, 'reject')).toEqual(value);
  });
});
