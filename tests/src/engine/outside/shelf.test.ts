import { expect, test } from 'vitest';
import { reportOf } from '../../../../src/contract/error.ts';
import { definePipeline, describePipeline, port, z } from '../../../../src/contract/pipeline.ts';
import type { Candidate } from '../../../../src/engine/outside/candidate.ts';
import type { Reading } from '../../../../src/engine/outside/read-descriptor.ts';
import { Shelf } from '../../../../src/engine/outside/shelf.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const described = (id: string, name = id): Reading => ({
  descriptor: describePipeline(
    definePipeline({
      id,
      name,
      version: '1.0.0',
      description: 'A pipeline of a test',
      modes: { video: { default: true } },
      inputs: { video: port('video') },
      outputs: { video: port('video') },
      params: z.object({}),
      load: never,
    }),
  ),
});
const found = (label: string): Candidate => ({
  origin: 'package',
  label,
  from: `/home/node_modules/${label}`,
  module: `file:///${label}/index.js#default`,
});

/** A shelf whose readings end when they are told to; patience is over at once for those named. */
function shelfOf(impatientWith: readonly string[] = []) {
  const ends = new Map<string, (reading: Reading) => void>();
  let last = '';
  const shelf = new Shelf({
    read: (module) => {
      last = module;
      return new Promise((resolve) => ends.set(module, resolve));
    },
    shipped: (id) => id === 'dream',
    limits: {
      atOnce: 9,
      patience: () => (impatientWith.some((label) => last.includes(label)) ? Promise.resolve() : never()),
    },
  });
  const told = async (label: string, reading: Reading): Promise<void> => {
    ends.get(`file:///${label}/index.js#default`)?.(reading);
    await settle();
  };
  const codes = () => shelf.entries().map((entry) => (entry.available ? entry.id : entry.error.code));
  return { shelf, told, codes };
}

test('what was found is listed as being read until it was read', async () => {
  const { shelf, told, codes } = shelfOf();
  shelf.fill([found('tint')]);
  expect(codes()).toEqual(['E_PIPELINE_READING']);
  expect(shelf.entries()[0]).toMatchObject({ id: 'tint', from: '/home/node_modules/tint' });
  await told('tint', described('tint'));
  expect(codes()).toEqual(['tint']);
  expect(shelf.find('tint')?.module).toBe('file:///tint/index.js#default');
});

test('of two with one id the first in the list plays, even where the other was read sooner', async () => {
  const { shelf, told, codes } = shelfOf();
  shelf.fill([found('a'), found('b')]);
  await told('b', described('tint', 'of b'));
  await told('a', described('tint', 'of a'));
  expect(codes()).toEqual(['tint', 'E_PIPELINE_ID_TAKEN']);
  expect(shelf.find('tint')?.descriptor.name).toBe('of a');
  expect(shelf.entries()[1]).toMatchObject({
    id: 'b',
    error: { message: '"tint" is played from /home/node_modules/a' },
  });
});

test('the first in the list plays even where it was so slow that nobody waited for it', async () => {
  const { shelf, told, codes } = shelfOf(['slow']);
  shelf.fill([found('slow'), found('b')]);
  await told('b', described('tint', 'of b'));
  expect(codes()).toEqual(['E_PIPELINE_READING', 'tint']);
  await told('slow', described('tint', 'of slow'));
  expect(codes()).toEqual(['tint', 'E_PIPELINE_ID_TAKEN']);
});

test('an id that Reverie ships stays what Reverie ships', async () => {
  const { shelf, told, codes } = shelfOf();
  shelf.fill([found('a')]);
  await told('a', described('dream'));
  expect(codes()).toEqual(['E_PIPELINE_ID_TAKEN']);
  expect(shelf.find('dream')).toBeNull();
});

test('whoever waits for an id goes on as soon as it can be played, hanging neighbours or not', async () => {
  const { shelf, told } = shelfOf(['hangs']);
  shelf.fill([found('hangs'), found('tint')]);
  let known = false;
  void shelf.known(['dream', 'tint']).then(() => (known = true));
  await settle();
  expect(known).toBe(false);
  await told('tint', described('tint'));
  expect(known).toBe(true);
});

test('whoever waits for an id that nobody has goes on when all were read', async () => {
  const { shelf, told } = shelfOf();
  shelf.fill([found('a')]);
  let known = false;
  void shelf.known(['nobody']).then(() => (known = true));
  await settle();
  expect(known).toBe(false);
  await told('a', { error: reportOf(new Error('it threw'), 'E_PIPELINE_IMPORT') });
  expect(known).toBe(true);
});

test('read anew, a pipeline stays playable until the new word is there; what is gone is gone', async () => {
  const { shelf, told, codes } = shelfOf();
  shelf.fill([found('a'), found('b')]);
  await told('a', described('a', 'old'));
  await told('b', described('b'));
  shelf.fill([found('a'), found('c')]);
  expect(codes()).toEqual(['a', 'E_PIPELINE_READING']);
  expect(shelf.find('b')).toBeNull();
  await told('a', described('a', 'new'));
  expect(shelf.find('a')?.descriptor.name).toBe('new');
  await told('c', described('c'));
  await shelf.settled();
  expect(codes()).toEqual(['a', 'c']);
});

test('whoever listens hears of each change until it leaves', async () => {
  const { shelf, told, codes } = shelfOf();
  const heard: string[][] = [];
  const leave = shelf.subscribe(() => heard.push(codes()));
  shelf.fill([found('a'), found('b')]);
  await told('a', described('a'));
  leave();
  await told('b', described('b'));
  expect(heard).toEqual([
    ['E_PIPELINE_READING', 'E_PIPELINE_READING'],
    ['a', 'E_PIPELINE_READING'],
  ]);
});

test('a package that cannot even be read is listed with its reason, and nobody is asked', async () => {
  const { shelf, codes } = shelfOf();
  const error = reportOf(new Error('no file'), 'E_PIPELINE_PACKAGE');
  shelf.fill([{ ...found('a'), module: error }]);
  await shelf.settled();
  expect(codes()).toEqual(['E_PIPELINE_PACKAGE']);
});
