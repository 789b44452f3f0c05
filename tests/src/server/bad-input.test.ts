import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type Server } from '../../../src/server/server.ts';
import { house, theToken, type House } from './doubles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let panelDir: string;
let deps: House;
let server: Server;
let port: number;

// One server for all: none of this may leave anything behind that the next one meets.
beforeAll(async () => {
  panelDir = tempFolder('panel');
  writeFileSync(join(panelDir, 'index.html'), '<!doctype html>');
  deps = house(panelDir);
  server = await createServer(deps);
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.fastify.server.address() as AddressInfo).port;
});

afterAll(async () => {
  await server.close();
});

async function patch(payload: string, headers: Record<string, string> = {}) {
  const type = { 'content-type': 'application/json' };
  const response = await server.fastify.inject({
    method: 'PATCH',
    url: '/api/v1/parameters',
    payload,
    headers: { ...type, ...headers },
  });
  return { status: response.statusCode, body: response.json() };
}

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await server.fastify.inject({ method: 'GET', url, headers });
  return { status: response.statusCode, headers: response.headers, body: response.body };
}

describe('a body that is no good', () => {
  it('is answered with line and column where the JSON breaks', async () => {
    const { status, body } = await patch('{\n  "/main/strength": 0.4,\n  "/main/steps": }');
    expect([status, body.error.code]).toEqual([400, 'E_HTTP_BODY']);
    expect(body.error.details).toMatchObject({ line: 3, column: 18 });
    expect(body.detail).toBe(body.error.message);
  });

  it('is refused when it is larger than a quarter of a megabyte', async () => {
    const { status, body } = await patch(JSON.stringify({ '/main/caption': 'x'.repeat(300_000) }));
    expect([status, body.error.code, body.error.details.limitBytes]).toEqual([
      413,
      'E_HTTP_TOO_LARGE',
      262_144,
    ]);
  });

  it('is refused when it holds so many values that checking them would hold up the show', async () => {
    for (const list of [Array.from({ length: 20_000 }, () => 1), Array.from({ length: 20_000 }, () => [])]) {
      const { status, body } = await patch(JSON.stringify({ '/main/points': list }));
      expect([status, body.error.code, body.error.details.limitValues]).toEqual([
        413,
        'E_HTTP_TOO_LARGE',
        5_000,
      ]);
    }
  });

  it('is refused when it is nested to exhaust the stack', async () => {
    const deep = `{"/main/points": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { status, body } = await patch(deep);
    expect([status, body.error.code]).toEqual([400, 'E_HTTP_BODY']);
  });

  it('may hold any number of brackets, commas and quotes inside a text', async () => {
    const caption = '[{,"\\\\'.repeat(3000);
    const { status, body } = await patch(JSON.stringify({ '/main/caption': caption }));
    expect([status, body.applied[0].value]).toEqual([200, caption]);
  });

  it('is refused when it is not sent as JSON', async () => {
    const { status, body } = await patch('{}', { 'content-type': 'text/plain' });
    expect([status, body.error.code]).toEqual([415, 'E_HTTP_MEDIA_TYPE']);
  });

  it('is refused when it is missing, a list, or names too many addresses', async () => {
    for (const payload of [
      '',
      '[]',
      '3',
      JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`/a/${i}`, 1]))),
    ]) {
      const { status, body } = await patch(payload);
      expect([status, body.error.code]).toEqual([400, 'E_HTTP_INVALID']);
    }
  });

  it('never reaches a prototype', async () => {
    const { body } = await patch('{"__proto__": {"polluted": 1}, "/main/strength": 0.3}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(body.applied).toEqual([{ address: '/main/strength', value: 0.3 }]);
  });

  it('changes nothing', async () => {
    const before = deps.show.parameter('/main/strength')?.value;
    await patch('{"/main/strength": 0.1');
    await patch('{"/main/strength": 0.1}', { 'content-type': 'text/plain' });
    expect(before).not.toBe(0.1);
    expect(deps.show.parameter('/main/strength')?.value).toBe(before);
  });
});

describe('who may ask', () => {
  it.each(['localhost', 'localhost:8000', '127.0.0.1:9999', '[::1]:8000', 'LOCALHOST:1', 'stage-pc:8000'])(
    'Host %s may',
    async (host) => {
      const authorization = `Bearer ${theToken}`;
      expect((await get('/api/v1/graph', { host, authorization })).status).toBe(200);
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8000',
    'localhost@evil.example',
    '[::1].evil',
    '192.168.1.5:8000',
  ])('Host %s may not, not even see the page', async (host) => {
    for (const url of ['/api/v1/graph', '/', '/health', '/nothing']) {
      const { status, body } = await get(url, { host });
      expect([status, JSON.parse(body).error.code]).toEqual([403, 'E_HTTP_HOST']);
    }
  });

  it.each(['http://localhost:8000', 'http://127.0.0.1:5173', 'https://[::1]:1', 'http://stage-pc:8000'])(
    'a page of %s may',
    async (origin) => {
      const { status, headers } = await get('/api/v1/graph', { origin });
      expect([status, headers['access-control-allow-origin']]).toEqual([200, origin]);
    },
  );

  it.each([
    'null',
    'https://evil.example',
    'http://localhost.evil.example',
    'file://',
    'http://localhost:8000@evil.example',
  ])('a page of %s may not', async (origin) => {
    const { status, headers, body } = await get('/api/v1/graph', { origin });
    expect([status, JSON.parse(body).error.code]).toEqual([403, 'E_HTTP_ORIGIN']);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it("answers a browser's question before it sends JSON from another port of this machine", async () => {
    const headers = { origin: 'http://localhost:5173', 'access-control-request-method': 'PATCH' };
    const response = await server.fastify.inject({ method: 'OPTIONS', url: '/api/v1/parameters', headers });
    expect(response.statusCode).toBe(204);
    expect(response.headers['access-control-allow-methods']).toContain('PATCH');
  });
});

describe('a place that is not there', () => {
  it('answers 404 as JSON, under /api and beside the page', async () => {
    for (const url of [
      '/api/v1/nothing',
      '/api/nothing',
      '/nothing.js',
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
    ]) {
      const { status, body } = await get(url);
      expect([url, status, JSON.parse(body).error.code]).toEqual([url, 404, 'E_HTTP_NOT_FOUND']);
    }
  });

  it('says which methods a path takes', async () => {
    const response = await server.fastify.inject({ method: 'DELETE', url: '/api/v1/nodes/main' });
    expect([response.statusCode, response.json().error.code]).toEqual([405, 'E_HTTP_METHOD']);
    expect(response.headers.allow).toContain('GET');
  });

  it('says that a WebSocket is one', async () => {
    for (const url of ['/api/v1/ws', '/api/v1/preview']) {
      const { status, body } = await get(url);
      expect([status, JSON.parse(body).error.code]).toEqual([426, 'E_HTTP_UPGRADE']);
    }
  });
});

describe('on a real socket', () => {
  it('names the flag when the port is taken', async () => {
    const other = await createServer(house(panelDir));
    await expect(other.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'E_PORT_TAKEN',
      message: expect.stringContaining('--port'),
      details: { flag: '--port', port },
    });
    await expect(other.listen({ host: '203.0.113.7', port: 0 })).rejects.toMatchObject({
      code: 'E_OPTION_INVALID',
      details: { flag: '--host' },
    });
    await other.close();
  });

  it('answers what is no HTTP and what is no path in the same shape', async () => {
    const raw = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('NOT HTTP AT ALL\r\n\r\n'));
      socket
        .on('data', (data) => (text += data.toString()))
        .on('close', () => resolve(text))
        .on('error', reject);
    });
    expect(raw).toMatch(/^HTTP\/1.1 400/);
    expect(JSON.parse(raw.split('\r\n\r\n')[1] ?? '').error.code).toBe('E_HTTP_INVALID');
    const escaped = await new Promise<string>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '/api/%zz' }, (answer) => {
        let text = '';
        answer.on('data', (data: Buffer) => (text += data.toString())).on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    expect(JSON.parse(escaped).error.code).toBe('E_HTTP_INVALID');
  });
});
