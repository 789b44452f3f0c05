import { describe, expect, test } from 'vitest';
import { Seat, SILENT_MS, type SeatClock } from '../../../adapters/webrtc/seat.ts';

/** Time that a test moves. */
class HandClock implements SeatClock {
  #nowMs = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  nowMs = (): number => this.#nowMs;
  in = (ms: number, callback: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#nowMs = next.atMs;
      this.#timers.delete(next);
      next.callback();
    }
    this.#nowMs = untilMs;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function scene() {
  const clock = new HandClock();
  const ended: string[] = [];
  let changes = 0;
  const seat: Seat = new Seat(() => (changes += 1), clock);
  const publisher = (session: string) => ({
    session,
    client: 'whip',
    end: (reason: string): void => {
      ended.push(`${session}: ${reason}`);
      seat.leave(session);
    },
  });
  return { clock, ended, seat, publisher, changes: () => changes };
}

describe('the place of a publisher', () => {
  test('stays with the first for as long as it is heard, however often others ask', async () => {
    const { clock, ended, seat, publisher } = scene();
    expect(await seat.claim(publisher('a'))).toBeNull();
    for (let n = 0; n < 5; n += 1) {
      await clock.pass(SILENT_MS - 100);
      const asked = seat.claim(publisher('b'));
      seat.heard('a');
      expect(await asked).toContain('keeps it');
    }
    expect(ended).toEqual([]);
    expect(seat.publisher?.session).toBe('a');
  });

  test('goes to whoever asks once the first is silent, at once or while it waits', async () => {
    const { clock, ended, seat, publisher } = scene();
    await seat.claim(publisher('a'));
    seat.heard('a');
    await clock.pass(500);
    const waiting = seat.claim(publisher('b'));
    await clock.pass(SILENT_MS - 500);
    expect(await waiting).toBeNull();
    expect(ended).toHaveLength(1);
    await clock.pass(SILENT_MS);
    expect(seat.silent).toBe(true);
    expect(await seat.claim(publisher('c'))).toBeNull();
    expect(ended.map((line) => line[0])).toEqual(['a', 'b']);
  });

  test('is free at once when the first leaves, and only one of two who wait gets it', async () => {
    const { seat, publisher } = scene();
    await seat.claim(publisher('a'));
    const two = [seat.claim(publisher('b')), seat.claim(publisher('c'))];
    seat.leave('a');
    const answers = await Promise.all(two);
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
  });

  test('is kept by one that was silent and is heard again before anybody asked', async () => {
    const { clock, seat, publisher, changes } = scene();
    await seat.claim(publisher('a'));
    await clock.pass(SILENT_MS * 3);
    expect([seat.silent, changes()]).toEqual([true, 2]);
    seat.heard('a');
    expect([seat.silent, changes()]).toEqual([false, 3]);
    const asked = seat.claim(publisher('b'));
    seat.heard('a');
    expect(await asked).not.toBeNull();
  });

  test('is not given up by a session that never had it', async () => {
    const { seat, publisher } = scene();
    await seat.claim(publisher('a'));
    seat.leave('b');
    seat.heard('b');
    expect(seat.publisher?.session).toBe('a');
  });
});
