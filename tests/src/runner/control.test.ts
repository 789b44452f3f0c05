import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ControlMessage } from '../../../src/contract/adapter.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import type { ControlItem } from '../../../src/contract/protocol.ts';
import { ControlBatcher } from '../../../src/runner/control.ts';

/** A daemon's end of the batcher, with a clock that moves only when told and timers that fire when it passes them. */
class Bench {
  nowUs = 1e9;
  readonly batches: { readonly atUs: number; readonly items: readonly ControlItem[] }[] = [];
  readonly refused: { sender: string; code: string; message: string }[] = [];
  readonly timers: { dueUs: number; callback: () => void }[] = [];
  /** The most timers that were ever set at once. */
  mostTimers = 0;
  readonly batcher = new ControlBatcher({
    now: () => this.nowUs,
    setTimer: (callback, delayMs) => {
      this.timers.push({ dueUs: this.nowUs + delayMs * 1000, callback });
      this.mostTimers = Math.max(this.mostTimers, this.timers.length);
    },
    send: (items) => this.batches.push({ atUs: this.nowUs, items }),
    reject: (sender, code, message) => this.refused.push({ sender, code, message }),
  });

  offer(...messages: readonly (readonly [address: string, ...args: JsonValue[]])[]): void {
    this.offerFrom(5000, ...messages);
  }

  offerFrom(port: number, ...messages: readonly (readonly [address: string, ...args: JsonValue[]])[]): void {
    const sender = `osc:127.0.0.1:${port}`;
    this.batcher.offer(messages.map(([address, ...args]): ControlMessage => ({ address, args, sender })));
  }

  pass(us: number): void {
    const until = this.nowUs + us;
    for (;;) {
      this.timers.sort((a, b) => a.dueUs - b.dueUs);
      const next = this.timers[0];
      if (next === undefined || next.dueUs > until) break;
      this.timers.shift();
      this.nowUs = next.dueUs;
      next.callback();
    }
    this.nowUs = until;
  }

  /** Everything that reached the daemon, in order. */
  get arrived(): (readonly [string, ...JsonValue[]])[] {
    return this.batches.flatMap(({ items }) => items.map(({ address, args }) => [address, ...args] as const));
  }
}

function playing(...live: string[]): Bench {
  const bench = new Bench();
  bench.batcher.setLiveAddresses(live);
  return bench;
}

/** So that what follows is not the first message of a quiet period. */
function busy(bench: Bench): Bench {
  bench.offer(['/first']);
  bench.batches.length = 0;
  return bench;
}

