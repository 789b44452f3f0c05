import { expect, test } from 'vitest';
import { RejectionTally, type SenderRejections } from '../../../src/runner/rejections.ts';

function tally(): {
  add: RejectionTally['add'];
  pass: (us: number) => void;
  reports: (readonly SenderRejections[])[];
} {
  let nowUs = 0;
  const timers: { dueUs: number; callback: () => void }[] = [];
  const reports: (readonly SenderRejections[])[] = [];
  const subject = new RejectionTally({
    now: () => nowUs,
    setTimer: (callback, delayMs) => timers.push({ dueUs: nowUs + delayMs * 1000, callback }),
    send: (rejections) => reports.push(rejections),
  });
  return {
    add: (sender, code, message) => subject.add(sender, code, message),
    pass: (us) => {
      nowUs += us;
      for (const timer of timers.splice(0)) {
        if (timer.dueUs <= nowUs) timer.callback();
        else timers.push(timer);
      }
    },
    reports,
  };
}

test('the first refusal is told at once', () => {
  const { add, reports } = tally();
  add('osc:a', 'E_OSC_MALFORMED', 'at offset 4');
  expect(reports).toEqual([[{ sender: 'osc:a', count: 1, code: 'E_OSC_MALFORMED', message: 'at offset 4' }]]);
});

test('further ones are told together, by sender, with their number and the last reason', () => {
  const { add, pass, reports } = tally();
  add('osc:a', 'E_OSC_MALFORMED', 'first');
  for (let index = 0; index < 1000; index++) add('osc:a', 'E_OSC_MALFORMED', `number ${index}`);
  add('osc:b', 'E_CONTROL_FLOOD', 'too much');
  expect(reports).toHaveLength(1);
  pass(250_000);
  expect(reports[1]).toEqual([
    { sender: 'osc:a', count: 1000, code: 'E_OSC_MALFORMED', message: 'number 999' },
    { sender: 'osc:b', count: 1, code: 'E_CONTROL_FLOOD', message: 'too much' },
  ]);
  pass(250_000);
  expect(reports).toHaveLength(2);
});

test('a sender with a new port for each packet fills no memory, and each packet still counts', () => {
  const { add, pass, reports } = tally();
  for (let port = 0; port < 5000; port++) add(`osc:127.0.0.1:${port}`, 'E_OSC_MALFORMED', 'at offset 0');
  pass(250_000);
  const all = reports.flat();
  expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
  expect(all.length).toBeLessThanOrEqual(66);
  expect(all.at(-1)?.sender).toBe('others');
});
