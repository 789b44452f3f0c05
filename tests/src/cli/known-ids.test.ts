import { expect, test } from 'vitest';
import { checkIds } from '../../../src/cli/known-ids.ts';
import { defaultOptions, type Options } from '../../../src/options.ts';

const known = { sources: ['test-pattern', 'file'], sinks: ['stills'] };
const check = (given: Partial<Options>) => () =>
  checkIds({ ...defaultOptions('/home/ada'), ...given }, known);

test('ids that are installed pass, with or without a locator', () => {
  expect(check({})).not.toThrow();
  expect(check({ in: 'file:C:\\clips\\a.mp4', out: 'stills' })).not.toThrow();
});

test('a mistyped id names the nearest installed one', () => {
  expect(check({ in: 'test-patern' })).toThrow(
    '--in: there is no source "test-patern". Did you mean test-pattern?',
  );
});

test('an id that resembles none is answered with what there is', () => {
  expect(check({ out: 'hologram' })).toThrow('--out: there is no sink "hologram". There are: stills.');
});

test('a sink is no source', () => {
  expect(check({ in: 'stills' })).toThrow('there is no source "stills"');
});

test('what is imported from outside is left to the daemon', () => {
  expect(check({ in: 'mine', adapterImport: ['./mine.js'] })).not.toThrow();
});
