import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda, MAX_WAITING } from '../../../adapters/osc/agenda.ts';

/** A clock and one timer, moved by hand. It cannot show how late a real timer fires. */
function bench(): {
  agenda: Agenda<string>;
  played: (readonly [number, string])[];
  pass: (ms: number) => void;
  timers: () => number;
} {
  let nowMs = 0;
  let timer: { readonly atMs: number; readonly callback: () => void } | null = null;
  const played: (readonly [number, string])[] = [];
  const agenda = new Agenda<string>({
    now: () => nowMs,
    setTimer: (callback, delayMs) => {
      const own = { atMs: nowMs + delayMs, callback };
      timer = own;
      return () => void (timer === own && (timer = null));
    },
    play: (messages) => played.push(...messages.map((message) => [nowMs, message] as const)),
  });
  const pass = (ms: number): void => {
    const untilMs = nowMs + ms;
    for (let due = timer; due !== null && due.atMs <= untilMs; due = timer) {
      nowMs = due.atMs;
      timer = null;
      due.callback();
    }
    nowMs = untilMs;
  };
  return { agenda, played, pass, timers: () => (timer === null ? 0 : 1) };
}

test('what waits is played at its time, in the order of times', () => {
  const { agenda, played, pass } = bench();
  agenda.add(300, ['third'], 'osc:one');
  agenda.add(100, ['first', 'with it'], 'osc:one');
  agenda.add(200, ['second'], 'osc:one');
  expect(agenda.waiting).toBe(4);
  pass(1000);
  expect(played).toEqual([
    [100, 'first'],
    [100, 'with it'],
    [200, 'second'],
    [300, 'third'],
  ]);
  expect(agenda.waiting).toBe(0);
});

test('what has one time is played in the order it came, and nothing is lost or early', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(5))), (arrivals) => {
      const { agenda, played, pass, timers } = bench();
      let nowMs = 0;
      const due = arrivals.map(([delayMs, waitMs], index) => {
        const at = nowMs + delayMs;
        agenda.add(delayMs, [`${index}`], 'osc:one');
        pass(waitMs);
        nowMs += waitMs;
        return { at, index };
      });
      pass(100);
      expect(timers()).toBe(0);
      const wanted = due.sort((a, b) => a.at - b.at || a.index - b.index);
      expect(played).toEqual(wanted.map(({ at, index }) => [at, `${index}`]));
    }),
  );
});

test('no more waits than there is room for', () => {
  const { agenda, played, pass } = bench();
  const many = Array.from({ length: MAX_WAITING }, (_, index) => `${index}`);
  expect(agenda.add(10, many, 'osc:one')).toBe(true);
  expect(agenda.add(5, ['one more'], 'osc:one')).toBe(false);
  pass(10);
  expect(played).toHaveLength(MAX_WAITING);
  expect(agenda.add(5, ['one more'], 'osc:one')).toBe(true);
});

test('one sender that fills its room leaves the others theirs', () => {
  const { agenda } = bench();
  const many = Array.from({ length: MAX_WAITING }, (_, index) => `${index}`);
  expect(agenda.add(10, many, 'osc:one')).toBe(true);
  expect(agenda.add(10, many, 'osc:other')).toBe(true);
  for (let port = 0; port < 100; port += 1) agenda.add(10, many, `osc:${port}`);
  expect(agenda.waiting).toBe(4 * MAX_WAITING);
});

test('a closed one plays nothing and keeps no timer', () => {
  const { agenda, played, pass, timers } = bench();
  agenda.add(10, ['never'], 'osc:one');
  agenda.close();
  expect(timers()).toBe(0);
  pass(100);
  expect(played).toEqual([]);
});
