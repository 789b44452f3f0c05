import { describe, expect, it } from 'vitest';
import type { Command } from '../../../../src/contract/command.ts';
import { pointLimit, timelineSchema, type Timeline } from '../../../../src/contract/timeline.ts';
import { osc, played, rest, rig, type Rig } from '../rig.ts';

const put = ({ show }: Rig, timeline: object) => show.timeline.replace(timelineSchema.parse(timeline));
const set = ({ show }: Rig, values: Record<string, number | string | boolean>) => show.set(values, rest);
const press = ({ show }: Rig, address: string) => show.play([{ address, args: [], sender: osc.id }]);
const keyframes = ({ tracks }: Timeline, address: string) =>
  tracks.find((track) => track.address === address)?.keyframes ?? [];
const pass = (here: Rig, seconds: number) => {
  here.time.us += seconds * 1e6;
};

/** A hand on a fader: a hundred messages a second along a straight line. */
function sweep(here: Rig, address: string, from: number, to: number, seconds: number): void {
  const steps = Math.round(seconds * 100);
  for (let step = 0; step <= steps; step += 1) {
    here.show.play([{ address, args: [from + ((to - from) * step) / steps], sender: osc.id }]);
    if (step < steps) pass(here, 0.01);
  }
}

async function recording(timeline: object = {}): Promise<Rig> {
  const here = await rig();
  put(here, timeline);
  set(here, { '/timeline/recording': true });
  press(here, '/timeline/play');
  return here;
}

const stopped = (here: Rig): Timeline => {
  press(here, '/timeline/stop');
  return here.show.timeline.read();
};

