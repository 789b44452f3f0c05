import { describe, expect, it } from 'vitest';
import { commandSchema, type CommandResult } from '../../../../src/contract/command.ts';
import type { JsonValue } from '../../../../src/contract/json.ts';
import { modulationSchema, type Modulation } from '../../../../src/contract/modulation.ts';
import { file, graphOf, MemoryFiles, osc, played, rest, rig, type Rig } from '../rig.ts';

function modulate(
  { show }: Rig,
  address: string,
  modulation: Partial<Modulation> | null,
): CommandResult | undefined {
  const command = commandSchema.parse({ kind: 'modulate', address, modulation });
  return show.execute([command], rest)[0];
}

const play = ({ show }: Rig, address: string, ...args: JsonValue[]): void =>
  show.play([{ address, args, sender: osc.id }]);

describe('A wave on a parameter', () => {
  it('is played by calls, and leaves the value as the hand set it', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.5 }, rest);
    expect(modulate(here, '/strength', { depth: 0.4, beats: 4 })).toMatchObject({
      result: 'applied',
      address: '/main/strength/lfo',
    });
    // Four beats at 120 are two seconds: after half a second a sine is at its top.
    await here.time.pass(0.5);
    expect(played(here, 'strength')).toBeCloseTo(0.7, 9);
    expect(here.show.parameter('/main/strength')).toMatchObject({ value: 0.5, setBy: rest.id });
    expect(here.show.parameter('/main/strength')?.played).toBeCloseTo(0.7, 9);
    await here.time.pass(1);
    expect(played(here, 'strength')).toBeCloseTo(0.3, 9);
    here.show.set({ '/main/strength': 0.6 }, rest);
    expect(played(here, 'strength')).toBeCloseTo(0.4, 9);
  });

  it('keeps to the range and to whole numbers', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.9 }, rest);
    modulate(here, '/main/strength', { shape: 'square', depth: 1 });
    modulate(here, '/main/level', { shape: 'saw', depth: 1, beats: 1 });
    expect(played(here, 'strength')).toBe(1);
    const levels = new Set<unknown>();
    for (let part = 0; part < 50; part += 1) {
      await here.time.pass(0.01);
      levels.add(played(here, 'level'));
    }
    expect([...levels].every((level) => Number.isInteger(level) && Number(level) >= 0)).toBe(true);
    expect(levels.size).toBeGreaterThan(5);
  });

  it('goes above the value only where it is unipolar', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.2 }, rest);
    modulate(here, '/main/strength', { shape: 'square', depth: 0.5, polarity: 'unipolar', beats: 2 });
    expect(played(here, 'strength')).toBeCloseTo(0.7, 9);
    await here.time.pass(0.5);
    expect(played(here, 'strength')).toBe(0.2);
  });

  it('locked to the beat follows the tempo; free it goes by the clock, without a jump when its rate is turned', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.5, '/main/warp': 0.5 }, rest);
    modulate(here, '/main/strength', { shape: 'saw', depth: 1, beats: 4 });
    modulate(here, '/main/warp', { shape: 'saw', depth: 1, sync: 'free', hz: 0.5 });
    await here.time.pass(1);
    play(here, '/tempo', 60);
    await here.time.pass(0.5);
    expect(played(here, 'strength')).toBeCloseTo(2.5 / 4, 9);
    expect(played(here, 'warp')).toBeCloseTo(0.75, 9);
    play(here, '/main/warp/lfo/hz', 0.1);
    expect(played(here, 'warp')).toBeCloseTo(0.75, 9);
    await here.time.pass(1);
    expect(played(here, 'warp')).toBeCloseTo(0.85, 9);
  });

  it('rides on a ramp', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0 }, rest);
    modulate(here, '/main/strength', { shape: 'square', depth: 0.2, beats: 64 });
    play(here, '/main/strength', 0.8, 2);
    await here.time.pass(1);
    expect(played(here, 'strength')).toBeCloseTo(0.5, 9);
  });

  it('is begun, turned and switched off from OSC alone, and listed while it is there', async () => {
    const here = await rig();
    const listed = (): string[] =>
      here.show.parameters().flatMap(({ address }) => (address.includes('/lfo/') ? [address] : []));
    expect(listed()).toEqual([]);
    play(here, '/strength/lfo/depth', 0.3);
    play(here, '/main/strength/lfo/shape', 'triangle');
    expect(listed()).toContain('/main/strength/lfo/depth');
    expect(here.show.modulations.list()).toMatchObject([
      { address: '/main/strength', base: 0.7, modulation: { enabled: true, shape: 'triangle', depth: 0.3 } },
    ]);
    play(here, '/main/strength/lfo/enabled', 0);
    await here.time.pass(0.5);
    expect(played(here, 'strength')).toBe(0.7);
    expect(here.show.parameter('/main/strength')).not.toHaveProperty('played');
    modulate(here, '/main/strength', null);
    expect(listed()).toEqual([]);
  });

  it('is refused where there is no range or nothing to modulate', async () => {
    const here = await rig();
    const codes = ['/main/palette', '/main/width', '/paused', '/main/nothing'].map((address) => {
      const result = modulate(here, address, {});
      return result?.result === 'rejected' ? result.error.code : result?.result;
    });
    expect(codes).toEqual([
      'E_MODULATION_ADDRESS',
      'E_MODULATION_ADDRESS',
      'E_MODULATION_ADDRESS',
      'E_ADDRESS_UNKNOWN',
    ]);
  });

  it('is kept in the show file, and while its parameter is away', async () => {
    const files = new MemoryFiles();
    const here = await rig({ files });
    modulate(here, '/main/warp', { shape: 'random', beats: 0.5 });
    await here.show.setGraph(graphOf({ main: 'plain' }), rest);
    expect(here.show.modulations.list()).toMatchObject([{ address: '/main/warp', base: null, played: null }]);
    await here.show.close();
    expect(JSON.parse(files.texts.get(file) ?? '{}')).toMatchObject({
      modulations: { '/main/warp': modulationSchema.parse({ shape: 'random', beats: 0.5 }) },
    });
    const again = await rig({ files });
    await again.show.setGraph(graphOf(), rest);
    expect(again.show.parameter('/main/warp')).toHaveProperty('played');
  });

  it('costs calls nothing where there is none', async () => {
    const here = await rig();
    const values = (): unknown => here.show.sample('main', here.time.us, 'text').values;
    const before = values();
    await here.time.pass(1);
    expect(values()).toBe(before);
    modulate(here, '/main/strength', {});
    expect(values()).not.toBe(before);
    modulate(here, '/main/strength', null);
    expect(values()).toBe(before);
  });
});
