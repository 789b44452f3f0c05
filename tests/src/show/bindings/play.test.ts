import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newBindingSchema, type RelativeEncoding } from '../../../../src/contract/binding.ts';
import { eventAddress, readEventAddress } from '../../../../src/contract/control-event.ts';
import { clicksOf, highestRaw, positionOf, rawAt } from '../../../../src/show/bindings/raw.ts';
import { graphOf, rest } from '../rig.ts';
import { dmx, fader, knob, pad, Surface } from './surface.ts';

describe('A fader', () => {
  it('plays the whole range of its parameter', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength');
    here.move(fader, 127);
    expect(here.value('/main/strength')).toBe(1);
    here.move(fader, 0);
    expect(here.value('/main/strength')).toBe(0);
    expect(here.rig.show.parameter('/main/strength')?.setBy).toBe('midi:nano KONTROL/2');
  });

  it('plays a part of the range, upside down and bent', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { minimum: 0.2, maximum: 0.6, invert: true });
    here.bind(knob, '/main/warp', { curve: 'ease-in' });
    here.move(fader, 127);
    expect(here.value('/main/strength')).toBeCloseTo(0.2, 12);
    here.move(fader, 0);
    expect(here.value('/main/strength')).toBeCloseTo(0.6, 12);
    here.move(knob, 64);
    expect(here.value('/main/warp')).toBeCloseTo((64 / 127) ** 2, 12);
  });

  it('gives each whole number and each choice an equal share of its way', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/steps');
    here.bind(knob, '/main/palette');
    const steps = new Map<unknown, number>();
    const choices = new Map<unknown, number>();
    for (let raw = 0; raw < 128; raw += 1) {
      here.move(fader, raw);
      here.move(knob, raw);
      steps.set(here.value('/main/steps'), (steps.get(here.value('/main/steps')) ?? 0) + 1);
      choices.set(here.value('/main/palette'), (choices.get(here.value('/main/palette')) ?? 0) + 1);
    }
    expect([...steps.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const share of steps.values()) expect(Math.abs(share - 16)).toBeLessThanOrEqual(1);
    expect([...choices.keys()]).toEqual(['warm', 'cold', 'grey']);
    for (const share of choices.values()) expect(Math.abs(share - 128 / 3)).toBeLessThanOrEqual(1);
  });

  it('has a switch on in its upper half', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/invert');
    here.move(fader, 63);
    expect(here.value('/main/invert')).toBe(false);
    here.move(fader, 64);
    expect(here.value('/main/invert')).toBe(true);
  });

  it('presses a button once on its way up, and a DMX channel that stays up presses no more', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/burst');
    here.bind(dmx, '/main/burst');
    here.move(fader, 10, 60, 70, 90, 127, 100, 20);
    expect(here.bursts()).toBe(1);
    here.move(dmx, 255, 255, 255);
    expect(here.bursts()).toBe(2);
  });

  it('plays several addresses, each by its own rule, and one that refuses hinders no other', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/note');
    here.bind(fader, '/strength');
    here.bind(fader, '/main/warp', { invert: true });
    here.move(fader, 127);
    expect([here.value('/main/strength'), here.value('/main/warp')]).toEqual([1, 0]);
    expect(here.rig.show.rejections()).toMatchObject([
      { sender: 'midi:nano KONTROL/2', count: 1, lastError: { code: 'E_BINDING_TARGET' } },
    ]);
  });

  it('of 14 bits has 16,384 places', async () => {
    const here = await Surface.open();
    const wheel = { ...fader, kind: 'pitch', number: 0 };
    here.bind(wheel, '/main/strength');
    here.move(wheel, 8192);
    expect(here.value('/main/strength')).toBe(0.5);
    here.move(wheel, 1);
    expect(here.value('/main/strength')).toBe(1 / 16_384);
  });
});

