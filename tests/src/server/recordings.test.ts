import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { house, type House } from './doubles.ts';

let deps: House;
let server: Server;

beforeEach(async () => {
  deps = house(tempFolder('recordings'));
  server = await createServer(deps);
});
afterEach(() => server.close());

async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  headers = {},
) {
  const sent = body === undefined ? {} : { payload: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await server.fastify.inject({
    method,
    url: `/api/v1/${path}`,
    ...sent,
    headers: { ...type, ...headers },
  });
  const isJson = String(response.headers['content-type']).includes('json');
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: isJson ? response.json() : null,
  };
}

/** A file in the folder, with this in it. */
function lay(name: string, text: string): void {
  deps.recordings.lay(name);
  writeFileSync(join(deps.recordings.folder, name), text);
}

describe('Recordings over REST', () => {
  it('are renamed, unless there is one of that name or the name is none', async () => {
    lay('a take.mp4', '0123456789');
    const renamed = await ask('PATCH', 'recordings/files/a%20take.mp4', { name: 'opening night' });
    expect([renamed.status, renamed.body]).toMatchObject([200, { name: 'opening night.mp4' }]);
    expect((await ask('GET', 'recordings/files/opening%20night.mp4')).text).toBe('0123456789');
    const taken = await ask('PATCH', 'recordings/files/opening%20night.mp4', { name: 'taken' });
    expect([taken.status, taken.body]).toMatchObject([409, { error: { code: 'E_RECORDING_NAME' } }]);
    for (const body of [{}, { name: '' }, { name: 3 }, { name: 'x'.repeat(256) }, { name: 'a', folder: '/' }])
      expect((await ask('PATCH', 'recordings/files/opening%20night.mp4', body)).status).toBe(400);
    expect((await ask('PATCH', 'recordings/files/gone.mp4', { name: 'a' })).status).toBe(404);
  });

  it('begin with the settings that were asked for, and end', async () => {
    const begun = await ask('POST', 'recordings', { node: 'main', splitMinutes: 5 });
    expect([begun.status, begun.body]).toMatchObject([201, { node: 'main', state: 'recording' }]);
    expect(deps.recordings.asked[0]).toMatchObject({ node: 'main', splitMinutes: 5 });
    const ended = await ask('POST', `recordings/takes/${begun.body.id}/stop`);
    expect([ended.status, ended.body]).toMatchObject([200, { state: 'stopped' }]);
    expect((await ask('GET', 'recordings')).body.takes).toHaveLength(1);
  });

  it.each([
    { quality: 0 },
    { format: 'avi' },
    { folder: '/etc' },
    { splitMinutes: -1 },
    { name: 'x'.repeat(121) },
  ])('refuse %j', async (body) => {
    expect((await ask('POST', 'recordings', body)).status).toBe(400);
    expect(deps.recordings.asked).toEqual([]);
  });

  it('are downloaded whole and in parts, and deleted', async () => {
    lay('a take.mp4', '0123456789');
    const whole = await ask('GET', 'recordings/files/a%20take.mp4?download=true');
    expect([whole.status, whole.text, whole.headers['content-type']]).toEqual([
      200,
      '0123456789',
      'video/mp4',
    ]);
    expect(whole.headers['content-disposition']).toContain("filename*=UTF-8''a%20take.mp4");
    const part = await ask('GET', 'recordings/files/a%20take.mp4', undefined, { range: 'bytes=2-4' });
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    const beyond = await ask('GET', 'recordings/files/a%20take.mp4', undefined, { range: 'bytes=20-' });
    expect(beyond.status).toBe(416);
    expect((await ask('DELETE', 'recordings/files/a%20take.mp4')).status).toBe(204);
    expect((await ask('GET', 'recordings/files/a%20take.mp4')).body).toMatchObject({
      error: { code: 'E_RECORDING_UNKNOWN' },
    });
  });

  it.each(['..%2f..%2fetc%2fpasswd', '%2fetc%2fpasswd', '..'])(
    'give nothing of another folder: %s',
    async (name) => {
      expect((await ask('GET', `recordings/files/${name}`)).status).toBe(404);
    },
  );

  it('save what just happened once it is kept, and stills', async () => {
    expect(await ask('POST', 'recordings/replay/save')).toMatchObject({
      status: 409,
      body: { error: { code: 'E_REPLAY_EMPTY' } },
    });
    expect((await ask('PUT', 'recordings/replay', { seconds: 30 })).body).toMatchObject({
      seconds: 30,
      node: 'out',
    });
    expect(await ask('POST', 'recordings/replay/save')).toMatchObject({
      status: 201,
      body: { name: 'replay.mp4' },
    });
    expect(await ask('POST', 'recordings/still', {})).toMatchObject({ status: 201, body: { kind: 'still' } });
  });
});

describe("Scope's recording routes", () => {
  async function session(): Promise<string> {
    const offer = { sdp: 'v=0', client: 'scope', views: ['out'], feeds: [] };
    return (await deps.sessions.open(offer)).id;
  }

  it('record what a session sees, answer the file before the stop, and keep it', async () => {
    const id = await session();
    expect((await ask('POST', `recordings/${id}/start?node_id=rec`)).body).toEqual({ status: 'started' });
    expect((await ask('POST', `recordings/${id}/start?node_id=rec`)).body).toEqual({
      status: 'already_recording',
    });
    expect(deps.recordings.asked).toEqual([{ node: 'out' }]);
    lay('out.mp4', 'a video');
    const file = await ask('GET', `recordings/${id}?node_id=rec`);
    expect([file.status, file.text, file.headers['content-type']]).toEqual([200, 'a video', 'video/mp4']);
    expect(deps.recordings.recording()).toBe(false);
    expect((await ask('POST', `recordings/${id}/stop?node_id=rec`)).body).toEqual({ status: 'stopped' });
    expect(deps.recordings.files).toHaveLength(1);
  });

  it('end with their session, whose files stay', async () => {
    const id = await session();
    await ask('POST', `recordings/${id}/start`);
    lay('out.mp4', 'a video');
    await deps.sessions.close(id);
    await expect.poll(() => deps.recordings.recording()).toBe(false);
    expect(deps.recordings.files).toHaveLength(1);
  });

  it('know neither strangers nor what was never recorded', async () => {
    expect(await ask('POST', 'recordings/nobody/start')).toMatchObject({
      status: 404,
      body: { error: { code: 'E_SESSION_UNKNOWN' } },
    });
    const id = await session();
    expect((await ask('POST', `recordings/${id}/stop`)).body).toEqual({ status: 'not_recording' });
    expect(await ask('GET', `recordings/${id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'E_RECORDING_UNKNOWN' } },
    });
  });
});
