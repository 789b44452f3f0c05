import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_NAME, fileName, renamed } from '../../../src/contract/recording-name.ts';

const fields = { at: new Date(2026, 10, 21, 9, 5, 7), node: 'out', preset: 'Neon Rain' };

test('the words of a template are filled in', () => {
  expect(fileName(DEFAULT_NAME, fields, 1)).toBe('2026-11-21 09-05-07 out');
  expect(fileName('{preset} {take}', fields, 3)).toBe('Neon Rain 03');
  expect(fileName('{preset}', { ...fields, preset: null }, 1)).toBe('no preset');
  expect(fileName('{other}', fields, 1)).toBe('{other}');
});

test('a later take of the same name is numbered', () => {
  expect(fileName('show', fields, 2)).toBe('show 2');
});

test.each([
  ['../../etc/passwd', '-..-etc-passwd'],
  ['/absolute', '-absolute'],
  ['C:\\show?', 'C--show-'],
  ['.hidden', 'hidden'],
  ['  ends in dots...', 'ends in dots'],
  ['con', '_con'],
  ['a\u0000b\nc', 'a-b-c'],
  ['', 'recording'],
  ['...', 'recording'],
])('%j becomes the name %j', (template, name) => {
  expect(fileName(template, fields, 1)).toBe(name);
});

test('whatever is asked for, the name is one of a file in the folder and short enough', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 250 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      (template, preset) => {
        const name = fileName(template, { ...fields, preset }, 1);
        expect(name).not.toMatch(/[/\\\u0000-\u001f:*?"<>|]|^\.|^$|[. ]$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(204);
      },
    ),
  );
});

test('a wish becomes a name with the ending that the file has, in its folder, whatever is wished', () => {
  expect(renamed('opening', '.mp4')).toBe('opening.mp4');
  expect(renamed('opening.MP4', '.mp4')).toBe('opening.mp4');
  expect(renamed('face.png', '.mp4')).toBe('face.png.mp4');
  expect(renamed('my pictures.mp4', '')).toBe('my pictures.mp4');
  expect(renamed('.mp4', '.mp4')).toBe('recording.mp4');
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('.mp4', '.png', ''),
      (wish, ending) => {
        const name = renamed(wish, ending);
        expect(name.endsWith(ending)).toBe(true);
        expect(name).not.toMatch(/[/\\\0]|^\./);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(210);
        expect(name).not.toBe('');
      },
    ),
  );
});