describe('A recording', () => {
  it('keeps a fader as a few keyframes, and plays it back as it was moved', async () => {
    const here = await recording();
    pass(here, 1);
    sweep(here, '/main/strength', 0.2, 0.8, 2);
    pass(here, 1);
    sweep(here, '/main/strength', 0.4, 0.4, 0.1);
    const kept = keyframes(stopped(here), '/main/strength');
    expect(kept).toEqual([
      { at: 0, value: 0.7, curve: 'hold' },
      { at: 1, value: 0.2, curve: 'linear' },
      { at: expect.closeTo(3, 6) as number, value: 0.8, curve: 'hold' },
      { at: expect.closeTo(4, 6) as number, value: 0.4, curve: 'linear' },
      { at: expect.closeTo(4.1, 6) as number, value: 0.4, curve: 'hold' },
    ]);
    set(here, { '/timeline/recording': false });
    press(here, '/timeline/play');
    pass(here, 2);
    expect(played(here, 'strength')).toBeCloseTo(0.5, 2);
    pass(here, 1.5);
    expect(played(here, 'strength')).toBe(0.8);
  });

  it('keeps prompts as clips, triggers and presets as marks, and ramps as they were asked for', async () => {
    const here = await recording({ unit: 'beats' });
    set(here, { '/transition/duration': 3 });
    pass(here, 1);
    set(here, { '/prompt': 'fire' });
    pass(here, 1);
    press(here, '/main/burst');
    pass(here, 1);
    const ramp: Command = {
      kind: 'set',
      address: '/main/strength',
      value: 0.2,
      ramp: { duration: 2, curve: 'ease-in' },
    };
    here.show.execute([ramp], rest);
    const kept = stopped(here);
    expect(kept.prompts).toMatchObject([
      {
        node: null,
        clips: [
          { at: 2, prompts: [{ text: 'fire', weight: 1 }], transition: { duration: 3, unit: 'seconds' } },
        ],
      },
    ]);
    expect(kept.marks).toEqual([{ at: 4, name: '', command: { kind: 'trigger', address: '/main/burst' } }]);
    expect(keyframes(kept, '/main/strength')).toEqual([
      { at: 0, value: 0.7, curve: 'hold' },
      { at: 6, value: 0.7, curve: 'ease-in' },
      { at: 10, value: 0.2, curve: 'hold' },
    ]);
  });

  it('keeps a recalled preset and a cue as one mark each, which play them again', async () => {
    const here = await rig();
    const { presets, cues, timeline } = here.show;
    set(here, { '/main/strength': 0.1, '/preset/morph/duration': 0 });
    const { id } = presets.save({ name: 'Quiet', what: 'values', addresses: ['/main/strength'] }, rest);
    const burst: Command = { kind: 'trigger', address: '/main/burst' };
    cues.replace([{ preset: id, follow: 2 }, { commands: [burst] }]);
    set(here, { '/main/strength': 0.9, '/timeline/recording': true });
    press(here, '/timeline/play');
    here.show.execute([{ kind: 'preset', preset: id }], rest);
    await here.time.pass(1);
    set(here, { '/preset': 'Quiet' });
    await here.time.pass(1);
    press(here, '/cue/go');
    await here.time.pass(3);
    expect(cues.state().position).toBe(2);
    set(here, { '/cue': 1 });
    expect(stopped(here).tracks).toEqual([]);
    expect(timeline.read().marks.map(({ at, command }) => [at, command])).toEqual([
      [0, { kind: 'preset', preset: id }],
      [1, { kind: 'set', address: '/preset', value: 'Quiet' }],
      [2, { kind: 'trigger', address: '/cue/go' }],
      [5, { kind: 'set', address: '/cue', value: 1 }],
    ]);
    set(here, { '/timeline/recording': false, '/main/strength': 0.9, '/cue': 0 });
    const bursts = (): number => here.show.sample('main', here.time.us, 'text').triggers['burst'] ?? 0;
    const before = bursts();
    press(here, '/timeline/play');
    await here.time.pass(0.5);
    expect(played(here, 'strength')).toBe(0.1);
    await here.time.pass(4);
    expect([cues.state().position, bursts() - before]).toEqual([2, 1]);
  });

  it('never records the timeline itself, nor what it plays', async () => {
    const here = await recording({
      tracks: [
        {
          address: '/main/warp',
          keyframes: [
            { at: 0, value: 0 },
            { at: 9, value: 1 },
          ],
        },
      ],
      marks: [{ at: 1, command: { kind: 'set', address: '/main/steps', value: 2 } }],
    });
    pass(here, 2);
    expect(played(here, 'steps')).toBe(2);
    set(here, { '/timeline/loop': false, '/timeline/position': 5 });
    const kept = stopped(here);
    expect(kept.tracks.map(({ address }) => address)).toEqual(['/main/warp']);
    expect(kept.marks).toHaveLength(1);
  });

  it('replaces what lies under the hand, and nothing else', async () => {
    const line = {
      keyframes: [
        { at: 0, value: 0 },
        { at: 10, value: 1 },
      ],
    };
    const here = await recording({
      tracks: [
        { address: '/main/strength', ...line },
        { address: '/main/warp', ...line },
      ],
    });
    const before = here.show.timeline.read();
    pass(here, 4);
    sweep(here, '/main/strength', 0.9, 0.9, 1);
    const kept = stopped(here);
    expect(keyframes(kept, '/main/warp')).toEqual(keyframes(before, '/main/warp'));
    expect(keyframes(kept, '/main/strength')).toEqual([
      { at: 0, value: 0, curve: 'linear' },
      { at: 4, value: expect.closeTo(0.4, 6) as number, curve: 'linear' },
      { at: 4, value: 0.9, curve: 'linear' },
      { at: expect.closeTo(5, 6) as number, value: 0.9, curve: 'hold' },
      { at: 10, value: 1, curve: 'linear' },
    ]);
  });

  it('lays round on round in a loop, each playing in the next', async () => {
    const here = await recording({ loop: { on: true, from: 0, to: 2 } });
    pass(here, 0.5);
    press(here, '/main/burst');
    pass(here, 2);
    expect(here.show.sample('main', here.time.us, 'text').triggers['burst']).toBe(2);
    set(here, { '/main/strength': 0.1 });
    pass(here, 2);
    expect(here.show.sample('main', here.time.us, 'text').triggers['burst']).toBe(3);
    const kept = stopped(here);
    expect(kept.marks.map(({ at }) => at)).toEqual([expect.closeTo(0.5, 6)]);
    expect(keyframes(kept, '/main/strength')).toHaveLength(2);
  });

  it('is taken back whole, and then what was changed before it', async () => {
    const here = await recording({ loop: { on: true, from: 0, to: 2 }, marks: [{ at: 1, name: 'drop' }] });
    const before = here.show.timeline.read();
    for (let round = 0; round < 3; round += 1) {
      pass(here, 1);
      press(here, '/main/burst');
      pass(here, 1);
    }
    expect(stopped(here).marks).toHaveLength(4);
    expect(here.show.timeline.undo()).toEqual(before);
    here.show.timeline.change({ marks: [] });
    expect(here.show.timeline.undo()).toEqual(before);
    expect(here.show.timeline.undo().marks).toEqual([]);
    expect(here.show.timeline.state().undo).toBe(false);
    expect(() => here.show.timeline.undo()).toThrow('Nothing was changed that can be taken back');
  });

  it('puts prompts and triggers on a grid, and does not play them twice for it', async () => {
    const here = await recording({ unit: 'beats', quantize: 1, loop: { on: true, from: 0, to: 4 } });
    pass(here, 0.4);
    press(here, '/main/burst');
    set(here, { '/timeline/recording': false });
    pass(here, 0.3);
    const bursts = () => here.show.sample('main', here.time.us, 'text').triggers['burst'];
    expect(bursts()).toBe(1);
    expect(here.show.timeline.read().marks[0]?.at).toBe(1);
    pass(here, 2);
    expect(bursts()).toBe(2);
  });

  it('that fills the timeline is cut off there, counted, and the hand plays on', async () => {
    const marks = Array.from({ length: pointLimit - 1 }, (_, index) => ({ at: index }));
    const here = await recording({ marks });
    press(here, '/main/burst');
    press(here, '/main/burst');
    press(here, '/main/burst');
    expect(here.show.sample('main', here.time.us, 'text').triggers['burst']).toBe(3);
    expect(here.show.timeline.state().dropped).toBe(2);
    expect(stopped(here).marks).toHaveLength(pointLimit);
  });
});
