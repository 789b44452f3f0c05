import { describe, expect, test } from 'vitest';
import { Feedback, LEASE_MS, MAX_SUBSCRIBERS } from '../../../adapters/osc/feedback.ts';
import type { Endpoint } from '../../../adapters/osc/subscriber.ts';
import { wireValue } from '../../../adapters/osc/wire-value.ts';
import { NumberRuns, type FeedbackWish, type ToldValue } from '../../../src/contract/feedback.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import type { ParameterType } from '../../../src/contract/parameter.ts';
import { decodeOsc } from '../../../src/protocols/osc/decode.ts';

/** Controllers on a network without loss, and a clock that moves only when told. */
class Bench {
  nowMs = 1_000_000;
  readonly packets: { readonly to: string; readonly bytes: Buffer }[] = [];
  readonly wishes: FeedbackWish[] = [];
  readonly timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  readonly feedback: Feedback;

  constructor(configured: readonly Endpoint[] = []) {
    this.feedback = new Feedback(
      {
        now: () => this.nowMs,
        setTimer: (callback, delayMs) => {
          const timer = { dueMs: this.nowMs + delayMs, callback };
          this.timers.add(timer);
          return () => this.timers.delete(timer);
        },
        send: (bytes, { address, port }, done) => {
          this.packets.push({ to: `${address}:${port}`, bytes });
          done(port === 1 ? new Error('no way there') : null);
        },
        wish: (wish) => this.wishes.push(wish),
        isSelf: ({ port }) => port === 8000,
      },
      configured,
    );
  }

  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > untilMs) break;
      this.timers.delete(next);
      this.nowMs = next.dueMs;
      next.callback();
    }
    this.nowMs = untilMs;
  }

  changed(
    address: string,
    value: JsonValue,
    setBy: string | null = null,
    type: ParameterType = 'number',
  ): void {
    this.feedback.told({ all: null, values: [[address, type, value, setBy]] });
  }

  /** Messages that reached an endpoint, in order. */
  heard(port: number, address = '127.0.0.1'): unknown[][] {
    return this.packets
      .filter(({ to }) => to === `${address}:${port}`)
      .flatMap(({ bytes }) => decodeOsc(bytes).map((message) => [message.address, ...message.args]));
  }
}

const at = (port: number, address = '127.0.0.1'): Endpoint => ({ address, port });
const senderOf = (port: number): string => `osc:127.0.0.1:${port}`;

/** Followers that have heard all there was to hear. */
function following(...ports: readonly number[]): Bench {
  const bench = new Bench();
  for (const port of ports) expect(bench.feedback.hear('/subscribe', [], at(port))).toBeNull();
  bench.pass(1000);
  bench.feedback.told({ all: 'asked', values: [] });
  return bench;
}

