import { expect, it } from 'vitest';
import { keepPlace, placeIn } from '../../panel/src/shell/place.ts';

function storeOf(kept: string | null = null) {
  const store = {
    kept,
    getItem: () => store.kept,
    setItem: (_key: string, text: string) => void (store.kept = text),
  };
  return () => store;
}

it('leads back to where one was', () => {
  const store = storeOf();
  keepPlace(store, { tab: 'health', viewed: 'in' });
  expect(placeIn(store)).toEqual({ tab: 'health', viewed: 'in' });
});

it.each([null, 'not JSON', '7', '{}', '{"tab":"nowhere","viewed":3}'])(
  'begins at the start where %s was kept',
  (kept) => {
    expect(placeIn(storeOf(kept))).toEqual({ tab: 'play', viewed: null });
  },
);

it('does without a browser that keeps nothing', () => {
  const refuses = (): never => {
    throw new Error('The operation is insecure.');
  };
  keepPlace(refuses, { tab: 'setup', viewed: null });
  expect(placeIn(refuses)).toEqual({ tab: 'play', viewed: null });
});