describe('A colour', () => {
  it('turns its hue, and a grey becomes a full colour', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/tint');
    here.move(fader, 0);
    expect(here.value('/main/tint')).toBe('#ff0000');
    here.rig.show.set({ '/main/tint': '#804040' }, rest);
    here.move(fader, 42);
    expect(here.value('/main/tint')).toBe('#418040');
  });

  it('comes back as it was when its brightness has been down', async () => {
    const here = await Surface.open();
    here.rig.show.set({ '/main/tint': '#204080' }, rest);
    here.bind(fader, '/main/tint', { component: 'brightness' });
    here.move(fader, 0);
    expect(here.value('/main/tint')).toBe('#000000');
    here.move(fader, 127);
    expect(here.value('/main/tint')).toBe('#4080ff');
  });

  it('is played by three DMX channels', async () => {
    const here = await Surface.open();
    here.bind(dmx, '/main/tint', { component: 'red' });
    here.bind({ ...dmx, number: 2 }, '/main/tint', { component: 'green' });
    here.bind({ ...dmx, number: 3 }, '/main/tint', { component: 'blue' });
    here.move(dmx, 18);
    here.move({ ...dmx, number: 2 }, 52);
    here.move({ ...dmx, number: 3 }, 86);
    expect(here.value('/main/tint')).toBe('#123456');
  });
});

describe('A pad', () => {
  it('turns a switch over with each strike', async () => {
    const here = await Surface.open();
    here.bind(pad, '/main/invert', { mode: 'toggle' });
    here.move(pad, 100, 0);
    expect(here.value('/main/invert')).toBe(true);
    here.move(pad, 100, 0);
    expect(here.value('/main/invert')).toBe(false);
  });

  it('fires with each strike, though it never says that it was let go', async () => {
    const here = await Surface.open();
    here.bind(pad, '/main/burst', { mode: 'trigger' });
    here.move(pad, 100, 100, 90, 0, 1);
    expect(here.bursts()).toBe(4);
  });

  it('holds a value while it is down', async () => {
    const here = await Surface.open();
    here.bind(pad, '/main/strength', { mode: 'momentary', minimum: 0.1, maximum: 0.9 });
    here.move(pad, 30);
    expect(here.value('/main/strength')).toBe(0.9);
    here.move(pad, 0);
    expect(here.value('/main/strength')).toBe(0.1);
  });

  it('plays as hard as it is struck, and stays there when it is let go', async () => {
    const here = await Surface.open();
    here.bind(pad, '/main/strength', { velocity: true });
    here.move(pad, 64, 0);
    expect(here.value('/main/strength')).toBe(64 / 127);
  });

  it('goes through choices and around their end, forward and back', async () => {
    const here = await Surface.open();
    here.bind(pad, '/main/palette', { mode: 'step' });
    here.bind({ ...pad, number: 37 }, '/main/palette', { mode: 'step', step: -1 });
    const seen: unknown[] = [];
    for (let press = 0; press < 3; press += 1) {
      here.move(pad, 127, 0);
      seen.push(here.value('/main/palette'));
    }
    expect(seen).toEqual(['cold', 'grey', 'warm']);
    here.move({ ...pad, number: 37 }, 127, 0);
    expect(here.value('/main/palette')).toBe('grey');
  });

  it('runs commands, all or none', async () => {
    const here = await Surface.open();
    const { bindings } = here.rig.show;
    bindings.add(
      newBindingSchema.parse({
        source: pad,
        target: {
          kind: 'commands',
          commands: [
            { kind: 'prompt', prompts: [{ text: 'gold' }] },
            { kind: 'set', address: '/main/strength', value: 0.25, ramp: { duration: 2 } },
          ],
        },
      }),
    );
    here.move(pad, 100, 0);
    await here.rig.time.pass(3);
    expect(here.value('/prompt')).toBe('gold');
    expect(here.value('/main/strength')).toBe(0.25);
  });

  it('that is a program change plays only its own program', async () => {
    const here = await Surface.open();
    const program = { ...pad, kind: 'program', number: 0 };
    here.bind(program, '/main/burst', { only: 5 });
    here.move(program, 4, 5, 5, 6);
    expect(here.bursts()).toBe(2);
  });
});

