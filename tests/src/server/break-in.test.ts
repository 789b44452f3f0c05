import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/server/app.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { Client } from './client.ts';
import { house, quiet, theToken, type House } from './doubles.ts';

// Ways in that strangers try. `stage-pc` is a configured name: who asks for it counts as one from beyond this machine.
const host = 'stage-pc:8000';
const bearer = { authorization: `Bearer ${theToken}` };
let deps: House;
let server: Server;
let port: number;

// One server for all: what is refused must leave nothing behind that the next one meets. Guessers come from addresses of their own.
beforeAll(async () => {
  const folder = tempFolder('break-in');
  const panelDir = join(folder, 'panel');
  mkdirSync(join(panelDir, 'assets'), { recursive: true });
  writeFileSync(join(panelDir, 'index.html'), '<!doctype html><title>Reverie</title>');
  writeFileSync(join(panelDir, 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'the secret');
  deps = house(panelDir);
  server = await createServer(deps);
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.fastify.server.address() as AddressInfo).port;
});
afterAll(() => server.close());

type Headers = Record<string, string>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const ask = (method: Method, url: string, headers: Headers = {}, remoteAddress = '127.0.0.1') =>
  server.fastify.inject({ method, url, headers: { host, ...headers }, remoteAddress });

/** The answer to these very bytes. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((done, fail) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('close', () => done(answer)).on('error', fail);
  });
}

describe('without the token', () => {
  it('no method of any route does anything', async () => {
    const document = (await ask('GET', '/openapi.json', bearer)).json<{ paths: Record<string, object> }>();
    const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
    const routes = Object.entries(document.paths).flatMap(([path, there]) =>
      methods
        .filter((method) => method.toLowerCase() in there && path !== '/sign-in')
        .map((method) => [method, path.replaceAll(/\{\w+\}/g, 'main')] as const),
    );
    expect(routes.length).toBeGreaterThan(25);
    for (const [method, url] of routes) {
      const answer = await ask(method, url);
      expect([method, url, answer.statusCode]).toEqual([method, url, 401]);
    }
  });

  it.each([
    ['the address', `/api/v1/status?token=${theToken}`, {}],
    ['the address, as OAuth has it', `/api/v1/status?access_token=${theToken}`, {}],
    ['a header of its own', '/api/v1/status', { 'x-token': theToken, token: theToken }],
    ['a password', '/api/v1/status', { authorization: `Basic ${btoa(`reverie:${theToken}`)}` }],
    ['a bare header', '/api/v1/status', { authorization: theToken }],
    ['a proxy’s header', '/api/v1/status', { 'proxy-authorization': `Bearer ${theToken}` }],
    ['the protocol of a WebSocket', '/api/v1/ws', { 'sec-websocket-protocol': `bearer, ${theToken}` }],
  ])('it opens nothing in %s', async (_where, url, headers) => {
    expect((await ask('GET', url, headers as Headers)).statusCode).toBe(401);
  });

  it('it opens nothing as a cookie, whatever that is called', async () => {
    for (const name of [deps.access.cookieName, 'reverie', 'token', '__Host-reverie'])
      expect((await ask('GET', '/api/v1/status', { cookie: `${name}=${theToken}` })).statusCode).toBe(401);
  });

  it('an invitation is no token: it signs in, and opens nothing by itself', async () => {
    const { secret } = deps.access.invite();
    const authorization = `Bearer ${secret}`;
    expect((await ask('GET', '/api/v1/status', { authorization })).statusCode).toBe(401);
  });

  it('no WebSocket opens, whichever it is and whatever its address says', async () => {
    const base = `ws://127.0.0.1:${port}/api/v1`;
    for (const url of [`${base}/ws`, `${base}/ws?token=${theToken}`, `${base}/preview`])
      expect((await new Client(url, { host }).closed).code).toBe(1006);
    // Neither does one of a foreign page, though it brings a cookie that is right.
    const cookie = `${deps.access.cookieName}=${await deps.access.signIn(theToken)}`;
    const origin = 'https://evil.example';
    expect((await new Client(`${base}/ws`, { host, cookie, origin }).closed).code).toBe(1006);
    const own = new Client(`${base}/ws`, { host, cookie, origin: `http://${host}` });
    await own.hear(({ type }) => type === 'hello');
    own.socket.terminate();
  });
});

describe('a guesser', () => {
  const guess = (remoteAddress: string, headers: Headers = {}) =>
    ask('GET', '/api/v1/status', { authorization: 'Bearer guess', ...headers }, remoteAddress);

  it('is held back by the address of its connection, and no header makes another one of it', async () => {
    for (let n = 0; n < 10; n++)
      await guess('192.168.1.9', { 'x-forwarded-for': `10.0.0.${n}`, 'x-real-ip': `10.0.0.${n}` });
    const late = await guess('192.168.1.9', { forwarded: 'for=10.9.9.9' });
    expect([late.statusCode, late.json().error.code]).toEqual([429, 'E_AUTH_TOO_MANY']);
    expect((await guess('192.168.1.10')).statusCode).toBe(401);
  });

  it('is held back at the sign-in too, by the same count', async () => {
    for (let n = 0; n < 10; n++) await guess('192.168.2.9');
    const signIn = (remoteAddress: string) =>
      server.fastify.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { host },
        payload: { token: theToken },
        remoteAddress,
      });
    expect((await signIn('192.168.2.9')).statusCode).toBe(429);
    expect((await signIn('192.168.2.10')).statusCode).toBe(204);
  });
});

describe('a name that is not ours', () => {
  it.each([
    'localhost.',
    'localhost.:8000',
    'stage-pc.',
    'stage-pc.evil.example',
    'evil-stage-pc',
    'stage-pc:8000:8000',
    'stage-pc:',
    'stage-pc:8000/',
    'stage-pc\\@evil.example',
    'localhost:8000@evil.example',
    '127.0.0.1.nip.io',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0.0.0.0',
    '::1',
    '[::1]:',
    '[::1].evil.example',
    '[::ffff:127.0.0.1]:8000',
    '[0:0:0:0:0:0:0:1]',
    '[fe80::1%25eth0]',
  ])('(%s) is refused, token or not', async (name) => {
    const answer = await server.fastify.inject({ url: '/', headers: { ...bearer, host: name } });
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'E_HTTP_HOST']);
  });

  it('that is an address is one of ours on a wide listener, and never this machine itself', async () => {
    const wide = await createServer({ ...deps, wide: true });
    const answerTo = async (url: string, headers: Headers): Promise<number> =>
      (await wide.fastify.inject({ url, headers })).statusCode;
    for (const name of ['[::ffff:127.0.0.1]:8000', '[0:0:0:0:0:0:0:1]', '127.0.0.2:8000', '0.0.0.0:8000'])
      expect(await answerTo('/api/v1/status', { host: name })).toBe(401);
    for (const name of ['localhost.', '127.1', '2130706433', '[::1%25lo]', 'stage-pc.'])
      expect(await answerTo('/', { ...bearer, host: name })).toBe(403);
    await wide.close();
  });

  it('does not get in as a second Host, in the request line, or without one', async () => {
    const answers = await Promise.all([
      raw(port, 'GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n'),
      raw(port, 'GET http://evil.example/api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      raw(port, 'GET /api/v1/status HTTP/1.1\r\n\r\n'),
      raw(port, 'GET /api/v1/status HTTP/1.0\r\n\r\n'),
      raw(port, 'GET /api/v1/status HTTP/1.0\r\nHost: localhost\r\n\r\n'),
    ]);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    const usual = 'GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect(await raw(port, usual)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    'http://localhost.:8000',
    'http://stage-pc.evil.example',
    'http://stage-pc.:8000',
    'http://stage-pc:8000/',
    'http://localhost:8000,http://evil.example',
    'ws://localhost:8000',
    'chrome-extension://abcdef',
    'http://127.0.0.1.nip.io',
    'http://[::ffff:127.0.0.1]',
    '',
  ])('as the origin of a page (%s) is refused', async (origin) => {
    const answer = await server.fastify.inject({ url: '/api/v1/status', headers: { origin } });
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'E_HTTP_ORIGIN']);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('gets no leave for cookies of ours, whichever page asks', async () => {
    const headers = { origin: 'http://localhost:5173', 'access-control-request-method': 'PATCH' };
    const asked = await server.fastify.inject({ method: 'OPTIONS', url: '/api/v1/parameters', headers });
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined();
  });
});

describe('files beside the panel', () => {
  const paths = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/.%2e/secret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..;/..;/secret.txt',
    '/%252e%252e%252fsecret.txt',
    '//secret.txt',
    '/./../secret.txt',
    '/index.html/../../secret.txt',
    '/secret.txt%00.js',
    '/file:///etc/passwd',
    '//etc/passwd',
  ];
  it.each(paths)('are not to be had as %s', async (path) => {
    const body = await new Promise<string>((done, fail) => {
      let text = '';
      const asked = request({ port, host: '127.0.0.1', path }, (answer) => {
        answer.on('data', (data: Buffer) => (text += data.toString()));
        answer.on('end', () => done(`${answer.statusCode} ${text}`));
      });
      asked.on('error', fail).end();
    });
    expect(body).toMatch(/^4\d\d /);
    expect(body).not.toContain('the secret');
    expect(body).not.toContain('root:');
  });

  it('are not listed, and folders are no files', async () => {
    for (const path of ['/assets', '/assets/']) {
      const answer = await server.fastify.inject(path);
      expect([path, answer.statusCode]).toEqual([path, 404]);
    }
  });
});

describe('who dribbles a body', () => {
  const dribbling = async (path: string, everyMs: number): Promise<string> => {
    const app = createApp(quiet, 800);
    app.post('/body', async () => 'done');
    app.post('/upload', { config: { upload: true } }, async (asked) => {
      for await (const _piece of asked.raw) continue;
      return 'done';
    });
    app.addContentTypeParser('text/plain', (_asked, _body, done) => done(null));
    app.addHook('preHandler', async (asked) => {
      if (asked.url === '/body') for await (const _piece of asked.raw) continue;
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    try {
      return await new Promise((resolve) => {
        const asking = request(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'text/plain', 'content-length': 10 },
        });
        let sent = 0;
        const timer = setInterval(() => {
          asking.write('x');
          if ((sent += 1) === 10) clearInterval(timer);
        }, everyMs);
        const end = (words: string): void => {
          clearInterval(timer);
          resolve(words);
        };
        asking.on('response', (answer) => end(String(answer.statusCode)));
        asking.on('error', () => end('cut off'));
      });
    } finally {
      await app.close();
    }
  };

  it('does not hold a connection for ever', async () => {
    expect(await dribbling('/body', 120)).toMatch(/^(400|cut off)$/);
  });

  it('may take any time for an upload, as long as it goes on', async () => {
    expect(await dribbling('/upload', 120)).toBe('200');
    expect(await dribbling('/upload', 1600)).toMatch(/^(400|cut off)$/);
  });
});
