import { expect, it } from 'vitest';
import { Connection, type Line } from '../../panel/src/daemon/connection.ts';

class Wire implements Line {
  readonly sent: string[] = [];
  #message: (event: { readonly data: unknown }) => void = () => undefined;
  #close: (code: number) => void = () => undefined;

  send(text: string): void {
    this.sent.push(text);
  }

  addEventListener(
    type: 'message' | 'close',
    listen: (event: { readonly data: unknown; readonly code: number }) => void,
  ): void {
    if (type === 'message') this.#message = (event) => listen({ ...event, code: 0 });
    else this.#close = (code) => listen({ data: null, code });
  }

  hear(message: object): void {
    this.#message({ data: JSON.stringify(message) });
  }

  break(code = 1006): void {
    this.#close(code);
  }
}

function connect() {
  const wires: Wire[] = [];
  const waits: number[] = [];
  const heard: string[] = [];
  let again = (): void => undefined;
  const connection = new Connection({
    open: () => {
      const wire = new Wire();
      wires.push(wire);
      return wire;
    },
    later: (run, ms) => {
      waits.push(ms);
      again = run;
    },
    random: () => 0.5,
    onOpen: () => heard.push('open'),
    onNews: (news) => heard.push(news.type),
    onLost: (loss) => heard.push(loss),
  });
  connection.start();
  const last = (): Wire => wires.at(-1) ?? new Wire();
  return { connection, last, waits, heard, again: () => again() };
}

const hello = { type: 'hello', version: '1', session: 'ws:1' };

it('gives each answer to the one who asked', async () => {
  const { connection, last } = connect();
  last().hear(hello);
  const first = connection.ask({ type: 'set', values: { '/a': 1 } });
  const second = connection.ask({ type: 'subscribe', statsHz: 1 });
  last().hear({ type: 'ack', of: 'subscribe', id: 2 });
  last().hear({ type: 'error', error: { code: 'E_X', message: 'no' }, id: 1 });
  expect(await second).toMatchObject({ of: 'subscribe' });
  expect(await first).toMatchObject({ error: { message: 'no' } });
});

it('says that nothing was sent while the daemon is away, also for what was on its way', async () => {
  const { connection, last } = connect();
  last().hear(hello);
  const waiting = connection.ask({ type: 'set', values: { '/a': 1 } });
  last().break();
  expect(await waiting).toMatchObject({ type: 'error', error: { code: 'LOST' } });
  expect(await connection.ask({ type: 'set', values: { '/a': 1 } })).toMatchObject({ type: 'error' });
});

it('comes back by itself, at growing distances up to two seconds, and starts anew once greeted', () => {
  const { last, waits, heard, again } = connect();
  last().hear(hello);
  for (let i = 0; i < 6; i++) {
    last().break();
    again();
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 2000, 2000]);
  last().hear(hello);
  last().break();
  expect(waits.at(-1)).toBe(250);
  expect(heard.filter((word) => word === 'open')).toHaveLength(2);
});

it('tells a line that broke from one that never was, and from one that asks to sign in anew', () => {
  const { last, heard, again } = connect();
  last().hear(hello);
  last().break();
  again();
  last().break();
  again();
  last().hear(hello);
  last().break(1008);
  expect(heard).toEqual(['open', 'lost', 'unanswered', 'open', 'refused']);
});
