import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer, type Server } from '../../../src/server/server.ts';
import { outside } from './catalog-double.ts';
import { Client } from './client.ts';
import { house, live, type House } from './doubles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let panelDir: string;
let deps: House;
let server: Server;
let base: string;
let clients: Client[];

beforeEach(async () => {
  panelDir = tempFolder('panel');
  deps = house(panelDir);
  server = await createServer(deps);
  base = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.socket.terminate();
  await server.close();
});

function open(path = '/api/v1/ws', headers: Record<string, string> = {}): Client {
  const client = new Client(base + path, headers);
  clients.push(client);
  return client;
}

async function greeted(): Promise<Client> {
  const client = open();
  await client.hear((message) => message.type === 'hello');
  return client;
}

const ofId = (id: string | number) => (message: Record<string, unknown>) => message['id'] === id;

describe('the native WebSocket', () => {
  it('greets with protocol, version and a session of its own', async () => {
    const [one, two] = [await greeted(), await greeted()];
    expect(one.heard[0]).toMatchObject({ type: 'hello', protocol: 1, version: '0.1.0' });
    expect(one.heard[0]?.['session']).not.toBe(two.heard[0]?.['session']);
  });

  it('sets values and echoes the id with what was applied and rejected', async () => {
    const client = await greeted();
    client.say({
      type: 'set',
      id: 'a1',
      values: { '/main/strength': 0.4, '/main/steps': 'many', '/none': 1 },
    });
    const ack = await client.hear(ofId('a1'));
    expect(ack).toMatchObject({
      type: 'ack',
      of: 'set',
      applied: [{ address: '/main/strength', value: 0.4 }, { address: '/main/steps' }],
    });
    expect(ack['rejected']).toMatchObject([{ address: '/none', error: { code: 'E_ADDRESS_UNKNOWN' } }]);
    expect(deps.show.senders[0]).toBe(client.heard[0]?.['session']);
  });

  it('carries out commands together, or none of them', async () => {
    const client = await greeted();
    const set = (value: unknown) => ({ kind: 'set', address: '/main/strength', value });
    client.say({ type: 'command', id: 1, commands: [set(0.1), set(5)] });
    expect(await client.hear(ofId(1))).toMatchObject({
      type: 'error',
      error: { code: 'E_VALUE_RANGE', details: { rejected: [{ index: 1 }] } },
    });
    expect(deps.show.parameter('/main/strength')?.value).toBe(0.7);
    client.say({ type: 'command', id: 2, commands: [set(0.1)] });
    expect(await client.hear(ofId(2))).toMatchObject({
      type: 'ack',
      results: [{ result: 'applied', value: 0.1 }],
    });
  });

  it('tells all values first, then what another moves, and no echo to the one who moved it', async () => {
    const [hand, watcher] = [await greeted(), await greeted()];
    for (const client of [hand, watcher]) {
      client.say({ type: 'subscribe', subscription: 'all', patterns: ['//*'], rateHz: 60 });
      const all = await client.hear((message) => message.type === 'values');
      expect(all['complete']).toBe(true);
      expect(all['changes']).toHaveLength(deps.show.parameters().length);
    }
    hand.say({ type: 'set', values: { '/main/strength': 0.2 } });
    const moved = await watcher.hear((message) => message.type === 'values' && message['complete'] === false);
    expect(moved['changes']).toEqual([
      { address: '/main/strength', value: 0.2, setBy: hand.heard[0]?.['session'] },
    ]);
    watcher.say({ type: 'set', values: { '/main/steps': 5 } });
    const heard = await hand.hear((message) => message.type === 'values' && message['complete'] === false);
    expect(heard['changes']).toMatchObject([{ address: '/main/steps' }]);
  });

  it('keeps to the rate that was asked for, and the last value always arrives', async () => {
    const client = await greeted();
    client.say({ type: 'subscribe', subscription: 'all', patterns: ['/main/*'], rateHz: 5 });
    await client.hear((message) => message.type === 'values');
    for (let step = 1; step <= 100; step += 1)
      deps.show.change([{ address: '/main/strength', value: step / 100, setBy: 'osc' }]);
    await client.hear((message) => JSON.stringify(message['changes'] ?? '').includes('"value":1,'));
    expect(client.heard.filter((message) => message.type === 'values').length).toBeLessThanOrEqual(3);
  });

  it('tells status, faults, events and a new graph to those who asked, and stops when told', async () => {
    const client = await greeted();
    client.say({
      type: 'follow',
      events: { status: true, node: true, graph: true, 'node-event': true, stats: { rateHz: 10 } },
    });
    await client.hear((message) => message['name'] === 'status');
    await client.hear((message) => message['name'] === 'stats');
    const [node] = deps.engine.nodes;
    if (node === undefined) throw new Error('the double has nodes');
    deps.engine.tell({ type: 'status', node: { ...node, status: { ...live, state: 'stalled' } } });
    expect(await client.hear((message) => message['name'] === 'node')).toMatchObject({
      data: { status: { state: 'stalled' } },
    });
    await deps.show.setGraph({ nodes: [], links: [] });
    expect(await client.hear((message) => message['name'] === 'graph')).toMatchObject({
      data: { nodes: [] },
    });
    client.say({ type: 'follow', id: 'off', events: { 'node-event': false, stats: false } });
    await client.hear(ofId('off'));
    deps.engine.tell({ type: 'node-event', node: 'in', name: 'late', data: {} });
    client.say({ type: 'hello', id: 'after' });
    await client.hear(ofId('after'));
    expect(client.heard.some((message) => message['name'] === 'node-event')).toBe(false);
  });

  it('tells those who follow the catalog that there are other pipelines, and how many are still being read', async () => {
    const [asked, silent] = [await greeted(), await greeted()];
    asked.say({ type: 'follow', id: 'on', events: { catalog: true } });
    await asked.hear(ofId('on'));
    const [dream] = deps.catalogDouble.entries;
    if (dream === undefined) throw new Error('the double has a pipeline');
    deps.catalogDouble.become([dream, outside('tint', 'E_PIPELINE_READING', 'It is being read')]);
    expect(await asked.hear((message) => message['name'] === 'catalog')).toMatchObject({
      data: { reading: 1 },
    });
    deps.catalogDouble.become([dream]);
    await asked.hear(({ data }) => JSON.stringify(data) === '{"reading":0}');
    silent.say({ type: 'hello', id: 'here' });
    await silent.hear(ofId('here'));
    expect(silent.heard.some((message) => message['name'] === 'catalog')).toBe(false);
  });

  it.each([
    ['{"type": "set", "values": }', 'E_WS_MESSAGE', 'column 27'],
    ['[]', 'E_WS_MESSAGE', 'The message'],
    ['{"type":"dance","id":9}', 'E_WS_MESSAGE', 'type'],
    ['{"type":"set","id":9,"values":3}', 'E_WS_MESSAGE', 'values'],
    ['{"type":"set","id":9,"values":{},"extra":1}', 'E_WS_MESSAGE', 'extra'],
    [
      '{"type":"subscribe","id":9,"subscription":"a","patterns":["/a"],"rateHz":61}',
      'E_WS_MESSAGE',
      'rateHz',
    ],
    ['{"type":"subscribe","id":9,"subscription":"a","patterns":["/main/{a"]}', 'E_WS_PATTERN', '/main/{a'],
    [`{"type":"snapshot","id":9,"patterns":["${'*'.repeat(33)}"]}`, 'E_WS_PATTERN', '33 wildcards'],
    ['{"type":"follow","id":9,"events":{"log":true}}', 'E_WS_MESSAGE', 'events.log'],
    ['{"type":"follow","id":9,"events":{"log":{"level":"loud"}}}', 'E_WS_MESSAGE', 'events.log'],
    ['{"type":"follow","id":9,"events":{"weather":true}}', 'E_WS_MESSAGE', 'weather'],
    [`"${'x'.repeat(300_000)}"`, 'E_HTTP_TOO_LARGE', '262144'],
  ])('answers %.40s on that socket alone, and goes on', async (text, code, place) => {
    const [bad, good] = [await greeted(), await greeted()];
    bad.say(text);
    const error = await bad.hear((message) => message.type === 'error');
    expect(error).toMatchObject({ error: { code, message: expect.stringContaining(place) as string } });
    if (text.includes('"id":9')) expect(error['id']).toBe(9);
    bad.say({ type: 'set', id: 'still', values: { '/main/strength': 0.5 } });
    await bad.hear(ofId('still'));
    good.say({ type: 'hello', id: 'here' });
    await good.hear(ofId('here'));
    expect(good.heard.some((message) => message.type === 'error')).toBe(false);
  });

  it('closes a socket that sends far too much, and no other', async () => {
    const [bad, good] = [await greeted(), await greeted()];
    bad.say('x'.repeat(2_000_000));
    expect((await bad.closed).code).toBe(1009);
    good.say({ type: 'hello', id: 'here' });
    await good.hear(ofId('here'));
  });

  it('drops a client that reads nothing, says why, counts it, and the others play on', async () => {
    const [slow, good] = [await greeted(), await greeted()];
    slow.say({ type: 'follow', id: 's', events: { 'node-event': true } });
    await slow.hear(ofId('s'));
    slow.socket.pause();
    const data = { text: 'x'.repeat(100_000) };
    for (let sent = 0; sent < 400; sent += 1) {
      deps.engine.tell({ type: 'node-event', node: 'in', name: 'much', data });
      if (sent % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const { sockets } = (await server.fastify.inject('/api/v1/stats')).json();
    expect(sockets.slowClients).toBe(1);
    good.say({ type: 'hello', id: 'here' });
    await good.hear(ofId('here'));
    slow.socket.resume();
    const { code, reason } = await slow.closed;
    // The daemon waits a second for what is unread to be read, then cuts the line; which comes first is the reader's doing.
    expect([1013, 1006]).toContain(code);
    if (code === 1013) expect(reason).toContain('E_WS_SLOW');
  });

  it('keeps strangers out at the door', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { host: 'evil.example' },
    ]) {
      for (const path of ['/api/v1/ws', '/api/v1/preview']) {
        const client = open(path, headers);
        const status = await new Promise((resolve) =>
          client.socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode)),
        );
        expect(status).toBe(403);
      }
    }
  });

  it('says goodbye when the daemon stops', async () => {
    const client = await greeted();
    await server.close();
    expect((await client.closed).code).toBe(1001);
  });
});

