import { expect, test } from 'vitest';
import { Ticker } from '../../../adapters/test-pattern/ticker.ts';

test('late timers do not add up: the ten-thousandth frame is due exactly on its grid', () => {
  const ticker = new Ticker(1000, 60);
  let dueUs = 0;
  let now = 1000;
  for (let tick = 0; tick < 10_000; tick += 1) {
    ({ dueUs } = ticker.next(now));
    now = dueUs + 4000;
  }
  expect(dueUs).toBeCloseTo(1000 + (9999 * 1e6) / 60, 3);
});

test('after a stall the missed ticks are left out and counted, and the grid keeps its phase', () => {
  const ticker = new Ticker(0, 100);
  expect(ticker.next(0)).toEqual({ dueUs: 0, skipped: 0 });
  expect(ticker.next(1)).toEqual({ dueUs: 10_000, skipped: 0 });
  const after = ticker.next(253_000);
  expect(after).toEqual({ dueUs: 250_000, skipped: 23 });
  expect(ticker.next(253_100)).toEqual({ dueUs: 260_000, skipped: 0 });
});

test('a tick that is a little late is neither skipped nor doubled', () => {
  const ticker = new Ticker(0, 100);
  ticker.next(0);
  expect(ticker.next(19_000)).toEqual({ dueUs: 10_000, skipped: 0 });
  expect(ticker.next(19_500)).toEqual({ dueUs: 20_000, skipped: 0 });
});