describe('A button that sends a controller', () => {
  it('counts when it sends the same number again without ever letting go', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/burst', { mode: 'trigger' });
    here.move(fader, 127, 127, 127);
    expect(here.bursts()).toBe(3);
  });
});

describe('An endless encoder', () => {
  it('speaks in three ways', () => {
    const backAndForth = (encoding: RelativeEncoding, ...raws: number[]): number[] =>
      raws.map((raw) => clicksOf(encoding, raw));
    expect(backAndForth('twos-complement', 1, 3, 127, 125, 0)).toEqual([1, 3, -1, -3, 0]);
    expect(backAndForth('binary-offset', 65, 67, 63, 61, 64)).toEqual([1, 3, -1, -3, 0]);
    expect(backAndForth('sign-magnitude', 1, 3, 65, 67)).toEqual([1, 3, -1, -3]);
  });

  it('goes a hundredth of the range with each click, and further when it is spun', async () => {
    const here = await Surface.open();
    here.bind(knob, '/main/strength', { mode: 'relative' });
    here.move(knob, 127, 127);
    expect(here.value('/main/strength')).toBeCloseTo(0.68, 12);
    const [binding] = here.rig.show.bindings.list();
    here.rig.show.bindings.change(binding?.id ?? '', { acceleration: 1, step: 0.001 });
    here.move(knob, 3);
    expect(here.value('/main/strength')).toBeCloseTo(0.689, 12);
  });

  it('stops at both ends, steps through whole numbers, and carries what does not make a whole one', async () => {
    const here = await Surface.open();
    here.bind(knob, '/main/steps', { mode: 'relative', step: 0.5 });
    here.move(knob, 1);
    const after = [here.value('/main/steps')];
    for (const raw of [1, 1, 1]) {
      here.move(knob, raw);
      after.push(here.value('/main/steps'));
    }
    expect(after.at(-1)).toBe(6);
    here.move(knob, 63, 63);
    expect(here.value('/main/steps')).toBe(8);
    here.move(knob, 64, 64, 64);
    expect(here.value('/main/steps')).toBe(1);
  });

  it('turns a hue around and around', async () => {
    const here = await Surface.open();
    here.rig.show.set({ '/main/tint': '#ff0000' }, rest);
    here.bind(knob, '/main/tint', { mode: 'relative', step: 0.25 });
    here.move(knob, 127);
    expect(here.value('/main/tint')).toBe('#8000ff');
    here.move(knob, 1, 1);
    expect(here.value('/main/tint')).toBe('#80ff00');
  });
});

describe('Pickup', () => {
  it('moves nothing until the fader comes to the value', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { pickup: true });
    here.move(fader, 10, 20, 80);
    expect(here.value('/main/strength')).toBe(0.7);
    expect(here.rig.show.bindings.report().bindings[0]?.waiting).toEqual({ control: 80 / 127, value: 0.7 });
    here.move(fader, 95);
    expect(here.value('/main/strength')).toBe(95 / 127);
    expect(here.rig.show.bindings.report().bindings[0]?.waiting).toBeNull();
  });

  it('takes hold within two hundredths of the value', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { pickup: true });
    here.move(fader, 87);
    expect(here.value('/main/strength')).toBe(87 / 127);
  });

  it('is lost to another hand, and found again', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { pickup: true });
    here.move(fader, 89, 90);
    here.rig.show.set({ '/main/strength': 0.1 }, rest);
    here.move(fader, 80, 50);
    expect(here.value('/main/strength')).toBe(0.1);
    here.move(fader, 5);
    expect(here.value('/main/strength')).toBe(5 / 127);
  });
});

describe('Banks', () => {
  it('let one fader play different addresses', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { bank: 1 });
    here.bind(fader, '/main/warp', { bank: 2 });
    here.bind(pad, '/bank', { mode: 'step' });
    // Whoever shows bindings hears that other ones play now.
    let changes = 0;
    here.rig.show.bindings.onChange(() => (changes += 1));
    here.move(fader, 0);
    here.move(pad, 127, 0);
    expect(here.value('/bank')).toBe(2);
    expect(changes).toBe(1);
    here.move(fader, 127);
    expect([here.value('/main/strength'), here.value('/main/warp')]).toEqual([0, 1]);
    here.rig.show.set({ '/bank': 1 }, rest);
    here.move(fader, 64);
    expect([here.value('/main/strength'), here.value('/main/warp')]).toEqual([64 / 127, 1]);
  });
});

