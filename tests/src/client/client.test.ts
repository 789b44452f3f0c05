import { describe, expect, it } from 'vitest';
import type { ValueChange } from '../../../src/contract/command.ts';
import { connect } from '../../../src/client/index.ts';
import { answer, greeted, greeting, stage, turn } from './daemon-double.ts';

const lost = { code: 'E_CLIENT_LOST' };
const applied = (value: number) => ({ applied: [{ address: '/a', value }], scheduled: [], rejected: [] });

describe('a request', () => {
  it('is answered with what became of it, whatever order answers come in', async () => {
    const { client, wire } = greeted();
    const first = client.command({ kind: 'trigger', address: '/main/seed' });
    const second = client.snapshot(['/main/*']);
    const [trigger, snapshot] = wire().said;
    wire().hear({ type: 'snapshot', id: snapshot?.id, parameters: [] });
    wire().hear({
      type: 'ack',
      of: 'command',
      id: trigger?.id,
      results: [{ result: 'applied', address: '/main/seed', value: true }],
    });
    expect(await second).toEqual([]);
    expect(await first).toMatchObject([{ result: 'applied' }]);
  });

  it("rejects with the daemon's code, message and remedy where it says no", async () => {
    const { client, wire, errors } = greeted();
    const refused = client.trigger('/main/none');
    const error = {
      code: 'E_ADDRESS_UNKNOWN',
      message: 'no such',
      remedy: 'look',
      details: { near: '/main/seed' },
    };
    wire().hear({ type: 'error', id: wire().last('command').id, error, detail: 'no such' });
    await expect(refused).rejects.toMatchObject({ name: 'ClientError', ...error });
    expect(errors).toEqual(['E_ADDRESS_UNKNOWN']);
  });

  it('waits for the first connection, and is refused while the line is lost', async () => {
    const { client, wire, clock } = stage();
    const early = client.trigger('/main/seed');
    expect(wire().said).toEqual([]);
    wire().hear(greeting());
    expect(wire().said).toMatchObject([{ type: 'command', commands: [{ kind: 'trigger' }] }]);
    wire().break();
    await expect(early).rejects.toMatchObject(lost);
    await expect(client.trigger('/main/seed')).rejects.toMatchObject(lost);
    clock.pass(1000);
    expect(wire().said).toEqual([]);
  });

  it('ends in time, and the line is not trusted any more', async () => {
    const { client, clock, wires } = greeted();
    const slow = client.snapshot();
    clock.pass(5000);
    await expect(slow).rejects.toMatchObject({ code: 'E_CLIENT_TIMEOUT' });
    expect(wires[0]?.closedWith).not.toBeNull();
    clock.pass(250);
    expect(wires).toHaveLength(2);
  });

  it('says in one message what is prompted, ramped, scheduled and cancelled', () => {
    const { client, wire } = greeted();
    void client.prompt('deep ocean', { transition: { duration: 4 }, at: 'bar' });
    void client.ramp({ '/a': 1 }, { duration: 2, curve: 'ease-in' }, { seconds: 3 });
    void client.schedule(
      'beat',
      { kind: 'set', address: '/a', value: 1 },
      { kind: 'trigger', address: '/b' },
    );
    void client.cancel('s7');
    expect(wire().said).toMatchObject([
      {
        type: 'command',
        commands: [
          { kind: 'prompt', prompts: [{ text: 'deep ocean' }], transition: { duration: 4 }, at: 'bar' },
        ],
      },
      { type: 'set', values: { '/a': 1 }, ramp: { duration: 2, curve: 'ease-in' }, at: { seconds: 3 } },
      {
        type: 'command',
        commands: [
          { kind: 'set', address: '/a', at: 'beat' },
          { kind: 'trigger', address: '/b', at: 'beat' },
        ],
      },
      { type: 'command', commands: [{ kind: 'cancel', id: 's7' }] },
    ]);
  });
});

