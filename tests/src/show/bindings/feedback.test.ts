import { describe, expect, it } from 'vitest';
import { commandSchema, type CommandInput } from '../../../../src/contract/command.ts';
import { newBindingSchema } from '../../../../src/contract/binding.ts';
import { graphOf, osc, rest } from '../rig.ts';
import { dmx, fader, knob, pad, Surface } from './surface.ts';

describe('A controller', () => {
  it('is shown every bound value when it is first listened to', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength');
    here.bind(knob, '/main/warp', { invert: true, curve: 'ease-in' });
    here.watch();
    const warp = Math.round((1 - Math.sqrt(0.9)) * 127);
    expect(await here.looks()).toEqual(['cc 7 89', `cc 20 ${warp}`]);
    expect(await here.looks()).toEqual([]);
  });

  it('follows any other hand, and is not told where the hand on it has just put it', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength');
    here.bind({ ...knob, kind: 'nrpn', number: 900 }, '/main/strength');
    here.watch();
    await here.looks();
    here.move(fader, 64);
    expect(await here.looks()).toEqual([`nrpn 900 ${Math.round((64 / 127) * 16_383)}`]);
    here.rig.show.set({ '/main/strength': 1 }, rest);
    expect(await here.looks()).toEqual(['cc 7 127', 'nrpn 900 16383']);
  });

  it('follows a ramp at most sixty times a second, to its exact end', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength');
    here.rig.show.set({ '/main/strength': 0 }, rest);
    here.watch();
    await here.looks();
    const ramp: CommandInput = { kind: 'set', address: '/main/strength', value: 1, ramp: { duration: 1 } };
    here.rig.show.execute([commandSchema.parse(ramp)], rest);
    await here.rig.time.pass(1.1);
    const shown = (await here.looks()).map((line) => Number(line.split(' ')[2]));
    expect(shown.length).toBeGreaterThan(30);
    expect(shown.length).toBeLessThanOrEqual(61);
    expect(shown.at(-1)).toBe(127);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  });

  it('is told where the value stopped, where it would have gone too far', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { minimum: 0, maximum: 2 });
    here.watch();
    await here.looks();
    here.move(fader, 127);
    expect(await here.looks()).toEqual(['cc 7 64']);
  });

  it('is not pushed from under the hand by a value of whole numbers', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/steps');
    here.watch();
    await here.looks();
    here.move(fader, 60, 61, 62);
    expect(await here.looks()).toEqual([]);
  });

  it('has the light of a switch put on again when the button is let go', async () => {
    const here = await Surface.open();
    here.bind(pad, '/main/invert', { mode: 'toggle', feedback: { lit: 21, dark: 1 } });
    here.watch();
    expect(await here.looks()).toEqual(['note 36 1']);
    here.move(pad, 100);
    expect(await here.looks()).toEqual(['note 36 21']);
    here.move(pad, 0);
    expect(await here.looks()).toEqual(['note 36 21']);
    here.rig.show.set({ '/main/invert': false }, osc);
    expect(await here.looks()).toEqual(['note 36 1']);
  });

  it('has the pad lit whose command set the value that plays', async () => {
    const here = await Surface.open();
    for (const [number, value] of [
      [1, 'cold'],
      [2, 'grey'],
    ] as const) {
      const commands = [{ kind: 'set', address: '/main/palette', value }] as const;
      here.rig.show.bindings.add(
        newBindingSchema.parse({ source: { ...pad, number }, target: { kind: 'commands', commands } }),
      );
    }
    here.watch();
    await here.looks();
    here.move({ ...pad, number: 2 }, 100, 0);
    expect(await here.looks()).toEqual(['note 2 127']);
    here.rig.show.set({ '/main/palette': 'cold' }, rest);
    expect(await here.looks()).toEqual(['note 1 127', 'note 2 0']);
  });

  it('has the ring of an encoder told at its own place, by the hand on it too', async () => {
    const here = await Surface.open();
    here.bind(knob, '/main/strength', {
      mode: 'relative',
      feedback: { to: { kind: 'cc', channel: 2, number: 48 } },
    });
    here.watch();
    expect(await here.looks()).toEqual(['cc 48 89']);
    here.move(knob, 10);
    expect(await here.looks()).toEqual(['cc 48 102']);
  });

  it('is shown what another bank plays, and lights that play nothing there go out', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { bank: 1 });
    here.bind(fader, '/main/warp', { bank: 2 });
    here.bind(pad, '/main/invert', { mode: 'toggle', bank: 1 });
    here.rig.show.set({ '/main/invert': true }, rest);
    here.watch();
    await here.looks();
    here.rig.show.set({ '/bank': 2 }, rest);
    expect((await here.looks()).toSorted()).toEqual(['cc 7 114', 'note 36 0']);
    here.rig.show.set({ '/bank': 1 }, rest);
    expect((await here.looks()).toSorted()).toEqual(['cc 7 89', 'note 36 127']);
  });

  it('that is plugged in again is shown everything, and others nothing', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength');
    here.bind({ ...fader, device: 'other' }, '/main/strength');
    here.watch();
    await here.looks();
    here.rig.show.bindings.refresh('midi', 'other');
    expect(await here.looks()).toEqual(['cc 7 89']);
  });

  it('shows what another graph has there', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength');
    here.bind(pad, '/main/invert', { mode: 'toggle' });
    here.rig.show.set({ '/main/invert': true }, rest);
    here.watch();
    await here.looks();
    await here.rig.show.setGraph(graphOf({ main: 'plain' }), rest);
    expect(await here.looks()).toEqual(['cc 7 51', 'note 36 0']);
  });

  it('is told nothing where feedback is off, or its protocol only speaks', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { feedback: { on: false } });
    here.bind(dmx, '/main/strength');
    here.watch();
    here.rig.show.set({ '/main/strength': 0.1 }, rest);
    expect(await here.looks()).toEqual([]);
  });
});