describe('a controller that subscribes', () => {
  test('hears all values once, then what changes, at the address it would send to', () => {
    const bench = new Bench();
    bench.feedback.hear('/subscribe', [], at(9000));
    expect(bench.wishes).toEqual([{ changes: true, all: true }]);
    bench.feedback.told({ all: 'asked', values: [['/main/strength', 'number', 0.5, null]] });
    bench.pass(100);
    bench.changed('/main/strength', 0.75, 'rest:127.0.0.1');
    expect(bench.heard(9000)).toEqual([
      ['/reverie/main/strength', 0.5],
      ['/reverie/main/strength', 0.75],
    ]);
  });

  test('may name another port of its machine to hear on', () => {
    const bench = new Bench();
    bench.feedback.hear('/subscribe', [9000], at(54_321));
    bench.feedback.told({ all: 'asked', values: [['/paused', 'boolean', true, null]] });
    expect(bench.heard(9000)).toEqual([['/reverie/paused', 1]]);
  });

  test('is forgotten after a minute without renewal, and the daemon is told that nobody follows', () => {
    const bench = following(9000, 9001);
    bench.pass(LEASE_MS / 2);
    bench.feedback.hear('/subscribe', [], at(9001));
    bench.pass(LEASE_MS / 2 + 1);
    bench.changed('/main/strength', 0.75);
    expect([bench.heard(9000), bench.heard(9001)]).toEqual([[], [['/reverie/main/strength', 0.75]]]);
    bench.pass(LEASE_MS);
    expect(bench.wishes.at(-1)).toEqual({ changes: false, all: false });
    expect(bench.timers.size).toBe(0);
  });

  test('hears no more once it unsubscribes', () => {
    const bench = following(9000);
    bench.feedback.hear('/unsubscribe', [], at(9000));
    bench.changed('/main/strength', 0.75);
    expect(bench.heard(9000)).toEqual([]);
    expect(bench.wishes.at(-1)).toEqual({ changes: false, all: false });
  });

  test.each([
    [['text'], 'E_VALUE_TYPE'],
    [[9000, 30, 1], 'E_VALUE_TYPE'],
    [[0], 'E_VALUE_RANGE'],
    [[65_536], 'E_VALUE_RANGE'],
    [[1.5], 'E_VALUE_RANGE'],
    [[8000], 'E_VALUE_RANGE'],
  ])('with %j is refused as %s', (args, code) => {
    expect(new Bench().feedback.hear('/subscribe', args, at(54_321))).toMatchObject({ code });
  });

  test('finds no place beyond the thirty-second', () => {
    const bench = new Bench();
    const ports = Array.from({ length: MAX_SUBSCRIBERS }, (_, index) => 9000 + index);
    for (const port of ports) expect(bench.feedback.hear('/subscribe', [], at(port))).toBeNull();
    expect(bench.feedback.hear('/subscribe', [], at(10_000))).toMatchObject({ code: 'E_OSC_SUBSCRIBERS' });
    expect(bench.feedback.hear('/subscribe', [], at(9000))).toBeNull();
  });
});

describe('a configured controller', () => {
  test('hears everything from the start, never lapses and cannot be ended', () => {
    const bench = new Bench([at(9000, '192.168.1.30')]);
    bench.feedback.start();
    bench.feedback.told({ all: 'asked', values: [['/main/strength', 'number', 0.5, null]] });
    bench.feedback.hear('/unsubscribe', [9000], at(9000, '192.168.1.30'));
    bench.pass(10 * LEASE_MS);
    bench.changed('/main/strength', 0.75);
    expect(bench.heard(9000, '192.168.1.30')).toHaveLength(2);
  });
});

describe('echo', () => {
  test('what a controller moves is told to the others of its machine, and not to itself', () => {
    const bench = following(9000, 9001);
    bench.changed('/main/strength', 0.75, senderOf(9000));
    expect([bench.heard(9000), bench.heard(9001)]).toEqual([[], [['/reverie/main/strength', 0.75]]]);
  });

  test('a controller that sends by one port and hears on another is one controller', () => {
    const bench = new Bench([at(9000)]);
    bench.feedback.hear('/subscribe', [9000], at(54_321));
    bench.feedback.told({ all: 'asked', values: [] });
    bench.changed('/main/strength', 0.75, senderOf(54_321));
    bench.changed('/main/strength', 0.25, senderOf(54_322));
    bench.pass(100);
    expect(bench.heard(9000)).toEqual([['/reverie/main/strength', 0.25]]);
  });

  test("another's older value, still waiting, is not told to one who has moved it since", () => {
    const bench = following(9000);
    bench.changed('/other', 1);
    bench.changed('/main/strength', 0.25, senderOf(9001));
    bench.changed('/main/strength', 0.75, senderOf(9000));
    bench.pass(100);
    expect(bench.heard(9000)).toEqual([['/reverie/other', 1]]);
  });
});

