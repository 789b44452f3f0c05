import { expect, test } from 'vitest';
import { MAX_WAITING, Outbox } from '../../../adapters/midi/outbox.ts';

/** An outbox whose timers fire when the test says so. */
function setUp() {
  const sent: string[] = [];
  const timers: { readonly callback: () => void; readonly delayMs: number }[] = [];
  const outbox = new Outbox({
    send: (device, message) => {
      sent.push(`${device} ${message.join(' ')}`);
      return device !== 'gone';
    },
    setTimer: (callback, delayMs) => void timers.push({ callback, delayMs }),
  });
  return { outbox, sent, timers, fire: (): void => timers.shift()?.callback() };
}

test('a device gets four messages in four milliseconds, and another one does not wait for it', () => {
  const { outbox, sent, timers, fire } = setUp();
  for (let note = 0; note < 10; note++) outbox.offer('slow', [[0x90, note, 1]]);
  outbox.offer('other', [[0x90, 0, 1]]);
  fire();
  expect(sent).toEqual(['slow 144 0 1', 'slow 144 1 1', 'slow 144 2 1', 'slow 144 3 1', 'other 144 0 1']);
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([4]);
  fire();
  fire();
  expect(sent).toHaveLength(11);
  expect(timers).toEqual([]);
});

test('a light that changes all the time keeps its place in the line', () => {
  const { outbox, sent, fire } = setUp();
  for (let note = 0; note < 6; note++) outbox.offer('a', [[0x90, note, 1]]);
  outbox.offer('a', [[0x90, 0, 99]]);
  fire();
  expect(sent[0]).toBe('a 144 0 99');
});

test('two parameters do not take the place of one another, the same one does', () => {
  const { outbox, sent, fire } = setUp();
  const parameter = (number: number, value: number): number[][] => [
    [0xb0, 99, 0],
    [0xb0, 98, number],
    [0xb0, 6, value],
    [0xb0, 38, 0],
  ];
  outbox.offer('a', parameter(1, 10));
  outbox.offer('a', parameter(2, 20));
  outbox.offer('a', parameter(1, 30));
  fire();
  fire();
  expect(sent.filter((line) => / 6 /.test(line))).toEqual(['a 176 6 30', 'a 176 6 20']);
  expect(outbox.counts()).toEqual({ sent: 8, replaced: 4, dropped: 0 });
});

test('system exclusive is told one by one', () => {
  const { outbox, sent, fire } = setUp();
  outbox.offer('a', [[0xf0, 1, 0xf7]]);
  outbox.offer('a', [[0xf0, 1, 0xf7]]);
  fire();
  expect(sent).toHaveLength(2);
});

test('what does not fit into the line is dropped and counted, and so is what a device did not take', () => {
  const { outbox, fire } = setUp();
  for (let at = 0; at < MAX_WAITING + 5; at++) outbox.offer('gone', [[0xf0, 1, 0xf7]]);
  expect(outbox.counts()).toEqual({ sent: 0, replaced: 0, dropped: 5 });
  fire();
  expect(outbox.counts()).toEqual({ sent: 0, replaced: 0, dropped: 9 });
  outbox.forget('gone');
  fire();
  expect(outbox.counts()).toEqual({ sent: 0, replaced: 0, dropped: MAX_WAITING + 5 });
});