describe('a fader', () => {
  it('sends its first move at once, and then only the newest of each address', async () => {
    const { client, wire } = greeted();
    const moves = [1, 2, 3, 4].map((value) => client.set({ '/a': value }));
    void client.set({ '/b': 9 });
    expect(wire().said).toMatchObject([{ type: 'set', values: { '/a': 1 } }]);
    answer(wire(), 'set', applied(1));
    await turn();
    expect(wire().said.slice(1)).toMatchObject([{ type: 'set', values: { '/a': 4, '/b': 9 } }]);
    answer(wire(), 'set', applied(4));
    const [first, ...others] = await Promise.all(moves);
    expect(first).toEqual(applied(1));
    expect(others).toEqual([applied(4), applied(4), applied(4)]);
  });

  it('is not overtaken by a command that comes after it', () => {
    const { client, wire } = greeted();
    void client.set({ '/a': 1 });
    void client.set({ '/a': 2 });
    void client.ramp({ '/a': 0 }, { duration: 1 });
    expect(wire().said).toMatchObject([
      { values: { '/a': 1 } },
      { values: { '/a': 2 } },
      { values: { '/a': 0 }, ramp: { duration: 1 } },
    ]);
  });

  it('moved while the line is lost arrives where it stands once the line is back', async () => {
    const { client, wire, clock } = greeted();
    const before = client.set({ '/a': 1, '/b': 1 });
    wire().break();
    const meanwhile = client.set({ '/a': 2 });
    await turn();
    clock.pass(250);
    wire().hear(greeting({ session: 'ws:2' }));
    wire().hear(greeting({ resumed: true }));
    expect(wire().last('set')).toMatchObject({ values: { '/a': 2, '/b': 1 } });
    answer(wire(), 'set');
    await expect(Promise.all([before, meanwhile])).resolves.toHaveLength(2);
  });

  it('that was moved long before the line came back moves nothing any more, and says so', async () => {
    const { client, wire, clock, errors } = greeted();
    wire().break();
    const move = client.set({ '/a': 1 });
    clock.pass(5000);
    await expect(move).rejects.toMatchObject(lost);
    expect(errors).toEqual(['E_CLIENT_LOST']);
    wire().hear(greeting());
    wire().hear(greeting());
    expect(wire().said.filter(({ type }) => type === 'set')).toEqual([]);
  });
});

describe('a lost line', () => {
  it('is opened again, at growing distances up to two seconds, and soon again after a greeting', () => {
    const { wire, clock } = greeted();
    const waits: number[] = [];
    for (let time = 0; time < 6; time += 1) {
      wire().break();
      waits.push(clock.waiting.at(-1)?.ms ?? 0);
      clock.pass(2000);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 2000, 2000]);
    wire().hear(greeting());
    wire().hear(greeting());
    wire().break();
    expect(clock.waiting.at(-1)?.ms).toBe(250);
  });

  it('is told apart from one that never was, and from one whose token holds no more', () => {
    const { client, wire, clock, states } = stage();
    wire().break();
    expect(client.state).toBe('connecting');
    clock.pass(2000);
    wire().hear(greeting());
    wire().break();
    expect(client.state).toBe('lost');
    clock.pass(2000);
    wire().hear(greeting());
    wire().hear(greeting());
    wire().break(1008);
    expect(states.map((change) => (change.state === 'lost' ? change.loss : change.state))).toEqual([
      'unanswered',
      'open',
      'lost',
      'open',
      'refused',
    ]);
  });

  it('goes on with the session, from the last message that was heard, and asks for nothing again', () => {
    const { client, wire, clock, states } = greeted();
    const heard: (readonly ValueChange[])[] = [];
    client.subscribe('/main/*', { rateHz: 60 }, (changes) => heard.push(changes));
    const { subscription } = wire().last('subscribe') as unknown as { subscription: string };
    const values = (seq: number) => ({ type: 'values', seq, subscription, complete: false, changes: [] });
    wire().hear(values(41));
    wire().break();
    clock.pass(250);
    wire().hear(greeting({ session: 'ws:2', token: 'other' }));
    expect(wire().said).toEqual([{ type: 'hello', resume: 'secret', since: 41 }]);
    wire().hear(greeting({ resumed: true }));
    wire().hear(values(42));
    expect(wire().said).toHaveLength(1);
    expect(heard).toHaveLength(2);
    expect(client.session).toBe('ws:1');
    expect(states.at(-1)).toEqual({ state: 'open', resumed: true, missed: 0 });
  });

  it('asks for everything again where the daemon does not know the session any more', () => {
    const { client, wire, clock } = greeted();
    client.subscribe(['/a', '/b'], { rateHz: 10 }, () => undefined);
    client.on('status', () => undefined);
    client.on('log', () => undefined, { level: 'warn' });
    const log = { lines: [], next: 77, missed: 0 };
    wire().hear({ type: 'event', seq: 1, name: 'log', data: log });
    client.on('fault', () => undefined).end();
    wire().break();
    clock.pass(250);
    wire().hear(greeting({ session: 'ws:5' }));
    wire().hear(greeting({ session: 'ws:5', token: 'new' }));
    expect(wire().said.slice(1)).toMatchObject([
      { type: 'subscribe', patterns: ['/a', '/b'], rateHz: 10 },
      { type: 'follow', events: { status: true, log: { level: 'warn', after: 77 } } },
    ]);
    expect(wire().said.at(-1)).not.toMatchObject({ events: { fault: true } });
  });

  it('is noticed though it is silent: a ping that nobody answers', () => {
    const { clock, wires, wire } = greeted();
    clock.pass(10_000);
    expect(wire().said).toEqual([{ type: 'ping' }]);
    wire().hear({ type: 'ack', of: 'ping' });
    clock.pass(5000);
    expect(wires).toHaveLength(1);
    clock.pass(15_000);
    expect(wires[0]?.closedWith).not.toBeNull();
    clock.pass(250);
    expect(wires).toHaveLength(2);
  });

  it('is what a server is that says no such thing', () => {
    const { clock, wires, wire } = stage();
    wire().hear('<html>');
    clock.pass(250);
    expect(wires).toHaveLength(2);
    wire().hear('null');
    clock.pass(500);
    expect(wires).toHaveLength(3);
  });

  it('that opens and says nothing is given up in time', () => {
    const { clock, wires } = stage();
    clock.pass(5250);
    expect(wires).toHaveLength(2);
  });
});

