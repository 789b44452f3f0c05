import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest, suggestion } from '../../../src/cli/nearest.ts';

const flags = [
  '--port',
  '--host',
  '--osc-port',
  '--osc-host',
  '--pipeline',
  '--pipeline-import',
  '--home',
  '--in',
];

test.each([
  ['--prot', '--port'],
  ['--prt', '--port'],
  ['--Port', '--port'],
  ['--oscport', '--osc-port'],
  ['--osc_port', '--osc-port'],
  ['--piepline', '--pipeline'],
  ['--ni', '--in'],
])('%s is taken for %s', (typed, meant) => {
  expect(nearest(typed, flags)).toBe(meant);
});

test('a word that resembles nothing gets no suggestion', () => {
  expect(nearest('--banana-split', flags)).toBeNull();
  expect(suggestion('zebra', ['dream', 'passthrough'])).toBe('');
});

test('an unambiguous beginning is enough', () => {
  expect(nearest('pass', ['dream', 'passthrough'])).toBe('passthrough');
  expect(nearest('test', ['test-pattern', 'test-card'])).toBeNull();
});

test('a valid word is always nearest to itself', () => {
  fc.assert(
    fc.property(fc.constantFrom(...flags), (flag) => {
      expect(nearest(flag, flags)).toBe(flag);
    }),
  );
});

test('one swap of neighbours, one letter too many or one too few is always understood', () => {
  const slip = fc.constantFrom('swap', 'drop', 'double');
  fc.assert(
    fc.property(slip, fc.integer({ min: 2, max: 9 }), (kind, at) => {
      const word = '--pipeline';
      const typed = {
        swap: word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
        drop: word.slice(0, at) + word.slice(at + 1),
        double: word.slice(0, at) + (word[at] ?? '') + word.slice(at),
      }[kind];
      expect(nearest(typed, flags)).toBe(word);
    }),
  );
});
