import { describe, expect, it } from 'vitest';
import { graphOf, osc, played, rest, rig } from './rig.ts';

describe('Values', () => {
  it('reach the next call of their stage', async () => {
    const here = await rig();
    const answer = here.show.set({ '/main/strength': 0.4 }, rest);
    expect(answer).toEqual({
      applied: [{ address: '/main/strength', value: 0.4 }],
      scheduled: [],
      rejected: [],
    });
    expect(played(here, 'strength')).toBe(0.4);
    expect(here.show.parameter('/main/strength')).toMatchObject({
      value: 0.4,
      setBy: rest.id,
      type: 'number',
      maximum: 1,
    });
  });

  it('succeed or fail one by one, and the error names address, value and bound', async () => {
    const here = await rig();
    const { applied, rejected } = here.show.set(
      { '/main/strength': 1.4, '/main/steps': 3, '/main/strenght': 1 },
      rest,
    );
    expect(applied).toEqual([{ address: '/main/steps', value: 3 }]);
    expect(rejected.map(({ error }) => error.message)).toEqual([
      '/main/strength: 1.4 is above the maximum 1',
      'No parameter has the address /main/strenght. Did you mean /main/strength?',
    ]);
    expect(rejected.map(({ error }) => error.code)).toEqual(['E_VALUE_RANGE', 'E_ADDRESS_UNKNOWN']);
    expect(played(here, 'strength')).toBe(0.7);
  });

  it('that name hundreds of wrong addresses are all refused; the first few are told what was meant', async () => {
    const here = await rig();
    const wrong = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`/main/strengt${i}`, 1]));
    for (let request = 0; request < 2; request += 1) {
      const { rejected } = here.show.set(wrong, rest);
      expect(rejected.every(({ error }) => error.code === 'E_ADDRESS_UNKNOWN')).toBe(true);
      const told = rejected.filter(({ error }) => error.details?.['nearest'] === '/main/strength');
      expect(rejected).toHaveLength(300);
      expect(told.map(({ address }) => address)).toEqual(Object.keys(wrong).slice(0, 8));
    }
  });

  it('by a bare key go to the first stage in graph order that has it', async () => {
    const here = await rig({ defaultGraph: graphOf({ first: 'plain', main: 'glow' }) });
    here.show.set({ '/strength': 0.3, '/warp': 0.6 }, rest);
    expect([played(here, 'strength', 'first'), played(here, 'strength'), played(here, 'warp')]).toEqual([
      0.3, 0.7, 0.6,
    ]);
  });

  it('of performers are clamped and bent to their type', async () => {
    const here = await rig();
    here.show.play([
      { address: '/main/strength', args: [1.0001], sender: osc.id },
      { address: '/main/steps', args: [4.0], sender: osc.id },
      { address: '/main/invert', args: [1], sender: osc.id },
      { address: '/main/palette', args: [2], sender: osc.id },
      { address: '/main/tint', args: [1, 0.5, 0], sender: osc.id },
      { address: '/main/list', args: [500], sender: osc.id },
    ]);
    expect(here.show.sample('main', here.time.us, 'text').values).toMatchObject({
      strength: 1,
      steps: 4,
      invert: true,
      palette: 'grey',
      tint: '#ff8000',
      list: [500],
    });
  });

  it('of a call stay as they were while later ones change', async () => {
    const here = await rig();
    const before = here.show.sample('main', here.time.us, 'text');
    here.show.set({ '/main/strength': 0.1 }, rest);
    expect(here.show.sample('main', here.time.us, 'text').values['strength']).toBe(0.1);
    expect(before.values['strength']).toBe(0.7);
  });

  it('go back to their default with null', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.1 }, rest);
    here.show.set({ '/main/strength': null }, rest);
    expect(here.show.parameter('/main/strength')).toMatchObject({ value: 0.7, setBy: null });
  });
});
