import { describe, expect, it } from 'vitest';
import { fader, knob, pad, Surface } from './surface.ts';

const key = { ...pad, number: 40 };
const button = { ...fader, number: 50 };

describe('A device that will not say any more what is let go', () => {
  it('lets go of the keys and buttons that are held, and of nothing else', async () => {
    const here = await Surface.open();
    here.bind(pad, '/main/strength', { mode: 'momentary' });
    here.bind(button, '/main/warp', { mode: 'momentary', invert: true });
    here.bind(key, '/main/invert');
    here.bind(fader, '/main/steps');
    here.move(pad, 100);
    here.move(button, 127, 0);
    here.move(key, 90);
    here.move(fader, 127);
    expect(here.value('/main/strength')).toBe(1);
    expect([here.value('/main/warp'), here.value('/main/invert')]).toEqual([1, true]);
    here.rig.show.bindings.release('midi', null);
    expect(here.value('/main/strength')).toBe(0);
    expect([here.value('/main/warp'), here.value('/main/invert')]).toEqual([0, false]);
    expect(here.value('/main/steps')).toBe(8);
    expect(here.rig.show.parameter('/main/warp')?.setBy).toBe('midi:nano KONTROL/2');
  });

  it('is one device, where it is named', async () => {
    const here = await Surface.open();
    const other = { ...pad, device: 'LPD8' };
    here.bind(pad, '/main/strength', { mode: 'momentary' });
    here.bind(other, '/main/warp', { mode: 'momentary' });
    here.move(pad, 100);
    here.move(other, 100);
    here.rig.show.bindings.release('midi', 'LPD8');
    here.rig.show.bindings.release('artnet', null);
    expect([here.value('/main/strength'), here.value('/main/warp')]).toEqual([1, 0]);
  });

  it('plays again with the next press, and a pad that strikes velocity stays where it was struck', async () => {
    const here = await Surface.open();
    here.bind(button, '/main/warp', { mode: 'momentary' });
    here.bind(pad, '/main/strength', { velocity: true });
    here.bind(knob, '/main/burst', { mode: 'trigger' });
    here.move(button, 127);
    here.move(pad, 64);
    here.move(knob, 127);
    here.rig.show.bindings.release('midi', null);
    expect([here.value('/main/warp'), here.value('/main/strength')]).toEqual([0, 64 / 127]);
    here.move(button, 127);
    here.move(knob, 127);
    expect([here.value('/main/warp'), here.bursts()]).toEqual([1, 2]);
  });
});
