import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookInMs } from '../../../adapters/shm/bell.ts';
import { bellPath, isLeftover, nameOfRing, placeOf } from '../../../adapters/shm/place.ts';
import { Pulse, SILENCE_US } from '../../../adapters/shm/pulse.ts';

describe('a name', () => {
  test.each(['cam', 'Cam-1', '0', 'a'.repeat(64)])('%s is one', (name) => {
    const { path } = placeOf('/folder', name);
    expect(path).toBe(`/folder/reverie-shm-${name}.ring`);
    expect(nameOfRing(path.slice('/folder/'.length))).toBe(name);
  });

  test.each([
    '',
    '.',
    '../x',
    'a/b',
    'a\\b',
    'a.b',
    '-a',
    'ä',
    'a b',
    'a\0',
    'a'.repeat(65),
    7,
    null,
    undefined,
  ])('%j is none', (name) => {
    expect(() => placeOf('/folder', name)).toThrow(expect.objectContaining({ code: 'E_SHM_NAME' }));
  });

  test('no text leads out of the folder', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('.', '/', '\\', 'a', '-') })),
        (text) => {
          try {
            expect(placeOf('/folder', text).path).toMatch(/^\/folder\/reverie-shm-[\w-]+\.ring$/);
          } catch (error) {
            expect(error).toMatchObject({ code: 'E_SHM_NAME' });
          }
        },
      ),
    );
  });

  test('another ring’s bell is a leftover, our own is none', () => {
    const place = placeOf('/folder', 'cam');
    const file = bellPath(place, 0xabn).slice('/folder/'.length);
    expect([isLeftover(place, 0xabn, file), isLeftover(place, 0xacn, file)]).toEqual([false, true]);
  });
});

describe('a writer', () => {
  const writer = { pid: 1, pidNamespace: 0n };

  test('is believed to live when its heartbeat moves, and gone after two seconds without', () => {
    const pulse = new Pulse(() => 'lives', 0);
    expect(pulse.judge(writer, 5n, 10)).toBeNull();
    expect(pulse.beats).toBe(false);
    expect(pulse.judge(writer, 6n, 500_000)).toBeNull();
    expect(pulse.beats).toBe(true);
    expect(pulse.judge(writer, 6n, 500_000 + SILENCE_US)).toBeNull();
    expect(pulse.judge(writer, 6n, 500_001 + SILENCE_US)).toContain('silent');
    expect(pulse.judge(writer, 7n, 9_000_000)).toBeNull();
  });

  test('is gone at once where its process surely ended', () => {
    expect(new Pulse(() => 'ended', 0).judge(writer, 5n, 1)).toContain('process 1');
  });
});

test('without a bell a reader sleeps until a frame is due, then looks often, and seldom when nothing comes', () => {
  const periodMs = 1000 / 60;
  expect(lookInMs(0, periodMs)).toBeCloseTo(15);
  expect(lookInMs(10, periodMs)).toBeCloseTo(5);
  expect(lookInMs(16, periodMs)).toBe(1);
  expect(lookInMs(50, periodMs)).toBe(4);
  expect(lookInMs(5000, periodMs)).toBe(25);
});
