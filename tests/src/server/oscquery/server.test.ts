import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { decodeOsc } from '../../../../src/protocols/osc/decode.ts';
import { encodeOsc } from '../../../../src/protocols/osc/encode.ts';
import { typedArguments } from '../../../../src/protocols/osc/typed.ts';
import { createOscQuery, type OscQueryServer } from '../../../../src/server/oscquery/server.ts';
import { graphOf, rest, rig, type Rig } from '../../show/rig.ts';
import { house } from '../doubles.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

// The show is the real one; the engine is a double that only says when the graph is another.
let play: Rig;
let server: OscQueryServer;
let url: string;
let graphChanged: () => void = () => undefined;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  play = await rig();
  const { access, log } = house(tempFolder('panel'));
  server = await createOscQuery({
    engine: {
      subscribe: (listener) => {
        graphChanged = () => listener({ type: 'graph' });
        return () => undefined;
      },
    },
    show: play.show,
    writeOsc: (address, tags, values) => encodeOsc({ address, args: typedArguments(tags, values) }),
    host: () => ({ osc: '127.0.0.1:8000', version: '0.1.0' }),
    access,
    names: { allowed: new Set(), addresses: false },
    log,
  });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
});

async function ask(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url + path, { headers });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

describe('OSCQuery by HTTP', () => {
  test('says where OSC is sent to and what the server can do', async () => {
    expect((await ask('/?HOST_INFO')).body).toMatchObject({
      OSC_IP: '127.0.0.1',
      OSC_PORT: 8000,
      OSC_TRANSPORT: 'UDP',
      EXTENSIONS: { VALUE: true, RANGE: true, LISTEN: true, PATH_CHANGED: true },
    });
  });

  test.each([
    [
      'strength',
      { TYPE: 'f', VALUE: [0.7], RANGE: [{ MIN: 0, MAX: 1 }], CLIPMODE: ['both'], DESCRIPTION: 'How much' },
    ],
    ['steps', { TYPE: 'i', VALUE: [4], RANGE: [{ MIN: 1, MAX: 8 }] }],
    ['invert', { TYPE: 'F', VALUE: [false] }],
    ['palette', { TYPE: 's', VALUE: ['warm'], RANGE: [{ VALS: ['warm', 'cold', 'grey'] }] }],
    ['tint', { TYPE: 'r', VALUE: ['#000000ff'] }],
    ['list', { TYPE: 'f', VALUE: [700] }],
    ['burst', { TYPE: 'I', ACCESS: 2 }],
  ])('describes %s from its schema', async (key, wanted) => {
    const { body } = await ask(`/reverie/main/${key}`);
    expect(body).toMatchObject({ FULL_PATH: `/reverie/main/${key}`, ACCESS: 3, ...wanted });
  });

  test('the tree holds every parameter of the show, each at its path', async () => {
    const { body } = await ask('/');
    const paths: string[] = [];
    const collect = (node: Record<string, unknown>): void => {
      if (node['ACCESS'] !== 0) paths.push(String(node['FULL_PATH']));
      for (const below of Object.values((node['CONTENTS'] ?? {}) as Record<string, Record<string, unknown>>))
        collect(below);
    };
    collect(body as Record<string, unknown>);
    expect(paths.sort()).toEqual(
      play.show
        .parameters()
        .map(({ address }) => `/reverie${address}`)
        .sort(),
    );
  });

  test('a folder answers with what is below it, also where it has a value of its own', async () => {
    expect((await ask('/reverie/main/')).body).toMatchObject({
      FULL_PATH: '/reverie/main',
      ACCESS: 0,
      CONTENTS: { strength: { FULL_PATH: '/reverie/main/strength' } },
    });
    expect((await ask('/reverie/main/prompts')).body).toMatchObject({
      ACCESS: 3,
      CONTENTS: { interpolation: {} },
    });
  });

  test('one attribute answers alone', async () => {
    play.show.set({ '/main/strength': 0.25 }, rest);
    expect((await ask('/reverie/main/strength?VALUE')).body).toEqual({ VALUE: [0.25] });
    expect((await ask('/reverie/main?CONTENTS')).body).toHaveProperty('CONTENTS.strength');
  });

  test.each([
    ['/reverie/main?VALUE', 204],
    ['/reverie/main/burst?VALUE', 204],
    ['/reverie/main/strength?CONTENTS', 204],
    ['/reverie/main/strength?COLOUR', 400],
    ['/%zz', 400],
    ['/reverie/main/none', 404],
    ['/reverie/strength', 404],
    ['/main/strength', 404],
    ['/reverie/__proto__', 404],
    ['/reverie/main/constructor', 404],
  ])('%s is answered with %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });

  test.each([
    ['a Host of another site', { host: 'evil.example' }],
    ['a page of another site', { origin: 'https://evil.example' }],
  ])('%s is refused', async (_who, headers) => {
    const refused = new WebSocket(url.replace('http', 'ws'), { headers });
    sockets.push(refused);
    const status = await new Promise((resolve) => {
      refused.on('error', () => undefined);
      refused.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(403);
  });

  test('whoever comes by a proxy needs the token, and is sent to no page', async () => {
    expect((await ask('/', { 'x-forwarded-for': '192.0.2.1', accept: 'text/html' })).status).toBe(401);
  });
});

describe('OSCQuery by WebSocket', () => {
  interface Heard {
    readonly values: unknown[][];
    readonly news: unknown[];
    readonly socket: WebSocket;
  }

  async function open(...paths: readonly string[]): Promise<Heard> {
    const socket = new WebSocket(url.replace('http', 'ws'));
    sockets.push(socket);
    const heard: Heard = { values: [], news: [], socket };
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) heard.news.push(JSON.parse(data.toString()));
      else for (const { address, args } of decodeOsc(data)) heard.values.push([address, ...args]);
    });
    await new Promise((resolve) => socket.once('open', resolve));
    for (const path of paths) socket.send(JSON.stringify({ COMMAND: 'LISTEN', DATA: path }));
    await caughtUp(socket);
    return heard;
  }

  /** A ping is answered behind everything sent before it. */
  const caughtUp = (socket: WebSocket): Promise<void> =>
    new Promise((resolve) => {
      socket.once('pong', () => resolve());
      socket.ping();
    });

  async function changed(heard: Heard): Promise<void> {
    await play.time.pass(100);
    await caughtUp(heard.socket);
  }

  test('a client hears the values it listens to, in the types of the tree, and no others', async () => {
    const heard = await open('/reverie/main/strength', '/reverie/main/invert', '/reverie/main/tint');
    play.show.set(
      { '/main/strength': 0.25, '/main/invert': true, '/main/tint': '#ff8000', '/main/warp': 0.5 },
      rest,
    );
    await changed(heard);
    expect(heard.values).toEqual([
      ['/reverie/main/strength', 0.25],
      ['/reverie/main/invert', true],
      ['/reverie/main/tint', '#ff8000'],
    ]);
    heard.socket.send(JSON.stringify({ COMMAND: 'IGNORE', DATA: '/reverie/main/strength' }));
    await caughtUp(heard.socket);
    play.show.set({ '/main/strength': 0.75 }, rest);
    await changed(heard);
    expect(heard.values).toHaveLength(3);
  });

  test('paths that come and go are told', async () => {
    const heard = await open();
    play.show.set({ '/prompts': [{ text: 'gold' }, { text: 'sea' }] }, rest);
    await changed(heard);
    expect(heard.news).toContainEqual({ COMMAND: 'PATH_ADDED', DATA: '/reverie/prompts/1/weight' });
    play.show.set({ '/prompts': [{ text: 'gold' }] }, rest);
    await changed(heard);
    expect(heard.news).toContainEqual({ COMMAND: 'PATH_REMOVED', DATA: '/reverie/prompts/1/weight' });
  });

  test('another graph is told', async () => {
    const heard = await open();
    await play.show.setGraph(graphOf({ main: 'plain' }), rest);
    graphChanged();
    await new Promise((resolve) => setImmediate(resolve));
    await caughtUp(heard.socket);
    expect(heard.news).toContainEqual({ COMMAND: 'PATH_CHANGED', DATA: '/reverie/main/strength' });
    expect(heard.news).toContainEqual({ COMMAND: 'PATH_ADDED', DATA: '/reverie/main/gain' });
    expect(heard.news).toContainEqual({ COMMAND: 'PATH_REMOVED', DATA: '/reverie/main/warp' });
  });

  test('what is no command changes nothing, and the thirty-third client is told to try later', async () => {
    const heard = await open();
    for (const nonsense of ['', '{', '[]', '{"COMMAND":"LISTEN"}', '{"COMMAND":"SHOUT","DATA":"/"}'])
      heard.socket.send(nonsense);
    heard.socket.send(Buffer.from('/reverie/main/strength'));
    await changed(heard);
    expect(heard.socket.readyState).toBe(WebSocket.OPEN);
    for (let more = 0; more < 31; more += 1) await open();
    const last = new WebSocket(url.replace('http', 'ws'));
    sockets.push(last);
    expect(await new Promise((resolve) => last.on('close', resolve))).toBe(1013);
  });
});
