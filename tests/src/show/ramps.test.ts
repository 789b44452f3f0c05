import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curves, type Curve } from '../../../src/contract/command.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import { glideAt, glideEnded, startGlide } from '../../../src/show/glide.ts';
import vectors from './blend-vectors.json' with { type: 'json' };
import { osc, played, rest, rig, type Rig } from './rig.ts';

/** A beat is a second. */
const tempo = { beatAt: (timeUs: number): number => timeUs / 1e6 };

function ramp(
  here: Rig,
  address: string,
  value: JsonValue,
  duration: number,
  curve: Curve = 'linear',
): string {
  const [result] = here.show.execute([{ kind: 'set', address, value, ramp: { duration, curve } }], rest);
  return result?.result === 'rejected' ? result.error.code : (result?.result ?? 'nothing');
}

describe('A ramp', () => {
  it('takes a number from where it is to its end, and no further', async () => {
    const here = await rig();
    expect(ramp(here, '/main/strength', 0.1, 2)).toBe('applied');
    expect(played(here, 'strength')).toBe(0.7);
    await here.time.pass(1);
    expect(played(here, 'strength')).toBeCloseTo(0.4, 12);
    await here.time.pass(1);
    expect(played(here, 'strength')).toBe(0.1);
    await here.time.pass(1);
    expect(played(here, 'strength')).toBe(0.1);
    expect(here.time.pending).toBe(0); // the autosave is through, and no timer moves a ramp
  });

  it('that is interrupted goes on from where it was, or jumps without a ramp', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0 }, rest);
    ramp(here, '/main/strength', 1, 2);
    await here.time.pass(1);
    ramp(here, '/main/strength', 0.25, 1);
    expect(played(here, 'strength')).toBeCloseTo(0.5, 12);
    await here.time.pass(0.5);
    expect(played(here, 'strength')).toBeCloseTo(0.375, 12);
    here.show.set({ '/main/strength': 0.9 }, rest);
    expect(played(here, 'strength')).toBe(0.9);
    await here.time.pass(1);
    expect(played(here, 'strength')).toBe(0.9);
  });

  it('keeps integers whole, walks colours channel by channel, and switches the rest at its end', async () => {
    const here = await rig();
    ramp(here, '/main/steps', 8, 2);
    ramp(here, '/main/tint', '#ff8002', 2);
    ramp(here, '/main/palette', 'grey', 2);
    ramp(here, '/main/invert', true, 2);
    await here.time.pass(0.8);
    expect(here.show.sample('main', here.time.us, 'text').values).toMatchObject({
      steps: 6,
      tint: '#663301',
      palette: 'warm',
      invert: false,
    });
    await here.time.pass(1.2);
    expect(here.show.sample('main', here.time.us, 'text').values).toMatchObject({
      steps: 8,
      tint: '#ff8002',
      palette: 'grey',
      invert: true,
    });
  });

  it('is refused where a change costs a reload or has no way between', async () => {
    const here = await rig();
    const results = ['/main/width', '/paused', '/transition/duration', '/main/burst'].map((address) =>
      ramp(here, address, 64, 1),
    );
    expect(results).toEqual([
      'E_COMMAND_INVALID',
      'E_COMMAND_INVALID',
      'E_COMMAND_INVALID',
      'E_COMMAND_INVALID',
    ]);
  });

  it('comes from OSC as seconds and a curve behind the value', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0 }, rest);
    here.show.play([{ address: '/main/strength', args: [1, 4, 'ease-in'], sender: osc.id }]);
    await here.time.pass(2);
    expect(played(here, 'strength')).toBe(0.25);
  });

  it('agrees with values and colours computed elsewhere', () => {
    for (const [from, to, seconds, curve, at, value] of vectors.glides) {
      const ramp = { duration: Number(seconds), curve: curve as Curve };
      const glide = startGlide(Number(from), Number(to), ramp, 0, tempo);
      expect(glideAt('number', glide, Number(at) * 1e6)).toBeCloseTo(Number(value), 12);
    }
    for (const [from, to, t, value] of vectors.colors) {
      const glide = startGlide(String(from), String(to), { duration: 240, curve: 'linear' }, 0, tempo);
      expect(glideAt('color', glide, Math.round(Number(t) * 240e6))).toBe(value);
    }
  });

  it('in beats takes as long as its beats do', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0 }, rest);
    const inBeats = { duration: 4, unit: 'beats' as const, curve: 'linear' as const };
    here.show.execute([{ kind: 'set', address: '/main/strength', value: 1, ramp: inBeats }], rest);
    await here.time.pass(0.5);
    expect(played(here, 'strength')).toBeCloseTo(0.25);
    await here.time.pass(1.5);
    expect(played(here, 'strength')).toBe(1);
  });

  it('stays between its ends and arrives exactly', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const moment = fc.double({ min: 0, max: 4e6, noNaN: true });
    fc.assert(
      fc.property(
        value,
        value,
        fc.double({ min: 1e-6, max: 3, noNaN: true }),
        moment,
        fc.constantFrom(...curves),
        fc.constantFrom('seconds' as const, 'beats' as const),
        (from, to, duration, atUs, curve, unit) => {
          const glide = startGlide(from, to, { duration, curve, unit }, 0, tempo);
          const here = Number(glideAt('number', glide, atUs));
          const slack = 1e-9 * (Math.abs(from) + Math.abs(to));
          expect(here).toBeGreaterThanOrEqual(Math.min(from, to) - slack);
          expect(here).toBeLessThanOrEqual(Math.max(from, to) + slack);
          if (glideEnded(glide, atUs)) expect(here).toBe(to);
          expect(glideAt('number', glide, duration * 1e6 * (1 + 1e-12))).toBe(to);
        },
      ),
    );
  });
});
