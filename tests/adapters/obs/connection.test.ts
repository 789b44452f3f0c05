import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/contract/error.ts';
import { Connection, type ConnectionOptions } from '../../../adapters/obs/connection.ts';
import { plainEvents } from '../../../adapters/obs/events.ts';
import { answerText, plainAnswer, ScriptedServer, type Script } from './scripted-server.ts';

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(script: Script = {}): Promise<ScriptedServer> {
  const server = await ScriptedServer.open(script);
  open.push(server);
  return server;
}

async function connect(url: string, more: Partial<ConnectionOptions> = {}): Promise<Connection> {
  const options = {
    url,
    password: null,
    events: plainEvents,
    onEvent: () => undefined,
    onNonsense: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
  const connection = await Connection.open(options);
  open.push(connection);
  return connection;
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing went wrong',
    (error: unknown) => reportOf(error).code,
  );

describe('A connection with OBS', () => {
  it('greets with the right password, and knows the version', async () => {
    const server = await serve({ password: 'sesame' });
    const connection = await connect(server.url, { password: 'sesame' });
    expect(connection.versions).toMatchObject({ obs: '29.0.2', plugin: '5.1.0' });
    expect(connection.isAtLeast('5.1.0')).toBe(true);
    expect(connection.isAtLeast('5.10.0')).toBe(false);
    await connection.follow(3);
    expect(server.wishes).toEqual([plainEvents, 3]);
  });

  it('tells a wrong password and none from nobody there', async () => {
    const server = await serve({ password: 'sesame' });
    expect(await codeOf(connect(server.url, { password: 'other' }))).toBe('E_OBS_AUTH');
    expect(await codeOf(connect(server.url))).toBe('E_OBS_AUTH');
    await server.close();
    expect(await codeOf(connect(server.url))).toBe('E_OBS_UNREACHABLE');
  });

  it('passes on what OBS refuses, with its words', async () => {
    const server = await serve({
      answer: (request, id) =>
        request === 'GetVersion' ? plainAnswer(request, id) : answerText(id, null, false, 600),
    });
    const connection = await connect(server.url);
    const refused = connection.call('SetCurrentProgramScene', { sceneName: 'Nowhere' });
    await expect(refused).rejects.toMatchObject({ code: 'E_OBS_MISSING', message: 'No such thing' });
  });

  it('settles every call that waits when OBS goes, and says that it was lost', async () => {
    const server = await serve({
      answer: (request, id) => (request === 'GetVersion' ? plainAnswer(request, id) : null),
    });
    const connection = await connect(server.url);
    const calls = [connection.call('GetSceneList'), connection.call('GetInputList'), connection.lost];
    await server.close();
    expect(await Promise.all(calls.map(codeOf))).toEqual(['E_OBS_LOST', 'E_OBS_LOST', 'E_OBS_LOST']);
    expect(await codeOf(connection.call('GetSceneList'))).toBe('E_OBS_LOST');
  });

  it('ends at once when it is aborted while OBS says nothing', async () => {
    const server = await serve({ silent: true });
    const controller = new AbortController();
    const opening = codeOf(connect(server.url, { signal: controller.signal }));
    controller.abort();
    expect(await opening).toBe('E_OBS_UNREACHABLE');
  });

  it('counts what is no message of OBS, and works on', async () => {
    const nonsense: string[] = [];
    const heard: unknown[] = [];
    const server = await serve();
    const connection = await connect(server.url, {
      onNonsense: (why) => nonsense.push(why),
      onEvent: (name, data) => heard.push([name, data]),
    });
    for (const text of ['{', '[]', 'null', '{"op":"5","d":{}}', '{"op":5}']) server.say(text);
    server.say(Buffer.from([0xff, 0x00]));
    server.say(`{"op":5,"d":{"eventType":"SceneCreated","eventData":"${'x'.repeat(16_000_001)}"}}`);
    server.event('SceneCreated', { sceneName: 7 });
    server.event('constructor', null);
    expect(await connection.call('GetSceneList')).toEqual({});
    expect(nonsense).toHaveLength(7);
    expect(heard).toEqual([['SceneCreated', { sceneName: 7 }]]);
  });

  it('stays whole whatever is said to it', async () => {
    const server = await serve();
    const connection = await connect(server.url);
    const message = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({ op: fc.integer({ min: -1, max: 12 }), d: fc.jsonValue() })
        .map((each) => JSON.stringify(each)),
    );
    await fc.assert(
      fc.asyncProperty(message, async (text) => {
        server.say(text);
        expect(await connection.call('GetStudioModeEnabled')).toEqual({});
      }),
      { numRuns: 100 },
    );
  });
});
