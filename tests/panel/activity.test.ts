import { expect, it } from 'vitest';
import type { ActivityLine } from '../../src/contract/activity.ts';
import { agoWords, dueWords, matching, valueWords, withChanges } from '../../panel/src/activity/lines.ts';
import { addressWords, senderWords } from '../../panel/src/activity/who.ts';

const line = (id: number, sequence: number, more: Partial<ActivityLine> = {}): ActivityLine => ({
  id,
  sequence,
  sender: 'ws:1',
  address: `/main/${id}`,
  outcome: 'applied',
  count: 1,
  value: 0.5,
  at: 0,
  dueAt: null,
  error: null,
  ...more,
});
const page = (...lines: ActivityLine[]) => ({ lines, next: 0, forgotten: 0 });

it('shows the newest first, and a line that moved again once, on top', () => {
  const first = withChanges([], page(line(1, 1), line(2, 2)));
  expect(first.map(({ id }) => id)).toEqual([2, 1]);
  const second = withChanges(first, page(line(1, 3, { count: 2 }), line(3, 4)));
  expect(second.map(({ id, count }) => [id, count])).toEqual([
    [3, 1],
    [1, 2],
    [2, 1],
  ]);
});

it('shows one sender, or what was refused alone', () => {
  const lines = [line(1, 1), line(2, 2, { sender: 'osc:1' }), line(3, 3, { outcome: 'refused' })];
  const shown = (sender: string | null, refusedOnly: boolean) =>
    matching(lines, { sender, refusedOnly }).map(({ id }) => id);
  expect(shown(null, false)).toEqual([1, 2, 3]);
  expect(shown('osc:1', false)).toEqual([2]);
  expect(shown(null, true)).toEqual([3]);
  expect(shown('osc:1', true)).toEqual([]);
});

it.each([
  [0.123456, '0.1235'],
  [true, 'on'],
  [null, ''],
  ['deep ocean', 'deep ocean'],
  [['gold', 'fog'], 'gold + fog'],
])('writes %j as "%s"', (value, words) => {
  expect(valueWords(value)).toBe(words);
});

it('says how long ago, and when', () => {
  expect([0, 1400, 42_000, 150_000].map((ms) => agoWords(0, ms))).toEqual([
    'now',
    'now',
    '42 s ago',
    '2 min ago',
  ]);
  expect([1250, 42_000, 0].map((ms) => dueWords(ms, 0))).toEqual([
    'plays in 1.3 s',
    'plays in 42 s',
    'plays now',
  ]);
});

it('names senders and controls as a person would', () => {
  expect(['osc:127.0.0.1:9000', 'rest:::1', 'midi:nano', 'show', 'odd'].map(senderWords)).toEqual([
    'OSC 127.0.0.1:9000',
    'REST ::1',
    'MIDI nano',
    'The show itself',
    'odd',
  ]);
  expect(
    ['/main/warp', '', '~midi/nano%2F2/cc/1/74', '~artnet/0/dmx/0/12', '~odd', '~midi/%/cc/1/74'].map(
      addressWords,
    ),
  ).toEqual([
    '/main/warp',
    'A packet',
    'CC 74 · nano/2 · channel 1',
    'DMX 12 · Universe 0',
    '~odd',
    'CC 74 · % · channel 1',
  ]);
});
