import { describe, expect, it } from 'vitest';
import type { Command } from '../../../../src/contract/command.ts';
import { timelineSchema } from '../../../../src/contract/timeline.ts';
import { graphOf, osc, played, rest, rig, type Rig } from '../rig.ts';

const put = ({ show }: Rig, timeline: object) => show.timeline.replace(timelineSchema.parse(timeline));
const set = ({ show }: Rig, values: Record<string, number | string | boolean>) => show.set(values, rest);
const press = ({ show }: Rig, address: string) => show.play([{ address, args: [], sender: osc.id }]);
const bursts = ({ show, time }: Rig) => show.sample('main', time.us, 'text').triggers['burst'];
const prompt = ({ show, time }: Rig) => show.sample('main', time.us, 'text').prompt;
const at = async (here: Rig, seconds: number) => {
  here.time.us += seconds * 1e6;
  await here.time.pass(0);
};
const burst: Command = { kind: 'trigger', address: '/main/burst' };
const fade = {
  address: '/main/strength',
  keyframes: [
    { at: 0, value: 0 },
    { at: 4, value: 1 },
  ],
};

describe('A timeline that plays', () => {
  it('moves values with every call, as its keyframes say', async () => {
    const here = await rig();
    put(here, { tracks: [fade] });
    press(here, '/timeline/play');
    await at(here, 1);
    expect(played(here, 'strength')).toBeCloseTo(0.25);
    await at(here, 2);
    expect(played(here, 'strength')).toBeCloseTo(0.75);
    expect(here.show.parameter('/main/strength')).toMatchObject({ setBy: 'timeline' });
    await at(here, 9);
    expect(played(here, 'strength')).toBe(1);
  });

  it('runs on beats, and keeps its place when the tempo changes', async () => {
    const here = await rig();
    put(here, { unit: 'beats', tracks: [fade] });
    press(here, '/timeline/play');
    await at(here, 1);
    expect(played(here, 'strength')).toBeCloseTo(0.5);
    set(here, { '/tempo': 60 });
    await at(here, 1);
    expect(played(here, 'strength')).toBeCloseTo(0.75);
    expect(here.show.timeline.state()).toMatchObject({ playing: true, perSecond: 1 });
  });

  it('pauses, goes on, stops at its start, and leaves the picture as it is', async () => {
    const here = await rig();
    put(here, { tracks: [fade] });
    set(here, { '/timeline/playing': true });
    await at(here, 1);
    set(here, { '/timeline/playing': false });
    await at(here, 5);
    expect(played(here, 'strength')).toBeCloseTo(0.25);
    set(here, { '/timeline/playing': true });
    await at(here, 1);
    expect(played(here, 'strength')).toBeCloseTo(0.5);
    press(here, '/timeline/stop');
    await at(here, 1);
    expect(here.show.timeline.state()).toMatchObject({ playing: false, position: 0 });
    expect(played(here, 'strength')).toBeCloseTo(0.5);
  });

  it('fires each command once, at its instant, though nobody looks', async () => {
    const here = await rig();
    put(here, {
      marks: [
        { at: 1, command: burst },
        { at: 1.5, command: { kind: 'set', address: '/main/strength', value: 1, ramp: { duration: 2 } } },
      ],
    });
    press(here, '/timeline/play');
    await here.time.pass(1.2);
    expect(here.show.parameter('/main/burst')?.value).toBe(1);
    await here.time.pass(10);
    expect(bursts(here)).toBe(1);
    expect(played(here, 'strength')).toBe(1);
  });

  it('begins a command that was due before a late look when it was due', async () => {
    const here = await rig();
    set(here, { '/main/strength': 0 });
    put(here, {
      marks: [
        {
          at: 1,
          command: {
            kind: 'set',
            address: '/main/strength',
            value: 1,
            ramp: { duration: 2, curve: 'linear' },
          },
        },
      ],
    });
    press(here, '/timeline/play');
    here.time.us += 2e6;
    expect(played(here, 'strength')).toBeCloseTo(0.5);
  });

  it('goes round its loop, and ends at its length without one', async () => {
    const here = await rig();
    put(here, {
      length: 8,
      loop: { on: true, from: 1, to: 3 },
      tracks: [fade],
      marks: [{ at: 1, command: burst }],
    });
    press(here, '/timeline/play');
    await at(here, 2.5);
    expect(played(here, 'strength')).toBeCloseTo(0.625);
    await at(here, 1);
    expect(played(here, 'strength')).toBeCloseTo(0.375);
    await at(here, 7);
    expect(bursts(here)).toBe(5);
    set(here, { '/timeline/loop': false });
    await at(here, 20);
    expect(here.show.timeline.state()).toMatchObject({ playing: false, position: 8 });
    expect(bursts(here)).toBe(5);
    press(here, '/timeline/play');
    expect(here.show.timeline.state().position).toBe(0);
  });

  it('goes to a place with what holds there, and runs none of the commands in between', async () => {
    const here = await rig();
    put(here, {
      tracks: [fade],
      marks: [1, 2, 3].map((place) => ({ at: place, command: burst })),
      prompts: [
        {
          clips: [
            { at: 0, prompts: [{ text: 'sea' }] },
            { at: 2, prompts: [{ text: 'fire' }] },
          ],
        },
      ],
    });
    set(here, { '/timeline/position': 2.5 });
    expect(played(here, 'strength')).toBeCloseTo(0.625);
    expect(prompt(here).texts).toEqual([{ text: 'fire', weight: 1 }]);
    expect(bursts(here)).toBe(0);
    set(here, { '/timeline/position': 3 });
    press(here, '/timeline/play');
    await at(here, 1);
    expect(bursts(here)).toBe(1);
  });

  it('goes into the middle of a transition, as if it had played until there', async () => {
    const here = await rig();
    const transition = { duration: 2, curve: 'linear' };
    put(here, {
      prompts: [
        {
          clips: [
            { at: 0, prompts: [{ text: 'sea' }] },
            { at: 4, prompts: [{ text: 'fire' }], transition },
          ],
        },
      ],
    });
    set(here, { '/timeline/position': 5 });
    const mix = prompt(here);
    expect(mix.blend?.t).toBeCloseTo(0.5);
    expect(mix.blend?.from).toEqual([{ text: 'sea', weight: 1 }]);
    expect(mix.blend?.to).toEqual([{ text: 'fire', weight: 1 }]);
  });

  it('brings back the prompt of the start of its loop', async () => {
    const here = await rig();
    put(here, {
      loop: { on: true, from: 1, to: 3 },
      prompts: [
        {
          clips: [
            { at: 0, prompts: [{ text: 'sea' }] },
            { at: 2, prompts: [{ text: 'fire' }] },
          ],
        },
      ],
    });
    press(here, '/timeline/play');
    await at(here, 2.5);
    expect(prompt(here).texts[0]?.text).toBe('fire');
    await at(here, 1);
    expect(prompt(here).texts[0]?.text).toBe('sea');
  });

  it('plays the prompts of one stage by themselves', async () => {
    const here = await rig({ defaultGraph: graphOf({ main: 'glow', second: 'glow' }) });
    put(here, { prompts: [{ node: 'second', clips: [{ at: 0, prompts: [{ text: 'fire' }] }] }] });
    press(here, '/timeline/play');
    const texts = (node: string) => here.show.sample(node, here.time.us, 'text').prompt.texts;
    expect([texts('main'), texts('second')]).toEqual([[], [{ text: 'fire', weight: 1 }]]);
  });

  it('can stop itself, and send itself elsewhere, without going round on the spot', async () => {
    const here = await rig();
    put(here, {
      marks: [
        { at: 0, command: burst },
        { at: 2, command: { kind: 'set', address: '/timeline/position', value: 0 } },
      ],
    });
    press(here, '/timeline/play');
    await at(here, 5);
    expect(here.show.timeline.state().position).toBeCloseTo(1);
    expect(bursts(here)).toBe(1);
  });

  it('counts and names what is not there, and plays the rest', async () => {
    const here = await rig();
    put(here, {
      tracks: [fade, { address: '/main/gone', keyframes: [{ at: 0, value: 1 }] }],
      marks: [{ at: 1, command: { kind: 'trigger', address: '/main/none' } }],
    });
    press(here, '/timeline/play');
    await at(here, 2);
    expect(played(here, 'strength')).toBeCloseTo(0.5);
    expect(
      here.show.timeline.state().missing.map(({ address, count, code }) => [address, count, code]),
    ).toEqual([
      ['/main/gone', 1, 'E_ADDRESS_UNKNOWN'],
      ['/main/none', 1, 'E_ADDRESS_UNKNOWN'],
    ]);
  });

  it('follows a MIDI clock that gives the tempo, where it is told to', async () => {
    const here = await rig();
    put(here, { unit: 'beats', tracks: [fade] });
    const midi = (what: string, ...more: number[]) =>
      here.show.play([
        { address: '~midi/Drum/clock/0/0', args: [what, here.time.us, ...more], sender: 'midi:Drum' },
      ]);
    midi('start');
    expect(here.show.timeline.state().playing).toBe(false);
    set(here, { '/tempo/source': 'midi', '/timeline/follow': true });
    midi('position', 8);
    midi('continue');
    expect(here.show.timeline.state()).toMatchObject({ playing: true, position: 2 });
    midi('stop');
    expect(here.show.timeline.state().playing).toBe(false);
  });
});