describe('pace', () => {
  test('the first message of a quiet period goes out at once', () => {
    const bench = playing('/main/warp');
    bench.offer(['/main/warp', 0.3]);
    expect(bench.arrived).toEqual([['/main/warp', 0.3]]);
    bench.pass(60e6);
    bench.offer(['/main/warp', 0.4]);
    expect(bench.arrived).toHaveLength(2);
  });

  test('all messages of a bundle go out together', () => {
    const bench = playing('/main/warp');
    bench.offer(['/main/warp', 0.3], ['/preset', 'sea'], ['/main/warp', 0.4]);
    expect(bench.batches).toHaveLength(1);
    expect(bench.arrived).toHaveLength(3);
  });

  test('no two batches come within four milliseconds, with one timer at most and none in silence', () => {
    const bench = playing('/main/warp');
    for (let index = 0; index < 2000; index++) {
      bench.offer(['/main/warp', index]);
      bench.pass(250);
    }
    bench.pass(1e6);
    const gaps = bench.batches.slice(1).map(({ atUs }, index) => atUs - (bench.batches[index]?.atUs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(4000);
    expect(bench.batches.length).toBeLessThanOrEqual(126);
    expect(bench.mostTimers).toBe(1);
    expect(bench.timers).toHaveLength(0);
    expect(bench.arrived.at(-1)).toEqual(['/main/warp', 1999]);
  });

  test('a timer that fires early is set again instead of sending early', () => {
    const bench = busy(playing());
    bench.offer(['/second']);
    const timer = bench.timers.shift();
    bench.nowUs += 3000;
    timer?.callback();
    expect(bench.batches).toHaveLength(0);
    bench.pass(1000);
    expect(bench.arrived).toEqual([['/second']]);
  });
});

describe('live values', () => {
  test('only the latest of a fader crosses', () => {
    const bench = busy(playing('/main/warp'));
    bench.offer(['/main/warp', 0.1]);
    bench.offer(['/main/warp', 0.2]);
    bench.offer(['/main/warp', 0.3]);
    bench.pass(4000);
    expect(bench.arrived).toEqual([['/main/warp', 0.3]]);
  });

  test('of two names of one parameter the later message wins', () => {
    const bench = busy(playing('/warp', '/main/warp'));
    bench.offer(['/warp', 0.1], ['/main/warp', 0.2], ['/warp', 0.3]);
    bench.pass(4000);
    expect(bench.arrived.at(-1)).toEqual(['/warp', 0.3]);
  });

  test('text and arguments of another number replace nothing, since they may turn out to be wrong', () => {
    const bench = busy(playing('/main/warp'));
    bench.offer(['/main/warp', 0.1], ['/main/warp', 'much'], ['/main/warp', 0.2], ['/main/warp', 1, 2]);
    bench.pass(4000);
    expect(bench.arrived).toEqual([
      ['/main/warp', 0.1],
      ['/main/warp', 'much'],
      ['/main/warp', 0.2],
      ['/main/warp', 1, 2],
    ]);
  });

  test('a value does not overtake a preset, nor a preset a value', () => {
    const bench = busy(playing('/transition/duration'));
    bench.offer(
      ['/transition/duration', 0],
      ['/prompt', 'sea'],
      ['/transition/duration', 4],
      ['/prompt', 'sky'],
    );
    bench.pass(4000);
    expect(bench.arrived).toEqual([
      ['/transition/duration', 0],
      ['/prompt', 'sea'],
      ['/transition/duration', 4],
      ['/prompt', 'sky'],
    ]);
  });

  test('an address that a new graph made a trigger is counted from then on', () => {
    const bench = busy(playing('/main/burst'));
    bench.offer(['/main/burst', 1]);
    bench.batcher.setLiveAddresses([]);
    bench.offer(['/main/burst', 1], ['/main/burst', 1]);
    bench.pass(4000);
    expect(bench.arrived).toHaveLength(3);
  });
});

describe('pulses', () => {
  test('each press and release of a button arrives, in order', () => {
    const bench = busy(playing('/main/warp'));
    bench.offer(['/main/burst', 1]);
    bench.offer(['/main/burst', 0]);
    bench.offer(['/main/burst', 1]);
    bench.offer(['/main/burst']);
    bench.offer(['/tempo/tap'], ['/tempo/tap']);
    bench.pass(4000);
    expect(bench.arrived).toEqual([
      ['/main/burst', 1],
      ['/main/burst', 0],
      ['/main/burst', 1],
      ['/main/burst'],
      ['/tempo/tap'],
      ['/tempo/tap'],
    ]);
  });

  test('nothing is thinned before the daemon has named its live values', () => {
    const bench = busy(new Bench());
    bench.offer(['/main/warp', 0.1], ['/main/warp', 0.2]);
    bench.pass(4000);
    expect(bench.arrived).toHaveLength(2);
  });

  test('whatever is sent, no pulse is lost, order holds between kinds, and the last values are right', () => {
    const kinds = fc.constantFrom('/a', '/b', '/press', '/prompt');
    const steps = fc.array(
      fc.tuple(kinds, fc.constantFrom<JsonValue>(0, 1, 0.5, true, 'x'), fc.integer({ min: 0, max: 6000 })),
      { maxLength: 120 },
    );
    const property = fc.property(steps, (sent) => {
      const bench = playing('/a', '/b');
      for (const [address, value, us] of sent) {
        bench.offer([address, value]);
        bench.pass(us);
      }
      bench.pass(1e6);
      const isKept = ([address, value]: readonly [string, ...JsonValue[]]): boolean =>
        !['/a', '/b'].includes(address) || value === 'x';
      const plain = sent.map(([address, value]) => [address, value] as const);
      expect(bench.arrived.filter(isKept)).toEqual(plain.filter(isKept));
      expect(statesAtKept(bench.arrived, isKept)).toEqual(statesAtKept(plain, isKept));
    });
    fc.assert(property, { numRuns: 300 });
  });

  /** The values of `/a` and `/b` at each message that must not be overtaken, and at the end. */
  function statesAtKept(
    items: readonly (readonly [string, ...JsonValue[]])[],
    isKept: (item: readonly [string, ...JsonValue[]]) => boolean,
  ): JsonValue[] {
    const state: Record<string, JsonValue> = {};
    const states: JsonValue[] = [];
    for (const item of items) {
      if (isKept(item)) states.push({ ...state });
      else state[item[0]] = item[1] ?? null;
    }
    return [...states, { ...state }];
  }
});

describe('floods', () => {
  test('what the daemon cannot take is refused, counted and named, and the rest still arrives in order', () => {
    const bench = playing();
    for (let index = 0; index < 20_000; index++) bench.offer([`/flood/${index}`]);
    bench.pass(1e6);
    expect(bench.refused.length + bench.arrived.length).toBe(20_000);
    expect(bench.refused.length).toBeGreaterThan(10_000);
    expect(bench.refused[0]).toMatchObject({ sender: 'osc:127.0.0.1:5000', code: 'E_CONTROL_FLOOD' });
    const numbers = bench.arrived.map(([address]) => Number(address.slice(7)));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(bench.timers).toHaveLength(0);
  });

  test('a second of flood reaches the daemon as 250 batches and 55,000 messages at most', () => {
    const bench = playing();
    for (let ms = 0; ms < 1000; ms++) {
      bench.offer(...Array.from({ length: 200 }, (_, index) => [`/flood/${ms}-${index}`] as const));
      bench.pass(1000);
    }
    expect(bench.batches.length).toBeLessThanOrEqual(251);
    expect(bench.arrived.length).toBeLessThanOrEqual(55_000);
    expect(bench.arrived.length).toBeGreaterThan(40_000);
  });

  test('of patterns, which cost the daemon more, arrives in part', () => {
    const bench = playing();
    for (let ms = 0; ms < 1000; ms++) bench.offer(['/main/*', ms], ['//weight', ms]);
    expect(bench.arrived.length).toBeLessThan(100);
    bench.pass(1e6);
    expect(bench.arrived.length + bench.refused.length).toBe(2000);
  });

  test('a fader that waits already goes on moving through a flood', () => {
    const bench = playing('/main/warp');
    bench.offer(...Array.from({ length: 4000 }, (_, index) => [`/flood/${index}`] as const));
    bench.offer(['/main/warp', 0.1]);
    bench.offer(['/main/warp', 0.9]);
    bench.pass(1e6);
    expect(bench.arrived.at(-1)).toEqual(['/main/warp', 0.9]);
  });

  test('ten thousand messages a second that must all arrive do so', () => {
    const bench = playing();
    for (let ms = 0; ms < 2000; ms++) {
      bench.offer(...Array.from({ length: 10 }, () => ['/main/burst', 1] as const));
      bench.pass(1000);
    }
    bench.pass(10_000);
    expect(bench.arrived).toHaveLength(20_000);
    expect(bench.refused).toHaveLength(0);
  });

  test('long texts count by their length, and the longest alone still arrives', () => {
    const bench = playing();
    bench.offer(['/prompt', 'x'.repeat(65_000)], ['/list', Array.from({ length: 60_000 }, () => true)]);
    for (let index = 0; index < 100; index++) bench.offer(['/prompt', 'x'.repeat(65_000)]);
    expect(bench.refused.length).toBeGreaterThan(90);
    bench.pass(1e6);
    expect(bench.arrived.map(([address]) => address).slice(0, 2)).toEqual(['/prompt', '/list']);
    expect(bench.refused.length + bench.arrived.length).toBe(102);
  });
});

describe('a flood of one sender', () => {
  /** 60,000 messages a second from one port that cannot be thinned; `each` is called every millisecond. */
  function flooded(bench: Bench, ms: number, each: (ms: number) => void): void {
    for (let now = 0; now < ms; now++) {
      bench.offerFrom(6666, ...Array.from({ length: 60 }, (_, n) => [`/flood/${now}-${n}`, 'text'] as const));
      each(now);
      bench.pass(1000);
    }
  }

  const from = (bench: Bench, port: number): (readonly [number, ControlItem])[] =>
    bench.batches.flatMap(({ atUs, items }) =>
      items.flatMap((item) => (item.sender.endsWith(`:${port}`) ? [[atUs, item] as const] : [])),
    );

  test('costs no other sender a message, and holds none up for longer than one batch', () => {
    const bench = playing('/main/warp');
    const sentAt = new Map<number, number>();
    flooded(bench, 800, (ms) => {
      if (ms % 10 !== 0) return;
      sentAt.set(ms, bench.nowUs);
      bench.offerFrom(5000, ['/main/warp', ms]);
      bench.offerFrom(5001, ['/main/burst', ms]);
    });
    expect(bench.refused.every(({ sender }) => sender.endsWith(':6666'))).toBe(true);
    for (const port of [5000, 5001]) {
      const heard = from(bench, port);
      expect(heard.map(([, { args }]) => args[0])).toEqual([...sentAt.keys()]);
      for (const [atUs, { args }] of heard)
        expect(atUs - (sentAt.get(Number(args[0])) ?? 0)).toBeLessThanOrEqual(4000);
    }
  });

  test('is itself played as fast as the daemon takes it', () => {
    const bench = playing('/main/warp');
    flooded(bench, 800, () => undefined);
    expect(from(bench, 6666).length).toBeGreaterThan(39_000);
  });

  test('makes way where it filled all the room, and what it loses is counted as its own', () => {
    const bench = playing();
    bench.offerFrom(6666, ...Array.from({ length: 6000 }, (_, n) => [`/flood/${n}`, 'text'] as const));
    bench.offerFrom(5000, ...Array.from({ length: 1000 }, (_, n) => [`/press/${n}`] as const));
    bench.pass(1e6);
    expect(from(bench, 5000)).toHaveLength(1000);
    expect(bench.refused.every(({ sender }) => sender.endsWith(':6666'))).toBe(true);
    expect(bench.arrived.length + bench.refused.length).toBe(7000);
  });

  test('from ever new ports takes one part for each of them, and never more memory', () => {
    const bench = playing();
    for (let port = 1; port <= 20_000; port++) bench.offerFrom(port, [`/flood/${port}`, 'text']);
    bench.pass(1e6);
    expect(bench.arrived.length + bench.refused.length).toBe(20_000);
    expect(bench.arrived.length).toBeLessThan(6000);
  });

  test('does not undo what another sender moved since', () => {
    const bench = busy(playing('/main/warp'));
    bench.offerFrom(6666, ...Array.from({ length: 3000 }, (_, n) => [`/flood/${n}`, 'text'] as const));
    bench.offerFrom(6666, ['/main/warp', 0.1], ['/flood/last', 'text']);
    bench.offerFrom(5000, ['/main/warp', 0.9]);
    bench.pass(1e6);
    const moves = bench.arrived.filter(([address]) => address === '/main/warp');
    expect(moves).toEqual([['/main/warp', 0.9]]);
  });
});
