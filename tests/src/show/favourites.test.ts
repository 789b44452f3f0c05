import { describe, expect, it } from 'vitest';
import { readShow } from '../../../src/show/show-file.ts';
import { file, osc, readPlace, rest, rig } from './rig.ts';

const starred = ['/main/strength', '/tempo'];

describe('Favourites', () => {
  it('are kept with the show, once each, in their order, whether or not they are there now', async () => {
    const here = await rig();
    const heard: unknown[] = [];
    here.show.subscribe((changes) => heard.push(...changes.map(({ address, value }) => [address, value])));
    here.show.set({ '/favourites': [...starred, '/gone/away', '/tempo'] }, rest);
    expect(here.show.parameter('/favourites')?.value).toEqual([...starred, '/gone/away']);
    await here.time.pass(1);
    await here.show.close();
    const { show } = readShow(here.files.texts.get(file) ?? '', readPlace);
    expect(show.favourites).toEqual([...starred, '/gone/away']);
    expect(heard).toContainEqual(['/favourites', [...starred, '/gone/away']]);
  });

  it.each([
    ['what is no address', ['main/strength']],
    ['a number', [7]],
    ['one without its list', '/tempo'],
    ['more than fit', Array.from({ length: 65 }, (_, at) => `/a/${at}`)],
  ])('are addresses, and not %s', async (_, value) => {
    const here = await rig();
    expect(here.show.set({ '/favourites': value }, rest).rejected).toHaveLength(1);
    expect(here.show.parameter('/favourites')?.value).toEqual([]);
  });

  it('are no matter of a preset', async () => {
    const here = await rig();
    expect(() =>
      here.show.presets.save({ name: 'a', what: 'values', addresses: ['/favourites'] }, rest),
    ).toThrow(expect.objectContaining({ code: 'E_PRESET_ADDRESS' }));
  });

  it('can be starred by OSC, whose one word is a list of one', async () => {
    const here = await rig();
    here.show.play([{ address: '/favourites', args: ['/tempo'], sender: osc.id }]);
    expect(here.show.parameter('/favourites')?.value).toEqual(['/tempo']);
  });
});
