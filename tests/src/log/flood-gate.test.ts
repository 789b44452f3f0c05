import { expect, test } from 'vitest';
import { FloodGate } from '../../../src/log/flood-gate.ts';

function gate() {
  const passed: string[] = [];
  const leftOut: [string, number][] = [];
  const due: (() => void)[] = [];
  const subject = new FloodGate(
    { lines: 3, windowMs: 1000 },
    (speaker, line) => passed.push(`${speaker}: ${line}`),
    (speaker, count) => leftOut.push([speaker, count]),
    (call) => due.push(call),
  );
  return { subject, passed, leftOut, windowEnds: () => due.splice(0).forEach((call) => call()) };
}

test('a flood is cut short, and said to have been one', () => {
  const { subject, passed, leftOut, windowEnds } = gate();
  for (let n = 0; n < 1000; n++) subject.line('main', `line ${n}`);
  expect(passed).toEqual(['main: line 0', 'main: line 1', 'main: line 2']);
  windowEnds();
  expect(leftOut).toEqual([['main', 997]]);
});

test('one that shouts silences nobody else, and is heard again later', () => {
  const { subject, passed, windowEnds } = gate();
  for (let n = 0; n < 10; n++) subject.line('main', 'loud');
  subject.line('out', 'quiet');
  expect(passed.at(-1)).toBe('out: quiet');
  windowEnds();
  subject.line('main', 'calm');
  expect(passed.at(-1)).toBe('main: calm');
});

test('who says little is not spoken of', () => {
  const { subject, leftOut, windowEnds } = gate();
  for (let n = 0; n < 3; n++) subject.line('main', 'word');
  windowEnds();
  expect(leftOut).toEqual([]);
});
