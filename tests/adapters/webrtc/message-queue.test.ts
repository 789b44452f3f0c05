import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageQueue, type ChannelMessage } from '../../../adapters/webrtc/message-queue.ts';
import type { JsonObject } from '../../../src/contract/json.ts';

describe('messages of data channels', () => {
  function queue() {
    const sent: JsonObject[][] = [];
    const dropped: ChannelMessage[] = [];
    let timer: (() => void) | null = null;
    const made = new MessageQueue({
      setTimer: (callback) => void (timer = callback),
      send: (messages) => sent.push(messages),
      dropped: (message) => dropped.push(message),
    });
    const tick = (): void => {
      const due = timer;
      timer = null;
      due?.();
    };
    const say = (text: string, id = 'a'): void => made.add({ id, channel: 'parameters', text });
    /** What arrived of a session. */
    const heard = (id: string): unknown[] =>
      sent
        .flat()
        .filter((message) => message['id'] === id)
        .map(({ text }) => text);
    const finish = (id: string): void => made.finish(id);
    return { sent, dropped, tick, say, heard, finish, waits: () => timer !== null };
  }

  test('go at once after a quiet time, and in small batches while there are many', () => {
    const { sent, say, tick, waits } = queue();
    for (let n = 0; n < 100; n += 1) say(String(n));
    expect(sent.map((batch) => batch.length)).toEqual([1, 1, 1, 1]);
    for (let n = 0; n < 3; n += 1) tick();
    expect(sent.map((batch) => batch.length)).toEqual([1, 1, 1, 1, 32, 32, 32]);
    expect(sent.flat().map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
    say('one more at once would be too many');
    expect(sent.length).toBe(7);
    while (waits()) tick();
    for (const text of ['a', 'b', 'c', 'd']) say(text);
    expect(sent.slice(8).map((batch) => batch.map((message) => message['text']))).toEqual([
      ['a'],
      ['b'],
      ['c'],
      ['d'],
    ]);
  });

  test('of a flood the oldest are left out and counted, and the last word arrives', () => {
    const { sent, dropped, say, tick, waits } = queue();
    for (let n = 0; n < 10_000; n += 1) say(String(n));
    while (waits()) tick();
    expect(sent.flat().at(-1)?.['text']).toBe('9999');
    expect(sent.flat().length + dropped.length).toBe(10_000);
    expect(sent.flat().length).toBeLessThan(1_100);
  });

  test('that are large go one by one, and never more than a million characters of one session wait', () => {
    const { sent, dropped, say, tick, waits } = queue();
    for (let n = 0; n < 20; n += 1) say('x'.repeat(250_000));
    while (waits()) tick();
    expect(sent.every((batch) => batch.length === 1)).toBe(true);
    expect(dropped.length).toBe(12);
  });

  test('of one who does not flood all arrive, whatever others pour in', () => {
    const { dropped, say, heard, tick } = queue();
    for (let turn = 0; turn < 500; turn += 1) {
      for (let n = 0; n < 80; n += 1) say('flood', 'a');
      for (let n = 0; n < 2; n += 1) say('x'.repeat(200_000), 'b');
      say(String(turn), 'c');
      tick();
    }
    // Four may still wait for their turn.
    const all = Array.from({ length: 500 }, (_, turn) => String(turn));
    expect(heard('c')).toEqual(all.slice(0, heard('c').length));
    expect(heard('c').length).toBeGreaterThan(495);
    expect(new Set(dropped.map(({ id }) => id))).toEqual(new Set(['a', 'b']));
  });

  test('arrive in order, are dropped from whoever has too many waiting only, and end with the last word of each', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.oneof(
      fc.record({ id: name, count: fc.integer({ min: 1, max: 1_500 }), size: fc.constant(0) }),
      fc.record({
        id: name,
        count: fc.integer({ min: 1, max: 6 }),
        size: fc.integer({ min: 0, max: 262_000 }),
      }),
      fc.record({ id: fc.constant(''), count: fc.integer({ min: 1, max: 20 }), size: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { sent, dropped, say, heard, tick, waits } = queue();
        const said = new Map<string, string[]>();
        let number = 0;
        for (const { id, count, size } of steps)
          for (let n = 0; n < count; n += 1) {
            if (id === '') {
              tick();
              continue;
            }
            const text = `${(number += 1)} ${'x'.repeat(size)}`;
            said.set(id, [...(said.get(id) ?? []), text]);
            say(text, id);
          }
        while (waits()) tick();
        expect(sent.every((batch) => batch.length > 0 && batch.length <= 32)).toBe(true);
        for (const [id, texts] of said) {
          const lost = dropped.filter((message) => message.id === id).map(({ text }) => text);
          const both = [...heard(id).map(String), ...lost];
          const numberOf = (text: string): number => Number.parseInt(text, 10);
          expect(both.sort((one, other) => numberOf(one) - numberOf(other))).toEqual(texts);
          expect(heard(id).at(-1)).toBe(texts.at(-1));
          const small =
            texts.length <= 1_000 && texts.reduce((sum, { length }) => sum + length, 0) <= 1_000_000;
          if (small) expect(lost).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('that still wait when a session ends go at once', () => {
    const { say, heard, tick, finish, waits } = queue();
    for (let n = 0; n < 100; n += 1) say(String(n), 'a');
    for (let n = 0; n < 10; n += 1) say(String(n), 'b');
    finish('b');
    expect(heard('b')).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
    while (waits()) tick();
    expect(heard('b').length).toBe(10);
    expect(heard('a').length).toBe(100);
  });
});
