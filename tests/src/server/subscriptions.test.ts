import { afterEach, beforeEach, expect, it } from 'vitest';
import { createServer, type Server } from '../../../src/server/server.ts';
import { Client } from './client.ts';
import { house, type House } from './doubles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** What a client of the native protocol asks for beside plain sets: several subscriptions, snapshots, ramps and times. */
let deps: House;
let server: Server;
let client: Client;

beforeEach(async () => {
  deps = house(tempFolder('panel'));
  server = await createServer(deps);
  const base = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  client = new Client(`${base}/api/v1/ws`);
  await client.hear(({ type }) => type === 'hello');
});

afterEach(async () => {
  client.socket.terminate();
  await server.close();
});

const ofId = (id: string | number) => (message: Record<string, unknown>) => message['id'] === id;

interface Values {
  readonly subscription: string;
  readonly complete: boolean;
  readonly seq: number;
  readonly changes: readonly { readonly address: string; readonly value: unknown }[];
}

const valuesOf = (subscription: string): Values[] =>
  client.heard
    .filter(({ type, subscription: name }) => type === 'values' && name === subscription)
    .map((message) => message as unknown as Values);
const addressesOf = (subscription: string): string[] =>
  valuesOf(subscription).flatMap(({ changes }) => changes.map(({ address }) => address));

async function subscribe(subscription: string, patterns: readonly string[], rateHz = 60): Promise<void> {
  client.say({ type: 'subscribe', id: `on ${subscription}`, subscription, patterns, rateHz });
  await client.hear(ofId(`on ${subscription}`));
}

/** Heard once everything before it was. */
async function settled(): Promise<void> {
  const id = `settled ${client.heard.length}`;
  client.say({ type: 'ping', id });
  await client.hear(ofId(id));
}

function move(address: string, value: number): void {
  deps.show.change([{ address, value, setBy: 'osc' }]);
}

it('tells each subscription what it matches, under its name', async () => {
  await subscribe('fader', ['/main/strength']);
  await subscribe('st', ['/main/st*', '/main/{caption,nothing}']);
  await client.until(() => valuesOf('st').length === 1);
  expect(addressesOf('fader')).toEqual(['/main/strength']);
  expect(addressesOf('st').toSorted()).toEqual(['/main/caption', '/main/steps', '/main/strength']);
  move('/main/steps', 7);
  await client.until(() => valuesOf('st').length === 2);
  expect(valuesOf('st')[1]).toMatchObject({
    complete: false,
    changes: [{ address: '/main/steps', value: 7 }],
  });
  expect(valuesOf('fader')).toHaveLength(1);
});

it('ends one subscription and goes on with the others', async () => {
  await subscribe('a', ['/main/strength']);
  await subscribe('b', ['/main/strength']);
  client.say({ type: 'unsubscribe', id: 'off', subscription: 'a' });
  await client.hear(ofId('off'));
  move('/main/strength', 0.1);
  await client.until(() => valuesOf('b').length === 2);
  expect(valuesOf('a')).toHaveLength(1);
});

it('holds changes back at 0 Hz, and tells the newest of each once the rate rises', async () => {
  await subscribe('a', ['//*'], 0);
  await client.until(() => valuesOf('a').length === 1);
  for (const value of [0.1, 0.2, 0.3]) move('/main/strength', value);
  await settled();
  expect(valuesOf('a')).toHaveLength(1);
  await subscribe('a', ['//*'], 30);
  await client.until(() => valuesOf('a').length === 2);
  expect(valuesOf('a')[1]).toMatchObject({
    complete: false,
    changes: [{ address: '/main/strength', value: 0.3 }],
  });
});

it('begins anew where the patterns are others', async () => {
  await subscribe('a', ['/main/strength']);
  await subscribe('a', ['/main/steps']);
  await client.until(() => valuesOf('a').length === 2);
  expect(valuesOf('a')[1]).toMatchObject({ complete: true, changes: [{ address: '/main/steps' }] });
});

it('takes sixteen subscriptions and refuses the next, with what to do', async () => {
  for (let count = 0; count < 16; count += 1) await subscribe(`s${count}`, ['/main/strength']);
  client.say({ type: 'subscribe', id: 'more', subscription: 'one more', patterns: ['/main/strength'] });
  expect(await client.hear(ofId('more'))).toMatchObject({
    type: 'error',
    error: { code: 'E_WS_SUBSCRIPTIONS', remedy: expect.stringContaining('unsubscribe') as string },
  });
});

it('answers a snapshot of what matches, with types and ranges', async () => {
  client.say({ type: 'snapshot', id: 1, patterns: ['/main/st*'] });
  const some = await client.hear(ofId(1));
  expect(some).toMatchObject({ type: 'snapshot' });
  expect(some['parameters']).toMatchObject([
    { address: '/main/strength', type: 'number', minimum: 0, maximum: 1, value: 0.7 },
    { address: '/main/steps' },
  ]);
  client.say({ type: 'snapshot', id: 2 });
  expect((await client.hear(ofId(2)))['parameters']).toHaveLength(deps.show.parameters().length);
});

it('sets with a ramp and a time, each address by itself', async () => {
  const values = { '/main/strength': 0.4, '/main/none': 1 };
  client.say({ type: 'set', id: 1, values, ramp: { duration: 2, curve: 'ease-in' }, at: 'bar' });
  expect(await client.hear(ofId(1))).toMatchObject({
    type: 'ack',
    of: 'set',
    applied: [{ address: '/main/strength', value: 0.4 }],
    rejected: [{ address: '/main/none', error: { code: 'E_ADDRESS_UNKNOWN' } }],
  });
  expect(deps.show.executed).toMatchObject([
    { kind: 'set', address: '/main/strength', ramp: { duration: 2, curve: 'ease-in' }, at: 'bar' },
    { kind: 'set', address: '/main/none' },
  ]);
});

it('tells what a ramp of its own passes through, unlike what it set itself', async () => {
  await subscribe('a', ['/main/strength']);
  const session = client.heard[0]?.['session'];
  const glide = (value: number) =>
    deps.show.change([{ address: '/main/strength', value, setBy: String(session) }]);
  client.say({ type: 'set', id: 1, values: { '/main/strength': 0.2 } });
  await client.hear(ofId(1));
  glide(0.25);
  await settled();
  expect(valuesOf('a')).toHaveLength(1);
  client.say({ type: 'set', id: 2, values: { '/main/strength': 0.4 }, ramp: { duration: 1 } });
  await client.hear(ofId(2));
  glide(0.3);
  await client.until(() => JSON.stringify(valuesOf('a').at(-1)?.changes).includes('0.3'));
});

it('numbers what comes unasked, without a gap', async () => {
  client.say({ type: 'follow', events: { status: true, 'node-event': true } });
  await subscribe('a', ['//*']);
  deps.engine.tell({ type: 'node-event', node: 'in', name: 'one', data: {} });
  await client.hear(({ name }) => name === 'node-event');
  const seqs = client.heard.flatMap(({ seq }) => (typeof seq === 'number' ? [seq] : []));
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});
