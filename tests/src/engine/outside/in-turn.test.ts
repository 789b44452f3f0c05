import { expect, test } from 'vitest';
import { inTurn } from '../../../../src/engine/outside/in-turn.ts';

/** Work that ends when it is told to. */
function held(count: number) {
  const ends: ((result: { of: number }) => void)[] = [];
  const begun: number[] = [];
  const work = Array.from({ length: count }, (_, index) => () => {
    begun.push(index);
    return new Promise<{ of: number }>((resolve) => (ends[index] = resolve));
  });
  return { work, begun, end: (index: number) => ends[index]?.({ of: index }) };
}

const never = (): Promise<never> => new Promise(() => undefined);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('results come in the order of the list, whoever was quicker', async () => {
  const { work, end } = held(3);
  const taken: number[] = [];
  const all = inTurn(work, { atOnce: 3, patience: never }, (index) => taken.push(index));
  end(2);
  end(1);
  await settle();
  expect(taken).toEqual([]);
  end(0);
  await all;
  expect(taken).toEqual([0, 1, 2]);
});

test('one that takes too long holds up nobody, and comes when it comes', async () => {
  const { work, end } = held(3);
  const taken: number[] = [];
  const patience = [Promise.resolve(), never(), never()];
  const all = inTurn(work, { atOnce: 3, patience: () => patience.shift() ?? never() }, (index) =>
    taken.push(index),
  );
  end(1);
  end(2);
  await settle();
  expect(taken).toEqual([1, 2]);
  end(0);
  await all;
  expect(taken).toEqual([1, 2, 0]);
});

test('no more are at work at once than may be, but for those that lost their turn', async () => {
  const { work, begun, end } = held(3);
  const patience = [Promise.resolve(), never(), never()];
  const all = inTurn(work, { atOnce: 1, patience: () => patience.shift() ?? never() }, () => undefined);
  await settle();
  expect(begun).toEqual([0, 1]);
  for (const index of [0, 1]) end(index);
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  end(2);
  await all;
});

test('nothing to do is done at once', async () => {
  await expect(inTurn([], { atOnce: 2, patience: never }, () => undefined)).resolves.toBeUndefined();
});
