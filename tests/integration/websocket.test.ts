import { readFileSync } from 'node:fs';
import { createServer, connect as connectTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, type Client, type StateChange } from '../../src/client/index.ts';
import type { ValueChange } from '../../src/contract/command.ts';
import { chain, startReverie, within, type Reverie } from './reverie.ts';

/** A wire between client and daemon that a test can cut and mend. */
class Cable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<Cable> {
    const server = createServer();
    const cable = new Cable(server);
    server.on('connection', (near) => cable.#join(near, port));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return cable;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket, port: number): void {
    if (this.#isCut) return void near.destroy();
    const far = connectTcp(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.pipe(to);
    }
  }
}

let reverie: Reverie;
let cable: Cable;
const clients: Client[] = [];

beforeAll(async () => {
  reverie = await startReverie({ graph: chain('dream') });
  await reverie.live('main', 30_000);
  cable = await Cable.to(Number(new URL(reverie.url).port));
});

afterAll(async () => {
  for (const client of clients) client.close();
  cable?.close();
  await reverie?.dispose();
});

async function opened(url: string, states: StateChange[] = []): Promise<Client> {
  const client = connect(url, { WebSocket, onState: (change) => states.push(change) });
  clients.push(client);
  await until('the client to be open', () => client.state === 'open');
  return client;
}

const until = (what: string, holds: () => boolean): Promise<void> =>
  within(8000, what, () => String(holds()), holds);

it('plays a running show: sets, ramps, prompts, schedules, cancels, and sees what came of it', async () => {
  const client = await opened(reverie.url);
  const seen = new Map<string, ValueChange[]>();
  const begun = client.subscribe('/main/*', { rateHz: 60 }, (changes) => {
    for (const change of changes) seen.set(change.address, [...(seen.get(change.address) ?? []), change]);
  }).begun;
  await begun;
  const [first] = await client.snapshot(['/strength']);
  expect(first).toMatchObject({ address: '/main/strength', type: 'number' });

  const moves = Array.from({ length: 200 }, (_, step) => client.set({ '/strength': step / 200 }));
  expect((await Promise.all(moves)).at(-1)?.applied).toEqual([{ address: '/main/strength', value: 0.995 }]);
  const refused = await client.set({ '/main/strength': 7 });
  expect(refused.rejected).toMatchObject([{ error: { code: 'E_VALUE_RANGE' } }]);

  await client.ramp({ '/main/strength': 0.25 }, { duration: 0.3 });
  await until('the end of the ramp', () => seen.get('/main/strength')?.at(-1)?.value === 0.25);
  const onTheWay = (seen.get('/main/strength') ?? []).filter(({ value }) => Number(value) > 0.25);
  expect(onTheWay.length).toBeGreaterThan(3);

  expect(await client.prompt('deep ocean', { transition: { duration: 0 } })).toMatchObject({
    result: 'applied',
  });
  expect((await client.snapshot(['/prompt']))[0]?.value).toBe('deep ocean');

  const [waiting] = await client.schedule(
    { seconds: 30 },
    { kind: 'set', address: '/main/strength', value: 1 },
  );
  if (waiting?.result !== 'scheduled') throw new Error('It should wait for its time');
  await client.cancel(waiting.id);
  await expect(client.cancel(waiting.id)).rejects.toMatchObject({ name: 'ClientError' });
});

it('takes the session up after a cut cable: same sender, and only what changed meanwhile', async () => {
  const states: StateChange[] = [];
  const client = await opened(cable.url, states);
  const told: { complete: boolean; changes: readonly ValueChange[] }[] = [];
  await client.subscribe('//*', { rateHz: 60 }, (changes, { complete }) => told.push({ complete, changes }))
    .begun;
  await until('the first values', () => told.length > 0);
  const { session } = client;

  cable.cut();
  await until('the loss', () => client.state === 'lost');
  for (const value of [0.1, 0.2, 0.3])
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': value });
  const moved = client.set({ '/main/warp': 0.6 });
  told.length = 0;
  cable.mend();
  await until('the return', () => client.state === 'open');
  expect(states.at(-1)).toEqual({ state: 'open', resumed: true, missed: 0 });
  expect(client.session).toBe(session);
  expect(await moved).toMatchObject({ applied: [{ address: '/main/warp', value: 0.6 }] });
  await until('the change', () => told.length > 0);
  const heard = told.flatMap(({ changes }) => changes);
  expect(told.some(({ complete }) => complete)).toBe(false);
  expect(heard.filter(({ address }) => address === '/main/strength')).toMatchObject([{ value: 0.3 }]);
  expect(heard.some(({ address }) => address === '/main/warp')).toBe(false);
  expect((await client.snapshot(['/main/warp']))[0]?.setBy).toBe(session);
  const { sockets } = await reverie.get<{ sockets: { lost: number; resumed: number } }>('stats');
  expect(sockets).toMatchObject({ lost: 0, resumed: 1 });
});

it('runs the example of the reference as it stands there', async () => {
  const page = readFileSync(resolve('docs/reference/websocket.md'), 'utf8');
  const example = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const lines: string[] = [];
  const text = example
    .replace("'reverie/client'", `'${pathToFileURL(resolve('dist/src/client/index.js')).href}'`)
    .replace("'ws'", `'${pathToFileURL(resolve('node_modules/ws/wrapper.mjs')).href}'`)
    .replace('http://127.0.0.1:8000', reverie.url)
    .replaceAll('console.log', 'globalThis.exampleSays');
  Object.assign(globalThis, { exampleSays: (...words: unknown[]) => lines.push(words.join(' ')) });
  await import(`data:text/javascript,${encodeURIComponent(text)}`);
  expect(lines[0]).toBe('open');
  expect(lines[1]).toMatch(/^\/main\/strength 0 1$/);
  expect(lines.at(-1)).toBe('closed');
  expect(lines.filter((line) => line.startsWith('E_'))).toEqual([]);
});