describe('What is bound', () => {
  it('plays nothing while its address is gone, says so, and plays again when it is back', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength');
    await here.rig.show.setGraph(graphOf({ other: 'plain' }), rest);
    here.move(fader, 64);
    const gone = here.rig.show.bindings.report().bindings[0];
    expect(gone).toMatchObject({ address: null, value: null, refused: 1 });
    expect(here.rig.show.rejections()[0]?.lastError.code).toBe('E_ADDRESS_UNKNOWN');
    await here.rig.show.setGraph(graphOf(), rest);
    here.move(fader, 127);
    expect(here.value('/main/strength')).toBe(1);
  });

  it('is counted where it is nothing, and not refused', async () => {
    const here = await Surface.open();
    here.move(fader, 1, 2, 3);
    expect(here.rig.show.bindings.report().unbound).toEqual({ count: 3, last: fader });
    expect(here.rig.show.rejections()).toEqual([]);
  });

  it('is saved with the show, and its bank', async () => {
    const here = await Surface.open();
    here.bind(fader, '/main/strength', { bank: 2, pickup: true });
    here.rig.show.set({ '/bank': 2 }, rest);
    await here.rig.show.close();
    const again = await Surface.open({ files: here.rig.files, time: here.rig.time });
    expect(again.rig.show.bindings.list()).toEqual(here.rig.show.bindings.list());
    expect(again.value('/bank')).toBe(2);
  });
});

describe('Names and raw values', () => {
  it('come back as they went, whatever a device is called', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.nat(16),
        fc.nat(16_383),
        (device, channel, number) => {
          const source = { protocol: 'midi', device, kind: 'cc', channel, number };
          expect(readEventAddress(eventAddress(source))).toEqual(source);
        },
      ),
    );
  });

  it.each(['cc', 'cc14', 'nrpn', 'pitch', 'note', 'dmx', 'dmx16'])(
    'of %s stay the same from control to position and back',
    (kind) => {
      const raws = Array.from({ length: highestRaw(kind) + 1 }, (_, raw) => raw);
      expect(raws.filter((raw) => rawAt(kind, positionOf(kind, raw)) !== raw)).toEqual([]);
    },
  );

  it('never make a value that its parameter does not have, nor an exception', async () => {
    const here = await Surface.open();
    const addresses = here.rig.show.parameters().map(({ address }) => address);
    fc.assert(
      fc.property(
        fc.constantFrom(...addresses),
        fc.constantFrom('absolute', 'toggle', 'momentary', 'trigger', 'step', 'relative'),
        fc.constantFrom(fader, pad, dmx, { ...fader, kind: 'pitch', number: 0 }, { ...dmx, kind: 'dmx16' }),
        fc.record({ pickup: fc.boolean(), invert: fc.boolean(), velocity: fc.boolean() }),
        fc.record({
          minimum: fc.option(fc.double({ min: -10, max: 10, noNaN: true })),
          maximum: fc.option(fc.double({ min: -10, max: 10, noNaN: true })),
        }),
        fc.array(fc.integer({ min: -5, max: 70_000 }), { maxLength: 12 }),
        (address, mode, source, flags, range, raws) => {
          const { id } = here.bind(source, address, { mode, ...flags, ...range });
          here.move(source, ...raws);
          here.rig.show.bindings.remove(id);
          const { value, minimum, maximum, type } = here.rig.show.parameter(address) ?? {};
          if (type === 'number' || type === 'integer') {
            expect(value).toBeGreaterThanOrEqual(minimum ?? -Infinity);
            expect(value).toBeLessThanOrEqual(maximum ?? Infinity);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