describe('A hand that moves what a timeline plays', () => {
  const steps = {
    address: '/main/warp',
    keyframes: [0, 1, 2, 3].map((place) => ({ at: place, value: place / 10 })),
  };

  it('has it until the first keyframe after it has rested', async () => {
    const here = await rig();
    put(here, { tracks: [steps, fade] });
    press(here, '/timeline/play');
    await at(here, 0.8);
    set(here, { '/main/warp': 0.9 });
    await at(here, 0.3);
    expect(played(here, 'warp')).toBe(0.9);
    expect(here.show.timeline.state().touched).toEqual(['/main/warp']);
    expect(played(here, 'strength')).toBeCloseTo(1.1 / 4);
    await at(here, 1);
    expect(played(here, 'warp')).toBeCloseTo(0.21);
    expect(here.show.timeline.state().touched).toEqual([]);
  });

  it('by a ramp or a preset has it, too', async () => {
    const here = await rig();
    put(here, { tracks: [steps] });
    press(here, '/timeline/play');
    await at(here, 0.1);
    const ramp: Command = {
      kind: 'set',
      address: '/main/warp',
      value: 1,
      ramp: { duration: 0.4, curve: 'linear' },
    };
    here.show.execute([ramp], rest);
    await at(here, 0.2);
    expect(played(here, 'warp')).toBeCloseTo((0.01 + 1) / 2, 1);
    await at(here, 0.3);
    expect(played(here, 'warp')).toBe(1);
  });

  it('loses it where the loop begins anew, and when the position is moved', async () => {
    const here = await rig();
    put(here, {
      loop: { on: true, from: 0, to: 2 },
      tracks: [{ ...steps, keyframes: steps.keyframes.slice(0, 1) }],
    });
    press(here, '/timeline/play');
    set(here, { '/main/warp': 0.9 });
    await at(here, 1.9);
    expect(played(here, 'warp')).toBe(0.9);
    await at(here, 0.2);
    expect(played(here, 'warp')).toBe(0);
    set(here, { '/main/warp': 0.9, '/timeline/position': 1 });
    expect(played(here, 'warp')).toBe(0);
  });
});

