import { describe, expect, it } from 'vitest';
import type { NewCue } from '../../../src/contract/cue.ts';
import { file, osc, played, rest, rig, type Rig } from './rig.ts';

async function show(cues: readonly NewCue[], given: Parameters<typeof rig>[0] = {}): Promise<Rig> {
  const here = await rig(given);
  for (const [name, strength] of [
    ['low', 0],
    ['high', 1],
  ] as const) {
    here.show.set({ '/main/strength': strength }, rest);
    here.show.presets.save({ name, what: 'values', addresses: ['/strength'] }, rest);
  }
  here.show.set({ '/main/strength': 0.5, '/preset/morph/duration': 0 }, rest);
  here.show.cues.replace(cues);
  return here;
}

function press(here: Rig, button: 'go' | 'back'): void {
  here.show.play([{ address: `/cue/${button}`, args: [], sender: osc.id }]);
}

describe('A cue list', () => {
  it('goes forward and back, each cue with its morph', async () => {
    const here = await show([
      { preset: 'low', morph: { duration: 2, curve: 'linear' } },
      { preset: 'high', morph: { duration: 4, curve: 'linear' } },
    ]);
    press(here, 'go');
    await here.time.pass(2);
    expect([played(here, 'strength'), here.show.parameter('/cue')?.value]).toEqual([0, 1]);
    press(here, 'go');
    await here.time.pass(2);
    expect(played(here, 'strength')).toBeCloseTo(0.5);
    press(here, 'back');
    await here.time.pass(1);
    expect(played(here, 'strength')).toBeCloseTo(0.25);
    await here.time.pass(1);
    expect([played(here, 'strength'), here.show.cues.state().position]).toEqual([0, 1]);
  });

  it('stays at its ends', async () => {
    const here = await show([{ preset: 'low' }, { preset: 'high' }]);
    press(here, 'back');
    expect([played(here, 'strength'), here.show.cues.state().position]).toEqual([0.5, 0]);
    for (let time = 0; time < 4; time += 1) press(here, 'go');
    expect([played(here, 'strength'), here.show.cues.state().position]).toEqual([1, 2]);
  });

  it('goes to the cue that /cue is set to; 0 stands before the first', async () => {
    const here = await show([{ preset: 'low' }, { preset: 'high' }]);
    here.show.set({ '/cue': 2 }, rest);
    expect(played(here, 'strength')).toBe(1);
    here.show.set({ '/cue': 0 }, rest);
    expect([played(here, 'strength'), here.show.cues.state().position]).toEqual([1, 0]);
  });

  it('lets a cue follow by itself, unless a hand was quicker', async () => {
    const here = await show([{ preset: 'low', follow: 3 }, { preset: 'high', follow: 3 }, { commands: [] }]);
    press(here, 'go');
    await here.time.pass(2.9);
    expect(here.show.cues.state().position).toBe(1);
    await here.time.pass(0.2);
    expect([played(here, 'strength'), here.show.cues.state().position]).toEqual([1, 2]);
    press(here, 'back');
    await here.time.pass(2.9);
    expect(here.show.cues.state().position).toBe(1);
  });

  it('runs commands, and one that is refused stops no other', async () => {
    const here = await show([
      {
        commands: [
          { kind: 'set', address: '/main/nothing', value: 1 },
          { kind: 'trigger', address: '/main/burst' },
          { kind: 'set', address: '/main/warp', value: 0.25 },
        ],
      },
    ]);
    press(here, 'go');
    expect(played(here, 'warp')).toBe(0.25);
    expect(here.show.sample('main', here.time.us, 'text').triggers).toEqual({ burst: 1 });
    expect(here.show.rejections()).toMatchObject([{ sender: osc.id, lastAddress: '/main/nothing' }]);
  });

  it('keeps its place while it is edited', async () => {
    const here = await show([{ id: 'one' }, { id: 'two' }, { id: 'three' }]);
    here.show.set({ '/cue': 2 }, rest);
    const { cues } = here.show;
    cues.add({ name: 'before' }, 0);
    expect(cues.state().position).toBe(3);
    cues.remove('one');
    expect(cues.state().position).toBe(2);
    cues.replace([{ id: 'two' }]);
    expect(cues.state().position).toBe(1);
    expect(cues.change('two', { name: 'Two', follow: 4 })).toMatchObject({
      name: 'Two',
      follow: 4,
      preset: null,
    });
    expect(() => cues.remove('one')).toThrow('one');
  });

  it('comes back with the show, and nothing goes by itself then', async () => {
    const here = await show([{ preset: 'low', follow: 1 }, { preset: 'high' }]);
    press(here, 'go');
    here.show.set({ '/main/strength': 0.3 }, rest);
    await here.show.close();
    expect(here.files.texts.has(file)).toBe(true);
    const next = await rig({ files: here.files });
    await next.time.pass(5);
    expect(next.show.cues.state()).toMatchObject({
      position: 1,
      cues: [{ preset: 'low' }, { preset: 'high' }],
    });
    expect(played(next, 'strength')).toBe(0.3);
    expect(next.show.presets.list().map(({ name }) => name)).toEqual(['low', 'high']);
  });
});
