import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../../src/contract/error.ts';
import { placeOf } from '../../../../src/contract/json-place.ts';
import type { JsonValue } from '../../../../src/contract/json.ts';
import { presetSchema, type Preset } from '../../../../src/contract/preset.ts';
import { printPresets, readPresets } from '../../../../src/show/presets/preset-text.ts';

const json = fc.jsonValue({ maxDepth: 3 });
const preset = fc
  .record({
    id: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
    name: fc.stringMatching(/^[a-zA-Z0-9 äöü]{0,20}[a-z]$/),
    values: fc.dictionary(fc.string({ maxLength: 20 }), json, { maxKeys: 5 }),
    createdAt: fc.nat(),
  })
  .map((given): Preset => presetSchema.parse(JSON.parse(JSON.stringify(given))));

describe('Presets as a text', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(preset, { minLength: 1, maxLength: 4 }), (presets) => {
        expect(printPresets(readPresets(printPresets(presets)))).toBe(printPresets(presets));
      }),
    );
  });

  it('are refused with a code where they are broken, and nothing else is thrown', () => {
    const text = printPresets([
      presetSchema.parse({ id: 'a', name: 'A', values: { '/warp': 0.5, '/list': [1, 2] } }),
    ]);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 6 }), (at, length, more) => {
        try {
          readPresets(text.slice(0, at) + more + text.slice(at + length));
        } catch (error) {
          expect(error).toBeInstanceOf(ReverieError);
          expect(error).toMatchObject({
            code: 'E_PRESET_FILE',
            details: { line: expect.any(Number) as number },
          });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('name the unknown field', () => {
    const text = printPresets([presetSchema.parse({ id: 'a', name: 'A' })]).replace('"name"', '"title"');
    expect(() => readPresets(text)).toThrow(/line 5, column \d+, presets.0.name: /);
    const more = printPresets([presetSchema.parse({ id: 'a', name: 'A' })]).replace(
      '"createdAt": 0',
      '"createdAt": 0, "x": 1',
    );
    expect(() => readPresets(more)).toThrow(/presets.0.x: nothing is called so here/);
  });
});

describe('The place of a value in JSON text', () => {
  it('is where it is written, however the text is laid out', () => {
    fc.assert(
      fc.property(json, fc.nat(4), (value, indent) => {
        const text = JSON.stringify({ before: ['}', '"', '\\'], value }, null, indent);
        const { line, column } = placeOf(text, ['value']);
        const rest = text
          .split('\n')
          .slice(line - 1)
          .join('\n')
          .slice(column - 1);
        const shown = JSON.stringify({ v: value as JsonValue }, null, indent);
        expect(rest.replaceAll(/\s/g, '').slice(0, -1)).toBe(
          shown
            .slice(shown.indexOf(':') + 1)
            .replaceAll(/\s/g, '')
            .slice(0, -1),
        );
      }),
    );
  });

  it('is that of the last there is where the path goes on', () => {
    expect(placeOf('{\n  "a": {\n    "b": 1 } }', ['a', 'b', 'c'])).toEqual({ line: 3, column: 10 });
    expect(placeOf('{\n  "a": [1,\n 2] }', ['a', 1])).toEqual({ line: 3, column: 2 });
    expect(placeOf('[]', ['x'])).toEqual({ line: 1, column: 1 });
  });
});