describe('pace', () => {
  test('sixty times a second at most, each time the newest value of each address', () => {
    const bench = following(9000);
    for (let ms = 0; ms < 1000; ms += 1) {
      bench.changed('/main/strength', ms / 1000);
      bench.pass(1);
    }
    bench.pass(100);
    expect(bench.packets.length).toBeLessThanOrEqual(62);
    expect(bench.packets.length).toBeGreaterThan(55);
    expect(bench.heard(9000).at(-1)?.[1]).toBeCloseTo(0.999);
    expect(bench.timers.size).toBe(1);
  });

  test('as often as the controller asks, each at its own rate', () => {
    const bench = following(9000);
    bench.feedback.hear('/subscribe', [9000, 10], at(9000));
    for (let ms = 0; ms < 1000; ms += 10) {
      bench.changed('/main/strength', ms / 1000);
      bench.pass(10);
    }
    expect(bench.packets.length).toBeLessThanOrEqual(11);
  });

  test('a value that did not change is not told again', () => {
    const bench = following(9000);
    bench.changed('/main/strength', 0.75, 'rest:127.0.0.1');
    bench.pass(100);
    bench.changed('/main/strength', 0.75, 'ws:1');
    bench.pass(100);
    expect(bench.heard(9000)).toHaveLength(1);
  });

  test('what one was told in answer to its question is still news to the others', () => {
    const bench = following(9000);
    bench.feedback.hear('/dump', [], at(9001));
    bench.feedback.told({ all: 'asked', values: [['/main/strength', 'number', 0.75, null]] });
    bench.changed('/main/strength', 0.75);
    expect([bench.heard(9000).length, bench.heard(9001).length]).toEqual([1, 1]);
  });

  test.each([
    ['a network carries whole', '192.0.2.7', 1400],
    ['receivers of the machine itself keep room for', '127.0.0.1', 4000],
  ])('packets stay below what %s, and none is lost of many addresses', (_, address, most) => {
    const bench = new Bench();
    bench.feedback.hear('/subscribe', [], at(9000, address));
    bench.pass(1000);
    const values = Array.from({ length: 3000 }, (_, index): ToldValue => [
      `/main/channel${index}`,
      'number',
      index,
      null,
    ]);
    bench.feedback.told({ all: 'everybody', values });
    const atOnce = bench.packets.length;
    bench.pass(1000);
    expect(bench.heard(9000, address)).toHaveLength(3000);
    const longest = Math.max(...bench.packets.map(({ bytes }) => bytes.length));
    expect(longest).toBeLessThanOrEqual(most);
    expect(longest).toBeGreaterThan(most - 50);
    expect(atOnce).toBeLessThan(bench.packets.length);
  });
});

describe('numbers that move', () => {
  const all: ToldValue[] = [
    ['/paused', 'boolean', false, null],
    ['/main/strength', 'number', 0.5, null],
    ['/main/warp', 'number', 0.1, null],
  ];

  /** As the daemon tells them: by their place among all values. */
  function moved(
    bench: Bench,
    ...changes: readonly [place: number, value: number, setBy: string | null][]
  ): void {
    const numbers = new NumberRuns();
    for (const [place, value, setBy] of changes) numbers.add(place, value, setBy);
    bench.feedback.moved(numbers.take().runs);
    bench.pass(100);
  }

  function knowing(...ports: readonly number[]): Bench {
    const bench = following(...ports);
    bench.feedback.told({ all: 'everybody', values: all });
    bench.pass(100);
    bench.packets.length = 0;
    return bench;
  }

  test('are heard at their addresses, and what did not move is not', () => {
    const bench = knowing(9000);
    moved(bench, [1, 0.75, null], [2, 0.1, null]);
    expect(bench.heard(9000)).toEqual([['/reverie/main/strength', 0.75]]);
  });

  test('are not heard by the controller that moved them', () => {
    const bench = knowing(9000, 9001);
    moved(bench, [1, 0.25, senderOf(9000)], [2, 0.75, senderOf(9001)]);
    expect([bench.heard(9000), bench.heard(9001)]).toEqual([
      [['/reverie/main/warp', 0.75]],
      [['/reverie/main/strength', 0.25]],
    ]);
  });

  test('of places that nobody told, or are no numbers, are left alone', () => {
    const bench = knowing(9000);
    moved(bench, [0, 1, null], [3, 1, null], [65_535, 1, null]);
    bench.feedback.moved([
      [null, 'AA'],
      [null, '!'],
    ]);
    bench.feedback.told({ all: 'everybody', values: [] });
    moved(bench, [1, 0.75, null]);
    expect(bench.heard(9000)).toEqual([]);
  });
});