describe('listeners', () => {
  it('hear values of their own subscription, events of their name, and nothing after they left', () => {
    const { client, wire } = greeted();
    const heard: string[] = [];
    const one = client.subscribe('/a', {}, (_changes, { complete }) => heard.push(`one ${complete}`));
    client.subscribe('/b', {}, () => heard.push('two'));
    const node = client.on('node', ({ id }) => heard.push(id));
    const [first, second] = wire().said.map((message) =>
      'subscription' in message ? message.subscription : '',
    );
    const values = (subscription: string | undefined) =>
      wire().hear({ type: 'values', seq: 1, subscription, complete: true, changes: [] });
    values(first);
    values(second);
    wire().hear({ type: 'event', seq: 3, name: 'node', data: { id: 'main' } });
    one.end();
    node.end();
    values(first);
    wire().hear({ type: 'event', seq: 5, name: 'node', data: { id: 'main' } });
    expect(heard).toEqual(['one true', 'two', 'main']);
    expect(wire().said.slice(-2)).toMatchObject([
      { type: 'unsubscribe', subscription: first },
      { type: 'follow', events: { node: false } },
    ]);
  });

  it('learn that their wish is refused', async () => {
    const { client, wire } = greeted();
    const { begun } = client.subscribe('/{', {}, () => undefined);
    const error = { code: 'E_WS_PATTERN', message: 'no pattern' };
    wire().hear({ type: 'error', id: wire().last('subscribe').id, error, detail: '' });
    await expect(begun).rejects.toMatchObject(error);
  });
});

describe('closing', () => {
  it('leaves no timer and no question behind, and says goodbye', async () => {
    const { client, wire, clock, states } = greeted();
    const asked = client.snapshot();
    const flying = client.set({ '/a': 1 });
    const waiting = client.set({ '/a': 2 });
    client.close();
    for (const each of [asked, flying, waiting, client.set({ '/a': 3 }), client.trigger('/b')])
      await expect(each).rejects.toMatchObject({ code: 'E_CLIENT_CLOSED' });
    expect(clock.waiting).toEqual([]);
    expect(wire().closedWith).toBe(1000);
    wire().break();
    expect(clock.waiting).toEqual([]);
    expect(states.at(-1)).toEqual({ state: 'closed' });
  });
});

it('says what to hand in where the runtime has no WebSocket', () => {
  const kept = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  Reflect.deleteProperty(globalThis, 'WebSocket');
  try {
    expect(() => connect('http://127.0.0.1:8000')).toThrow(
      expect.objectContaining({ code: 'E_CLIENT_WEBSOCKET' }),
    );
  } finally {
    if (kept !== undefined) Object.defineProperty(globalThis, 'WebSocket', kept);
  }
});
