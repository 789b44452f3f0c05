import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../../src/contract/json-fault.ts';

describe('the place where JSON breaks', () => {
  it.each([
    ['', 0, 'a value'],
    ['{"a":}', 5, 'a value'],
    ['{"a" 1}', 5, '":"'],
    ['{a: 1}', 1, 'a name in double quotes or "}"'],
    ['{"a": 1,}', 8, 'a name in double quotes'],
    ['[1, 2', 5, '"," or "]"'],
    ['[1,]', 3, 'a value'],
    ['{"a": 1]', 7, '"," or "}"'],
    ['{} {}', 3, 'nothing more'],
    ['"abc', 4, 'a value'],
    ['"a\\x"', 2, 'a value'],
    ['01', 1, 'nothing more'],
    ['{"a": NaN}', 6, 'a value'],
  ])('is found in %s', (text, offset, expected) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonFault(text)).toMatchObject({
      offset,
      expected: expect.stringContaining(`expected ${expected}`),
    });
  });

  it('is never inside what is valid: cut off anywhere, the fault is at the end of the text', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (value, part) => {
          const text = JSON.stringify([value]);
          const cut = text.slice(0, Math.floor(part * (text.length - 1)));
          const offset = jsonFault(cut)?.offset;
          // A number, word or escape that is cut in the middle breaks where it begins.
          expect(offset).toBeGreaterThanOrEqual(cut.length - 24);
          expect(offset).toBeLessThanOrEqual(cut.length);
        },
      ),
    );
  });
});

describe('whether text is JSON at all', () => {
  it('is judged as JSON.parse judges it, whatever is changed in it', () => {
    const characters = fc.constantFrom(...'{}[],:"\\\n\t\u0001 019.-+eEtrufalsn/bé'.split(''));
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom(0, 1, '\t'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(2),
        fc.array(characters, { maxLength: 3 }),
        (value, indent, part, removed, inserted) => {
          const text = JSON.stringify([value, '\u0007\n"\\é'], null, indent);
          const at = Math.floor(part * text.length);
          const changed = text.slice(0, at) + inserted.join('') + text.slice(at + removed);
          expect(jsonFault(changed) === null).toBe(parses(changed));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