describe('all values', () => {
  test('are told to one who asks and does not follow, buttons left out', () => {
    const bench = new Bench();
    expect(bench.feedback.hear('/dump', [9000], at(54_321))).toBeNull();
    expect(bench.wishes).toEqual([{ changes: false, all: true }]);
    const values: ToldValue[] = [
      ['/main/strength', 'number', 0.5, senderOf(54_321)],
      ['/main/burst', 'trigger', 3, null],
    ];
    bench.feedback.told({ all: 'asked', values });
    bench.changed('/main/strength', 0.75);
    expect(bench.heard(9000)).toEqual([['/reverie/main/strength', 0.5]]);
  });

  test('asked for in a flood cost the daemon five answers a second', () => {
    const bench = new Bench();
    for (let ms = 0; ms < 1000; ms += 1) {
      for (let port = 9000; port < 9010; port += 1) bench.feedback.hear('/dump', [], at(port));
      bench.pass(1);
      if (bench.wishes.length > 0) bench.feedback.told({ all: 'asked', values: [] });
    }
    expect(bench.wishes.length).toBeLessThanOrEqual(6);
  });

  test('coming and going in a flood costs the daemon no more', () => {
    const bench = new Bench();
    for (let ms = 0; ms < 1000; ms += 1) {
      bench.feedback.hear('/subscribe', [], at(9000));
      bench.feedback.hear('/unsubscribe', [], at(9000));
      bench.pass(1);
    }
    bench.pass(1000);
    expect(bench.wishes.length).toBeLessThanOrEqual(7);
    expect(bench.wishes.at(-1)).toMatchObject({ changes: false });
  });
});

describe('a value on the wire', () => {
  test.each<[ParameterType, JsonValue, unknown[]]>([
    ['number', 1, [{ type: 'f', value: 1 }]],
    ['integer', 3, [{ type: 'i', value: 3 }]],
    ['integer', 2 ** 40, [{ type: 'f', value: 2 ** 40 }]],
    ['boolean', true, [{ type: 'i', value: 1 }]],
    ['boolean', false, [{ type: 'i', value: 0 }]],
    ['string', 'später', [{ type: 's', value: 'später' }]],
    ['string', 'a\0b', [{ type: 's', value: 'ab' }]],
    ['enum', 'ocean', [{ type: 's', value: 'ocean' }]],
    ['color', '#ff8000', [{ type: 's', value: '#ff8000' }]],
    [
      'list',
      [1, 'a', true],
      [
        { type: 'f', value: 1 },
        { type: 's', value: 'a' },
        { type: 'i', value: 1 },
      ],
    ],
    [
      'list',
      [{ text: 'gold', weight: 1 }],
      [
        { type: 's', value: 'gold' },
        { type: 'f', value: 1 },
      ],
    ],
    ['trigger', 7, []],
    ['string', null, []],
  ])('of type %s, %j, is %j', (type, value, args) => {
    expect(wireValue(type, value)).toEqual(args);
  });

  test('longer than a datagram is left out and counted', () => {
    const bench = following(9000);
    bench.changed('/main/text', 'x'.repeat(70_000), null, 'string');
    expect(bench.heard(9000)).toEqual([]);
    expect(bench.feedback.report()).toMatchObject({ messagesTooLong: 1 });
  });
});

test('who follows, and what could not be sent, stands in the report', () => {
  const bench = following(9000, 1);
  bench.changed('/main/strength', 0.75);
  expect(bench.feedback.report()['subscribers']).toEqual([
    expect.objectContaining({ to: '127.0.0.1:9000', configured: false, rateHz: 60, packets: 1, errors: 0 }),
    expect.objectContaining({ to: '127.0.0.1:1', errors: 1, lastError: 'no way there' }),
  ]);
});
