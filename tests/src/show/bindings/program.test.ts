import { describe, expect, it } from 'vitest';
import { learnRequestSchema, newBindingSchema } from '../../../../src/contract/binding.ts';
import { rest } from '../rig.ts';
import { pad, Surface } from './surface.ts';

const program = { ...pad, kind: 'program', number: 0 };

/** With two presets of its own: the strength is 0.1 in the first and 0.9 in the second. */
async function withPresets(): Promise<Surface> {
  const here = await Surface.open();
  for (const [name, strength] of [
    ['Low', 0.1],
    ['High', 0.9],
  ] as const) {
    here.rig.show.set({ '/main/strength': strength }, rest);
    here.rig.show.presets.save({ name, what: 'values', addresses: ['/main/strength'] }, rest);
  }
  here.rig.show.set({ '/preset/morph/duration': 4, '/preset/morph/curve': 'linear' }, rest);
  return here;
}

describe('A program change', () => {
  it('recalls the preset at its place in the list, and morphs as is set', async () => {
    const here = await withPresets();
    here.bind(program, '/preset');
    here.move(program, 0);
    expect(here.value('/preset')).toBe('Low');
    await here.rig.time.pass(2);
    expect(here.value('/main/strength')).toBeCloseTo(0.5, 6);
    await here.rig.time.pass(2);
    expect(here.value('/main/strength')).toBe(0.1);
    here.move(program, 1);
    expect(here.value('/preset')).toBe('High');
    await here.rig.time.pass(4);
    expect(here.value('/main/strength')).toBe(0.9);
  });

  it('without a preset says so in the activity, and changes nothing', async () => {
    const here = await withPresets();
    here.bind(program, '/preset');
    here.move(program, 77);
    expect(here.value('/preset')).toBe('');
    expect(here.rig.show.activity.read({}).lines.at(-1)).toMatchObject({
      sender: 'midi:nano KONTROL/2',
      address: '/preset',
      outcome: 'refused',
      value: 77,
      error: { code: 'E_PRESET_UNKNOWN' },
    });
    expect(here.rig.show.bindings.report().bindings[0]).toMatchObject({ played: 0, refused: 1 });
  });

  it('is learned for all presets at once', async () => {
    const here = await withPresets();
    const target = { kind: 'address', address: '/preset' };
    here.rig.show.bindings.learn(learnRequestSchema.parse({ target }));
    here.move(program, 1);
    await here.rig.time.pass(0.5);
    expect(here.rig.show.bindings.list()).toMatchObject([{ source: program, mode: 'absolute', only: null }]);
    here.move(program, 0);
    expect(here.value('/preset')).toBe('Low');
  });
});

describe('A pad', () => {
  it('recalls the preset that it has, and morphs as is set unless it says otherwise', async () => {
    const here = await withPresets();
    const recall = (number: number, command: object): unknown =>
      here.rig.show.bindings.add(
        newBindingSchema.parse({
          source: { ...pad, number },
          target: { kind: 'commands', commands: [{ kind: 'preset', ...command }] },
        }),
      );
    recall(1, { preset: 'Low' });
    recall(2, { preset: 'High', morph: { duration: 0 } });
    here.move({ ...pad, number: 1 }, 100, 0);
    await here.rig.time.pass(2);
    expect(here.value('/main/strength')).toBeCloseTo(0.5, 6);
    here.move({ ...pad, number: 2 }, 100, 0);
    expect(here.value('/main/strength')).toBe(0.9);
  });
});
