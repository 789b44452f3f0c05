import { describe, expect, it } from 'vitest';
import {
  learnRequestSchema,
  type LearnRequestInput,
  type LearnState,
} from '../../../../src/contract/binding.ts';
import { rest } from '../rig.ts';
import { dmx, fader, knob, pad, Surface } from './surface.ts';

const strength = { target: { kind: 'address', address: '/main/strength' } } as const;
const burst = { target: { kind: 'address', address: '/main/burst' } } as const;

function learn(here: Surface, request: LearnRequestInput): LearnState {
  return here.rig.show.bindings.learn(learnRequestSchema.parse(request));
}

/** Waits as long as it takes to be sure what was meant. */
async function learned(here: Surface): Promise<LearnState> {
  await here.rig.time.pass(0.2);
  return here.rig.show.bindings.learning();
}

describe('Learning', () => {
  it('binds the next fader that moves, and it plays at once', async () => {
    const here = await Surface.open();
    expect(learn(here, strength)).toMatchObject({ state: 'listening', heard: null });
    here.move(fader, 40, 44, 50);
    expect(await learned(here)).toMatchObject({
      state: 'bound',
      binding: { source: fader, target: strength.target, mode: 'absolute' },
      replaced: [],
    });
    here.move(fader, 127);
    expect(here.value('/main/strength')).toBe(1);
  });

  it('is asked for and called off by a command, from any sender', async () => {
    const here = await Surface.open();
    const { show } = here.rig;
    const command = (address: string | null) => show.execute([{ kind: 'learn', address }], rest)[0];
    expect(command('/strength')).toMatchObject({ result: 'applied', address: '/main/strength' });
    expect(show.bindings.learning()).toMatchObject({ state: 'listening' });
    expect(command(null)).toMatchObject({ result: 'applied' });
    expect(show.bindings.learning()).toMatchObject({ state: 'cancelled' });
    expect(command('/strenght')).toMatchObject({ result: 'rejected', error: { code: 'E_ADDRESS_UNKNOWN' } });
    command('/main/strength');
    here.move(fader, 40, 44, 50);
    expect(await learned(here)).toMatchObject({ state: 'bound', binding: { source: fader } });
  });

  it('is told step by step to who listens', async () => {
    const here = await Surface.open();
    const states: string[] = [];
    here.rig.show.bindings.onLearn(({ state }) => states.push(state));
    learn(here, strength);
    here.move(knob, 64);
    here.move(fader, 40, 44, 50);
    await learned(here);
    expect(states).toEqual(['listening', 'listening', 'listening', 'bound']);
  });

  it('takes no fader that only trembles, nor a key that is let go', async () => {
    const here = await Surface.open();
    learn(here, strength);
    here.move(knob, 63, 64, 65, 64, 63, 64);
    here.move(pad, 0);
    expect(await learned(here)).toMatchObject({ state: 'listening', heard: knob });
    here.move(fader, 40, 50);
    expect(await learned(here)).toMatchObject({ state: 'bound', binding: { source: fader } });
  });

  it('takes the most specific of several that one hand moves', async () => {
    const here = await Surface.open();
    const fine = { ...fader, kind: 'nrpn', number: 300 };
    learn(here, strength);
    here.move({ ...fader, number: 6 }, 10, 60);
    here.move({ ...fader, kind: 'cc14', number: 6 }, 1280, 7700);
    await here.rig.time.pass(0.1);
    here.move(fine, 1280, 7700);
    expect(await learned(here)).toMatchObject({ state: 'bound', binding: { source: fine } });
  });

  it('takes the pad, and not the pressure on it', async () => {
    const here = await Surface.open();
    learn(here, burst);
    here.move({ ...pad, kind: 'pressure', number: 0 }, 10, 120);
    here.move(pad, 100, 0);
    expect(await learned(here)).toMatchObject({ state: 'bound', binding: { source: pad, mode: 'trigger' } });
  });

  it.each([
    ['a button for a switch', '/main/invert', [127], 'toggle', null],
    ['a button for a choice', '/main/palette', [127, 0], 'step', null],
    ['a button for a number', '/main/strength', [127, 0], 'momentary', null],
    ['an encoder of 127 and 1', '/main/strength', [1, 1, 1, 127], 'relative', 'twos-complement'],
    ['an encoder around 64', '/main/strength', [65, 65, 65, 63], 'relative', 'binary-offset'],
    ['an encoder with a sign', '/main/strength', [1, 1, 65, 65], 'relative', 'sign-magnitude'],
    ['a fader from its foot', '/main/strength', [0, 1, 2, 3, 4, 5], 'absolute', null],
  ])('understands %s', async (_what, address, raws, mode, encoding) => {
    const here = await Surface.open();
    learn(here, { target: { kind: 'address', address } });
    here.move(fader, ...raws);
    expect(await learned(here)).toMatchObject({
      state: 'bound',
      binding: encoding === null ? { mode } : { mode, encoding },
    });
  });

  it('binds one program to a button, and all of them to a choice', async () => {
    const here = await Surface.open();
    const program = { ...pad, kind: 'program', number: 0 };
    learn(here, burst);
    here.move(program, 5);
    expect(await learned(here)).toMatchObject({ binding: { only: 5, mode: 'trigger' } });
    learn(here, { target: { kind: 'address', address: '/main/palette' }, taken: 'add' });
    here.move(program, 5);
    expect(await learned(here)).toMatchObject({ binding: { only: null, mode: 'absolute' } });
  });

  it('does not take a lighting desk that only shows where it stands', async () => {
    const here = await Surface.open();
    learn(here, burst);
    for (let number = 1; number <= 512; number += 1) here.move({ ...dmx, number }, 255);
    expect(await learned(here)).toMatchObject({ state: 'listening' });
    here.move({ ...dmx, number: 7 }, 0);
    expect(await learned(here)).toMatchObject({ binding: { source: { number: 7 }, mode: 'absolute' } });
  });

  it('asks where the control plays something already, and does what it is told', async () => {
    const here = await Surface.open();
    const { bindings } = here.rig.show;
    const other = here.bind(fader, '/main/warp');
    learn(here, strength);
    here.move(fader, 10, 60);
    expect(await learned(here)).toMatchObject({ state: 'asking', source: fader, taken: [other] });
    expect(bindings.list()).toEqual([other]);
    expect(bindings.answerLearn('replace')).toMatchObject({ state: 'bound', replaced: [other] });
    expect(bindings.list()).toMatchObject([{ target: strength.target }]);
    learn(here, { target: { kind: 'address', address: '/main/warp' }, taken: 'add' });
    here.move(fader, 10, 60);
    await learned(here);
    expect(bindings.list()).toHaveLength(2);
    expect(() => bindings.answerLearn('add')).toThrowError(
      expect.objectContaining({ code: 'E_BINDING_LEARN' }),
    );
  });

  it('of what is bound so already changes it and makes no second one', async () => {
    const here = await Surface.open();
    const { id } = here.bind(fader, '/main/strength', { mode: 'toggle' });
    learn(here, strength);
    here.move(fader, 10, 60);
    await learned(here);
    expect(here.rig.show.bindings.list()).toMatchObject([{ id, mode: 'absolute' }]);
  });

  it('that is cancelled, late or replaced leaves nothing behind', async () => {
    const here = await Surface.open();
    const { bindings } = here.rig.show;
    const { time } = here.rig;
    const before = time.pending;
    learn(here, strength);
    here.move(fader, 10, 60);
    expect(bindings.cancelLearn()).toMatchObject({ state: 'cancelled' });
    learn(here, { ...strength, seconds: 5 });
    await time.pass(5.1);
    expect(bindings.learning()).toMatchObject({ state: 'timed-out' });
    learn(here, { ...strength, seconds: 5 });
    learn(here, { ...burst, seconds: 20 });
    await time.pass(6);
    expect(bindings.learning()).toMatchObject({ state: 'listening', target: burst.target });
    bindings.cancelLearn();
    here.move(fader, 10, 60, 110);
    await time.pass(30);
    expect(bindings.list()).toEqual([]);
    expect(time.pending).toBe(before);
  });
});