describe('The timeline of a show', () => {
  it('is saved with it, and never starts by itself', async () => {
    const here = await rig();
    const timeline = put(here, { length: 4, tracks: [fade], marks: [{ at: 3, name: 'drop' }] });
    press(here, '/timeline/play');
    await here.time.pass(3);
    const again = await rig({ files: here.files });
    expect(again.show.timeline.read()).toEqual(timeline);
    expect(again.show.timeline.state()).toMatchObject({ playing: false, position: 0 });
  });

  it('tells its position ten times a second while it plays', async () => {
    const here = await rig();
    const told: number[] = [];
    here.show.subscribe((changes) => {
      for (const { address, value } of changes)
        if (address === '/timeline/position') told.push(Number(value));
    });
    put(here, { length: 2 });
    press(here, '/timeline/play');
    await here.time.pass(1);
    expect(told.length).toBeGreaterThan(8);
    expect(told.length).toBeLessThan(13);
    await here.time.pass(1.5);
    const count = told.length;
    await here.time.pass(5);
    expect(told.length).toBe(count);
    expect(told.at(-1)).toBe(2);
  });

  it('refuses what it cannot hold, names the place and keeps what it had', async () => {
    const here = await rig();
    const before = put(here, { tracks: [fade] });
    const parsed = timelineSchema.safeParse({ tracks: [fade, fade] });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['tracks', 1, 'address'] });
    expect(() =>
      here.show.timeline.replace({ ...before, tracks: [...before.tracks, ...before.tracks] }),
    ).toThrow('tracks.1.address: another track has this address');
    expect(here.show.timeline.read()).toBe(before);
  });
});
