import { afterEach, beforeEach, expect, it } from 'vitest';
import { createServer, type Server } from '../../../src/server/server.ts';
import { Client } from './client.ts';
import { house, type House } from './doubles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A client whose line breaks and who comes back by another. */
let deps: House;
let server: Server;
let url: string;
let clients: Client[];

beforeEach(async () => {
  clients = [];
  deps = house(tempFolder('panel'));
  server = await createServer(deps);
  url = `${(await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws')}/api/v1/ws`;
});

afterEach(async () => {
  for (const client of clients) client.socket.terminate();
  await server.close();
});

async function greeted(): Promise<Client> {
  const client = new Client(url);
  clients.push(client);
  await client.hear(({ type }) => type === 'hello');
  return client;
}

const ofId = (id: string | number) => (message: Record<string, unknown>) => message['id'] === id;
const lastSeq = ({ heard }: Client): number =>
  Math.max(0, ...heard.flatMap(({ seq }) => (typeof seq === 'number' ? [seq] : [])));
const valuesOf = ({ heard }: Client) => heard.filter(({ type }) => type === 'values');
const eventsOf = ({ heard }: Client) =>
  heard.filter(({ name }) => name === 'node-event').map(({ data }) => (data as { name: string }).name);
const counts = async () => (await server.fastify.inject('/api/v1/stats')).json().sockets;

async function subscribed(): Promise<Client> {
  const client = await greeted();
  client.say({ type: 'subscribe', id: 'on', subscription: 'all', patterns: ['//*'], rateHz: 60 });
  client.say({ type: 'follow', id: 'events', events: { 'node-event': true } });
  await client.hear(ofId('events'));
  await client.until(() => valuesOf(client).length === 1);
  return client;
}

/** Cuts the line without a goodbye, as a cable does, and waits until the daemon has seen it. */
async function cut(client: Client): Promise<void> {
  const before = (await counts()).clients;
  client.socket.terminate();
  while ((await counts()).clients === before) await new Promise((resolve) => setImmediate(resolve));
}

async function back(from: Client, since = lastSeq(from)): Promise<Client> {
  const client = await greeted();
  client.say({ type: 'hello', id: 'back', resume: from.heard[0]?.['token'], since });
  await client.hear(ofId('back'));
  return client;
}

const move = (value: number, address = '/main/strength') =>
  deps.show.set({ [address]: value }, { id: 'rest:127.0.0.1', strictness: 'reject' });
const event = (name: string) => deps.engine.tell({ type: 'node-event', node: 'in', name, data: {} });

it('is the same sender again, and hears the newest value of what changed meanwhile and nothing else', async () => {
  const client = await subscribed();
  await cut(client);
  expect(await counts()).toMatchObject({ clients: 0, lost: 1 });
  for (const value of [0.1, 0.2, 0.3]) move(value);
  const again = await back(client);
  expect(again.heard.find(ofId('back'))).toMatchObject({
    resumed: true,
    missed: 0,
    session: client.heard[0]?.['session'],
  });
  await again.until(() => valuesOf(again).length === 1);
  expect(valuesOf(again)).toMatchObject([
    { subscription: 'all', complete: false, changes: [{ address: '/main/strength', value: 0.3 }] },
  ]);
  expect(await counts()).toMatchObject({ clients: 1, lost: 0, resumed: 1, forgotten: 0 });
  again.say({ type: 'set', id: 1, values: { '/main/steps': 3 } });
  await again.hear(ofId(1));
  expect(deps.show.parameter('/main/steps')?.setBy).toBe(client.heard[0]?.['session']);
});

it('hears again what was told and never arrived', async () => {
  const client = await subscribed();
  const heard = lastSeq(client);
  move(0.9);
  event('on its way');
  await client.until(() => eventsOf(client).length === 1 && valuesOf(client).length === 2);
  await cut(client);
  event('while away');
  const again = await back(client, heard);
  await again.until(() => eventsOf(again).length === 2 && valuesOf(again).length === 1);
  expect(eventsOf(again)).toEqual(['on its way', 'while away']);
  expect(valuesOf(again)).toMatchObject([{ changes: [{ address: '/main/strength', value: 0.9 }] }]);
});

it('hears no value twice that it had', async () => {
  const client = await subscribed();
  move(0.9);
  await client.until(() => valuesOf(client).length === 2);
  await cut(client);
  const again = await back(client);
  again.say({ type: 'ping', id: 'p' });
  await again.hear(ofId('p'));
  expect(valuesOf(again)).toEqual([]);
});

it('takes the session over where the daemon has not seen that the old line is dead', async () => {
  const client = await subscribed();
  client.socket.pause();
  const again = await back(client);
  move(0.5);
  await again.until(() => valuesOf(again).length === 1);
  client.socket.resume();
  expect((await client.closed).code).toBe(4001);
  await expect.poll(counts).toMatchObject({ clients: 1, lost: 0, resumed: 1 });
});

it('says how much is forgotten after a long flood, and tells all values', async () => {
  const client = await subscribed();
  await cut(client);
  for (let count = 0; count < 700; count += 1) event(`e${count}`);
  const again = await back(client);
  const hello = again.heard.find(ofId('back'));
  expect(hello?.['missed']).toBe(700 - 512);
  await again.until(() => valuesOf(again).length === 1);
  expect(eventsOf(again)).toHaveLength(512);
  expect(eventsOf(again).at(-1)).toBe('e699');
  expect(valuesOf(again)).toMatchObject([{ complete: true }]);
});

it('hears of a graph that changed meanwhile, with all values and nodes', async () => {
  const client = await subscribed();
  client.say({ type: 'follow', id: 'more', events: { graph: true, status: true } });
  await client.hear(ofId('more'));
  await cut(client);
  await deps.show.setGraph({ nodes: [], links: [] });
  const again = await back(client);
  await again.until(() => valuesOf(again).length === 1);
  await again.hear(({ name }) => name === 'status');
  expect(again.heard.some(({ name }) => name === 'graph')).toBe(true);
  expect(valuesOf(again)).toMatchObject([{ complete: true }]);
});

it('is somebody new where the token is not known, the client said goodbye, or never spoke', async () => {
  const stranger = await greeted();
  stranger.say({ type: 'hello', id: 'back', resume: 'made-up', since: 4 });
  expect(await stranger.hear(ofId('back'))).toMatchObject({ resumed: false });
  const polite = await subscribed();
  polite.socket.close(1000);
  await polite.closed;
  const silent = await greeted();
  await cut(silent);
  for (const gone of [polite, silent]) {
    const again = await back(gone);
    expect(again.heard.find(ofId('back'))).toMatchObject({ resumed: false });
    expect(again.heard.find(ofId('back'))?.['session']).not.toBe(gone.heard[0]?.['session']);
  }
  expect((await counts()).lost).toBe(0);
});

it('keeps only so many lost sessions, and counts those it forgets', async () => {
  const lost: Client[] = [];
  for (let count = 0; count < 34; count += 1) {
    const client = await subscribed();
    await cut(client);
    lost.push(client);
  }
  expect(await counts()).toMatchObject({ lost: 32, forgotten: 2 });
  const [first] = lost;
  const last = lost.at(-1);
  if (first === undefined || last === undefined) throw new Error('34 were lost');
  expect((await back(first)).heard.find(ofId('back'))).toMatchObject({ resumed: false });
  expect((await back(last)).heard.find(ofId('back'))).toMatchObject({ resumed: true });
});
