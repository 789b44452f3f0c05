import { expect, test } from 'vitest';
import type { LogLevel, LogLine } from '../../../src/contract/log.ts';
import { LogBook } from '../../../src/log/log-book.ts';

const line = (id: number, level: LogLevel = 'info', node: string | null = null): LogLine => ({
  id,
  at: 1_000 + id,
  level,
  node,
  message: `line ${id}`,
});
const ids = (lines: readonly LogLine[]): number[] => lines.map(({ id }) => id);

function bookOf(count: number, kept?: number): LogBook {
  const book = new LogBook([], kept);
  for (let id = 1; id <= count; id++)
    book.add(line(id, id % 2 === 0 ? 'warn' : 'info', id % 3 === 0 ? 'main' : null));
  return book;
}

test('who asks for the first time gets the newest lines, oldest of them first', () => {
  expect(ids(bookOf(10).read({ limit: 3 }).lines)).toEqual([8, 9, 10]);
});

test('reading on with `next` gives every line once', () => {
  const book = bookOf(10);
  const first = book.read({ after: 0, limit: 4 });
  const second = book.read({ after: first.next, limit: 4 });
  const third = book.read({ after: second.next, limit: 4 });
  expect([...ids(first.lines), ...ids(second.lines), ...ids(third.lines)]).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  expect(book.read({ after: third.next })).toEqual({ lines: [], next: 10, missed: 0 });
});

test('a level asks for what is worse too, a node for its own lines', () => {
  const book = bookOf(12);
  expect(ids(book.read({ level: 'warn' }).lines)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(ids(book.read({ level: 'error' }).lines)).toEqual([]);
  expect(ids(book.read({ node: 'main' }).lines)).toEqual([3, 6, 9, 12]);
  expect(ids(book.read({ node: 'main', level: 'warn', after: 6 }).lines)).toEqual([12]);
});

test('lines that are gone from memory are counted for who reads on too late', () => {
  const book = bookOf(100, 10);
  const page = book.read({ after: 20, limit: 1000 });
  expect(page.lines.length).toBeLessThanOrEqual(15);
  expect(page.lines.length + page.missed).toBe(80);
  expect(page.lines.at(-1)?.id).toBe(100);
});

test('who read on in a log that is gone begins anew with the newest lines', () => {
  expect(ids(bookOf(3).read({ after: 500 }).lines)).toEqual([1, 2, 3]);
});

test('ids go on after those of an earlier run', () => {
  const book = new LogBook([line(41), line(42)]);
  expect(book.newestId).toBe(42);
  book.add(line(43, 'error'));
  expect(ids(book.read({ after: 41 }).lines)).toEqual([42, 43]);
});

test('a listener hears new lines until it leaves', () => {
  const book = new LogBook([]);
  const heard: number[] = [];
  const leave = book.subscribe(({ id }) => heard.push(id));
  book.add(line(1));
  leave();
  book.add(line(2));
  expect(heard).toEqual([1]);
});