describe('the preview', () => {
  async function viewer(path: string): Promise<Client> {
    const before = deps.engine.previews.get('out')?.size ?? 0;
    const client = open(path);
    while ((deps.engine.previews.get('out')?.size ?? 0) === before)
      await new Promise((resolve) => setImmediate(resolve));
    return client;
  }

  it('brings the pictures of what the audience sees, and stops asking for them when nobody looks', async () => {
    const client = await viewer('/api/v1/preview');
    deps.engine.show('out', new Uint8Array([1, 2, 3]));
    await client.until(() => client.pictures.length === 1);
    expect(client.pictures[0]).toEqual(Buffer.from([1, 2, 3]));
    client.socket.close();
    await client.closed;
    while (deps.engine.previews.get('out')?.size !== 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await server.fastify.inject('/api/v1/stats')).json().sockets.previews).toBe(0);
  });

  it('shows a slow viewer the newest picture only, and counts what it missed', async () => {
    const client = await viewer('/api/v1/preview?paced=true');
    for (let picture = 1; picture <= 50; picture += 1) {
      deps.engine.show('out', new Uint8Array([picture]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await client.until(() => client.pictures.length === 2);
    client.say('shown');
    await client.until(() => client.pictures.length === 3);
    expect(client.pictures.map((picture) => picture[0])).toEqual([1, 2, 50]);
    expect((await server.fastify.inject('/api/v1/stats')).json().sockets.previewSkips).toBe(47);
  });

  it('refuses a node that is not there before it opens', async () => {
    const client = open('/api/v1/preview?node=nobody');
    const status = await new Promise((resolve) =>
      client.socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode)),
    );
    expect(status).toBe(404);
  });
});
