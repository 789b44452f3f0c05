import { expect, test } from 'vitest';
import { Attempts } from '../../../../src/server/access/attempts.ts';

let nowMs = 0;
const attempts = (): Attempts => new Attempts(() => nowMs);

test('ten wrong tokens in a minute are the end of it for that address, and only for that one', () => {
  const subject = attempts();
  for (let n = 0; n < 10; n++) {
    expect(subject.waitSeconds('192.168.1.9')).toBe(0);
    subject.failed('192.168.1.9');
  }
  expect(subject.waitSeconds('192.168.1.9')).toBe(60);
  expect(subject.waitSeconds('192.168.1.10')).toBe(0);
  nowMs += 45_000;
  expect(subject.waitSeconds('192.168.1.9')).toBe(15);
  nowMs += 15_000;
  expect(subject.waitSeconds('192.168.1.9')).toBe(0);
});

test('an IPv6 host counts as one, whichever of its addresses it uses', () => {
  const subject = attempts();
  for (let n = 0; n < 10; n++) subject.failed(`2001:db8:1:2::${n + 1}`);
  expect(subject.waitSeconds('2001:db8:1:2:aaaa::1')).toBeGreaterThan(0);
  expect(subject.waitSeconds('2001:db8:1:3::1')).toBe(0);
});

test('a guesser with many addresses fills no memory and frees nobody', () => {
  const subject = attempts();
  for (let n = 0; n < 10; n++) subject.failed('192.168.1.9');
  for (let n = 0; n < 4000; n++) subject.failed(`10.0.${n >> 8}.${n & 255}`);
  expect(subject.waitSeconds('192.168.1.9')).toBeGreaterThan(0);
});
