import { expect, it } from 'vitest';
import { withPage, type LogEntry } from '../../panel/src/health/log-lines.ts';
import type { LogLine, LogPage } from '../../src/contract/log.ts';

const line = (id: number): LogLine => ({ id, at: 0, level: 'info', node: null, message: `line ${id}` });
const page = (ids: readonly number[], more: Partial<LogPage> = {}): LogPage => ({
  lines: ids.map(line),
  next: ids.at(-1) ?? 0,
  missed: 0,
  ...more,
});
const idsOf = (entries: readonly LogEntry[]): unknown[] => entries.map(({ id }) => id);

it('goes on with what is new', () => {
  const first = withPage([], page([1, 2]));
  expect(idsOf(withPage(first, page([4, 7])))).toEqual([1, 2, 4, 7]);
  expect(withPage(first, page([], { next: 9 }))).toEqual(first);
});

it('shows where lines are missing, and how many', () => {
  const entries = withPage(withPage([], page([1, 2])), page([80, 81], { missed: 77 }));
  expect(idsOf(entries)).toEqual([1, 2, 'before 81', 80, 81]);
  expect(entries[2]).toMatchObject({ missed: 77 });
});

it('drops the oldest of many', () => {
  let entries: readonly LogEntry[] = [];
  for (let start = 1; start < 1000; start += 50)
    entries = withPage(entries, page(Array.from({ length: 50 }, (_, index) => start + index)));
  expect(entries).toHaveLength(400);
  expect(entries.at(-1)?.id).toBe(1000);
});

it('begins anew with a log that did', () => {
  const before = withPage([], page([500, 501], { missed: 3 }));
  expect(idsOf(withPage(before, page([1, 2])))).toEqual([1, 2]);
});
