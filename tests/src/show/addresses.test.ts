import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { graphOf, osc, rest, rig } from './rig.ts';

describe('Addresses', () => {
  it('are listed once each, the show first and then its stages in graph order', async () => {
    const here = await rig({ defaultGraph: graphOf({ a: 'plain', b: 'glow' }) });
    here.show.set({ '/prompt': 'gold' }, rest);
    const addresses = here.show.parameters().map(({ address }) => address);
    expect(new Set(addresses).size).toBe(addresses.length);
    const parts = /^\/(tempo|preset|cue|timeline|bank|obs|favourites)\b/;
    expect(addresses.filter((address) => !parts.test(address)).slice(0, 10)).toEqual([
      '/paused',
      '/prompt',
      '/prompts',
      '/prompts/0/text',
      '/prompts/0/weight',
      '/prompts/interpolation',
      '/transition/duration',
      '/transition/unit',
      '/transition/curve',
      '/transition/interpolation',
    ]);
    expect(addresses).toEqual(
      expect.arrayContaining([
        '/a/gain',
        '/a/mode',
        '/b/warp',
        '/b/mode',
        '/b/prompts/0/text',
        '/b/transition/unit',
      ]),
    );
    expect(addresses.indexOf('/a/gain')).toBeLessThan(addresses.indexOf('/b/warp'));
    expect(addresses.filter((address) => address.startsWith('/a/prompt'))).toEqual([]);
  });

  it('of the show are all in the reference', async () => {
    const here = await rig();
    here.show.set({ '/prompt': 'gold' }, rest);
    const page = await readFile(new URL('../../../docs/reference/addresses.md', import.meta.url), 'utf8');
    const globals = here.show.parameters().filter(({ node }) => node === null);
    for (const { address } of globals) expect(page).toContain(`\`${address.replace('/0/', '/N/')}\``);
    expect(page).toContain('`/NODE/mode`');
  });

  it('can each be read and written as they are listed, but for those that only tell', async () => {
    const here = await rig();
    here.show.set({ '/prompt': 'gold' }, rest);
    for (const { address, value, type, readOnly } of here.show.parameters()) {
      expect(here.show.parameter(address)).toMatchObject({ address, value });
      const answer = here.show.set({ [address]: type === 'trigger' ? true : value }, rest);
      const refused = answer.rejected.map(({ error }) => error.code);
      expect(refused, address).toEqual(readOnly === true ? ['E_ADDRESS_READ_ONLY'] : []);
    }
  });

  it.each([
    ['/main/strenght', '/main/strength'],
    ['main/strength', '/main/strength'],
    ['/mian/warp', '/main/warp'],
    ['/prompt/0/weight', '/prompts/0/weight'],
    ['/transition/durations', '/transition/duration'],
    ['/quite/another/thing', null],
    ['', null],
    ['/', null],
    ['//', null],
    [`/${'x'.repeat(5000)}`, null],
    ['/prompts/32/text', '/prompts/0/text'],
    ['/constructor', null],
    ['/main/__proto__', null],
  ])('that are unknown are refused, and %s is told of %s', async (address, nearest) => {
    const here = await rig();
    here.show.set({ '/prompts': [{ text: 'gold' }] }, rest);
    const [refused] = here.show.set(Object.fromEntries([[address, 1]]), rest).rejected;
    expect(refused?.error).toMatchObject({ code: 'E_ADDRESS_UNKNOWN', details: { nearest } });
    expect(refused?.error.message.length).toBeLessThan(400);
    here.show.play([{ address, args: [1], sender: osc.id }]);
    expect(here.show.rejections().find(({ sender }) => sender === osc.id)?.lastError.code).toBe(
      'E_ADDRESS_UNKNOWN',
    );
  });

  describe('as OSC patterns', () => {
    const valueOf = (here: Awaited<ReturnType<typeof rig>>, address: string): unknown =>
      here.show.parameter(address)?.value;

    it('mean every parameter that they match', async () => {
      const here = await rig({ defaultGraph: graphOf({ a: 'glow', b: 'glow' }) });
      here.show.play([{ address: '/*/{strength,warp}', args: [0.25], sender: osc.id }]);
      for (const address of ['/a/strength', '/a/warp', '/b/strength', '/b/warp'])
        expect(valueOf(here, address)).toBe(0.25);
      here.show.play([{ address: '/[!a]/w?rp', args: [0.75], sender: osc.id }]);
      expect([valueOf(here, '/a/warp'), valueOf(here, '/b/warp')]).toEqual([0.25, 0.75]);
    });

    it('reach the prompts of the moment, at any depth', async () => {
      const here = await rig();
      here.show.set({ '/prompts': [{ text: 'gold' }, { text: 'sea' }] }, rest);
      here.show.play([{ address: '/prompts//weight', args: [0.5], sender: osc.id }]);
      expect([valueOf(here, '/prompts/0/weight'), valueOf(here, '/prompts/1/weight')]).toEqual([0.5, 0.5]);
    });

    it('are refused by each parameter for itself, and by the show where they match nothing', async () => {
      const here = await rig();
      const last = (): unknown => here.show.rejections()[0]?.lastError;
      here.show.play([{ address: '/main/{strength,tint}', args: [0.25], sender: osc.id }]);
      expect(valueOf(here, '/main/strength')).toBe(0.25);
      expect(last()).toMatchObject({ details: { address: '/main/tint' } });
      here.show.play([{ address: '/nowhere/*', args: [1], sender: osc.id }]);
      expect(last()).toMatchObject({ code: 'E_ADDRESS_UNKNOWN', details: { address: '/nowhere/*' } });
      here.show.play([{ address: '/main/[a', args: [1], sender: osc.id }]);
      expect(last()).toMatchObject({ code: 'E_ADDRESS_UNKNOWN' });
      expect(here.show.rejections()[0]?.count).toBe(3);
    });
  });
});
