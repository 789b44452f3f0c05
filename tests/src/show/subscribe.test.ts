import { describe, expect, it } from 'vitest';
import type { ValueChange } from '../../../src/contract/command.ts';
import { graphOf, osc, rest, rig } from './rig.ts';

describe('Subscribers', () => {
  it('hear the newest value of each address, at most 60 times a second', async () => {
    const here = await rig();
    const heard: (readonly ValueChange[])[] = [];
    here.show.subscribe((changes) => heard.push(changes));
    for (let step = 1; step <= 100; step += 1) {
      here.show.play([
        { address: '/main/strength', args: [step / 100], sender: osc.id },
        { address: '/main/warp', args: [1 - step / 100], sender: osc.id },
      ]);
      await here.time.pass(0.001);
    }
    await here.time.pass(1);
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.length).toBeLessThanOrEqual(7);
    expect(heard.at(-1)).toEqual([
      { address: '/main/strength', value: 1, setBy: osc.id },
      { address: '/main/warp', value: 0, setBy: osc.id },
    ]);
  });

  it('see a ramp move and arrive, and then nothing more', async () => {
    const here = await rig();
    const values: unknown[] = [];
    here.show.subscribe((changes) => values.push(...changes.map((change) => change.value)));
    here.show.execute(
      [{ kind: 'set', address: '/main/strength', value: 0, ramp: { duration: 0.5, curve: 'linear' } }],
      rest,
    );
    await here.time.pass(5);
    expect(values.length).toBeGreaterThan(20);
    expect(values.length).toBeLessThan(35);
    expect(values).toEqual([...values].sort((a, b) => Number(b) - Number(a)));
    expect(values.at(-1)).toBe(0);
    expect(here.time.pending).toBe(0);
  });

  it('see the end of a ramp that a frame saw first', async () => {
    const here = await rig();
    const values: unknown[] = [];
    here.show.subscribe((changes) => values.push(...changes.map((change) => change.value)));
    here.show.execute(
      [{ kind: 'set', address: '/main/strength', value: 0, ramp: { duration: 0.5, curve: 'linear' } }],
      rest,
    );
    await here.time.pass(0.495);
    here.time.us += 6000;
    here.show.sample('main', here.time.us, 'text');
    await here.time.pass(0.1);
    expect(values.at(-1)).toBe(0);
  });

  it('that fail or leave do not disturb the others', async () => {
    const here = await rig();
    const heard: string[] = [];
    here.show.subscribe(() => {
      throw new Error('mine is broken');
    });
    const leave = here.show.subscribe(() => heard.push('left'));
    here.show.subscribe(() => heard.push('stayed'));
    leave();
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.time.pass(1);
    expect(heard).toEqual(['stayed']);
    expect(here.lines.join()).toContain('mine is broken');
  });

  it('hear of prompts by every address they have', async () => {
    const here = await rig();
    const heard = new Map<string, unknown>();
    here.show.subscribe((changes) => changes.forEach((change) => heard.set(change.address, change.value)));
    here.show.set({ '/prompt': 'gold' }, rest);
    await here.time.pass(1);
    expect(heard.get('/prompt')).toBe('gold');
    expect(heard.get('/main/prompts/0/text')).toBe('gold');
    expect(heard.get('/main/prompts')).toEqual([{ text: 'gold', weight: 1 }]);
  });

  it('hear the values of a stage that joins', async () => {
    const here = await rig();
    const heard: string[] = [];
    here.show.subscribe((changes) => heard.push(...changes.map((change) => change.address)));
    await here.show.setGraph(graphOf({ main: 'glow', second: 'plain' }), rest);
    await here.time.pass(1);
    expect(heard).toContain('/second/gain');
    expect(heard).not.toContain('/main/strength');
  });

  it('cost nothing while there are none', async () => {
    const here = await rig();
    here.show.execute(
      [{ kind: 'set', address: '/main/strength', value: 0, ramp: { duration: 60, curve: 'linear' } }],
      rest,
    );
    await here.time.pass(11);
    expect(here.time.pending).toBe(0);
  });
});
