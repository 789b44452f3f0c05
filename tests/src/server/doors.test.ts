import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeToken } from '../../../src/server/access/access-files.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { Client } from './client.ts';
import { house, theToken, type House } from './doubles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

// `stage-pc` is a configured name: who asks for it comes from beyond this machine as far as the doors can tell.
const host = 'stage-pc:8000';
const bearer = { host, authorization: `Bearer ${theToken}` };
let panelDir: string;
let deps: House;
let server: Server;

beforeEach(async () => {
  panelDir = tempFolder('panel');
  writeFileSync(join(panelDir, 'index.html'), '<!doctype html><title>Reverie</title>');
  writeFileSync(join(panelDir, 'main.js'), 'export {};');
  deps = house(panelDir);
  server = await createServer(deps);
});

afterEach(async () => {
  await server.close();
});

type Headers = Record<string, string>;
const get = (url: string, headers: Headers) => server.fastify.inject({ method: 'GET', url, headers });
const signIn = (token: string, headers: Headers = { host }) =>
  server.fastify.inject({ method: 'POST', url: '/sign-in', headers, payload: { token } });

async function cookieHeader(): Promise<string> {
  const answer = await signIn(theToken);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

it('asks for a token on every route and file, and says how to give it', async () => {
  const document = (await get('/openapi.json', bearer)).json<{ paths: Record<string, object> }>();
  const urls = Object.entries(document.paths)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) => path.replace('{id}', 'main'));
  expect(urls.length).toBeGreaterThan(10);
  for (const url of [...urls, '/openapi.json', '/', '/main.js', '/nothing', '/api/v1/nothing']) {
    const answer = await get(url, { host });
    expect([url, answer.statusCode, answer.json().error.code]).toEqual([url, 401, 'E_AUTH_REQUIRED']);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.body).toContain('reverie token');
  }
});

it('asks nothing of who sits at the machine itself', async () => {
  for (const url of ['/', '/health', '/api/v1/status', '/openapi.json'])
    expect((await get(url, { host: 'localhost:8000' })).statusCode).toBe(200);
});

it('lets the right token in and turns a wrong one away', async () => {
  expect((await get('/api/v1/status', bearer)).statusCode).toBe(200);
  const wrong = await get('/api/v1/status', { host, authorization: `Bearer ${theToken}x` });
  expect([wrong.statusCode, wrong.json().error.code]).toEqual([401, 'E_AUTH_TOKEN']);
});

it('takes a person with a browser to the sign-in page, which shows nothing of the show', async () => {
  const answer = await get('/', { host, accept: 'text/html,*/*' });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in']);
  for (const url of ['/sign-in', '/sign-in.js', '/sign-in.css'])
    expect((await get(url, { host })).statusCode).toBe(200);
  expect((await get('/api/v1/status', { host, accept: 'text/html' })).statusCode).toBe(401);
});

it('leads back from the sign-in to the page that was asked for', async () => {
  const answer = await get('/obs/dock?x=1', { host, accept: 'text/html' });
  expect(answer.headers.location).toBe('/sign-in?to=%2Fobs%2Fdock%3Fx%3D1');
});

it('hands the page of the output to whoever asks, since it lets itself in, and nothing beside it', async () => {
  // The double's folder has no built pages: what is not turned away is looked for there.
  for (const url of ['/obs/output', '/obs/output.js', '/obs/output.css'])
    expect((await get(url, { host })).statusCode).not.toBe(401);
  for (const url of ['/obs/output.html', '/obs/dock', '/obs/dock.html'])
    expect((await get(url, { host })).statusCode).toBe(401);
});

it('trades the token for a cookie that scripts and other sites cannot use', async () => {
  const answer = await signIn(theToken);
  expect(answer.statusCode).toBe(204);
  const cookie = String(answer.headers['set-cookie']);
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
  expect(cookie).not.toContain(theToken);
  expect((await get('/', { host, cookie: await cookieHeader() })).statusCode).toBe(200);
});

it('ends a sign-in when asked to', async () => {
  const cookie = await cookieHeader();
  const out = await server.fastify.inject({ method: 'POST', url: '/sign-out', headers: { host, cookie } });
  expect([out.statusCode, String(out.headers['set-cookie'])]).toEqual([
    204,
    expect.stringContaining('Max-Age=0'),
  ]);
  expect((await get('/api/v1/status', { host, cookie })).statusCode).toBe(401);
});

it('slows a guesser down, while those who are in stay in', async () => {
  const cookie = await cookieHeader();
  const codes: number[] = [];
  for (let n = 0; n < 12; n++) codes.push((await signIn(`guess-${n}`)).statusCode);
  expect(codes).toEqual([...Array<number>(10).fill(401), 429, 429]);
  const right = await signIn(theToken);
  expect([right.statusCode, right.json().error.code]).toEqual([429, 'E_AUTH_TOO_MANY']);
  expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
  const guess = await get('/api/v1/status', { host, authorization: 'Bearer guess' });
  expect(guess.statusCode).toBe(429);
  expect((await get('/api/v1/status', { host, cookie })).statusCode).toBe(200);
  expect((await get('/api/v1/status', bearer)).statusCode).toBe(200);
});

it.each([[{}], [{ token: '' }], [{ token: 'x'.repeat(300) }], [{ token: 5 }], [{ token: 'x', more: 1 }]])(
  'refuses %j as a sign-in',
  async (payload) => {
    const answer = await server.fastify.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { host },
      payload,
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'E_HTTP_INVALID']);
  },
);

it('opens a WebSocket with a token or a cookie, not without, and ends it when there is a new token', async () => {
  const base = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  const url = `${base}/api/v1/ws`;
  const stranger = new Client(url, { host });
  expect((await stranger.closed).code).toBe(1006);
  const local = new Client(url);
  await local.hear(({ type }) => type === 'hello');
  const signedIn = [new Client(url, bearer), new Client(url, { host, cookie: await cookieHeader() })];
  for (const client of signedIn) await client.hear(({ type }) => type === 'hello');
  await writeToken(join(panelDir, 'home'), 'another-token', 1);
  await deps.access.reload();
  for (const client of signedIn)
    expect(await client.closed).toEqual({ code: 1008, reason: 'There is a new token' });
  local.say({ type: 'hello', id: 'still here' });
  await local.hear(({ id }) => id === 'still here');
  local.socket.terminate();
});

it('gives who is in a link for one more device, which opens once', async () => {
  const made = await server.fastify.inject({
    method: 'POST',
    url: '/api/v1/access/invitations',
    headers: bearer,
  });
  expect(made.statusCode).toBe(201);
  const [link = ''] = made.json<{ links: string[] }>().links;
  const [, token = ''] = /^http:\/\/192\.168\.1\.5:8000\/#token=(\S+)$/.exec(link) ?? [];
  expect((await signIn(token)).statusCode).toBe(204);
  expect((await signIn(token)).statusCode).toBe(401);
});

it('says how a request came in and where others reach the daemon', async () => {
  const as = async (headers: Headers) => (await get('/api/v1/access', headers)).json();
  expect(await as({ host: 'localhost' })).toEqual({
    as: 'this machine',
    addresses: ['http://192.168.1.5:8000'],
  });
  expect(await as(bearer)).toMatchObject({ as: 'token' });
  expect(await as({ host, cookie: await cookieHeader() })).toMatchObject({ as: 'sign-in' });
});

it('makes no link where nobody could follow it', async () => {
  await server.close();
  server = await createServer({ ...deps, addresses: () => [] });
  const answer = await server.fastify.inject({ method: 'POST', url: '/api/v1/access/invitations' });
  expect([answer.statusCode, answer.json().error.code]).toEqual([409, 'E_AUTH_LOCAL_ONLY']);
});

it('answers under its own addresses once it listens wider, to its own pages alone', async () => {
  await server.close();
  server = await createServer({ ...deps, wide: true });
  const own = { host: '192.168.1.5:8000', authorization: `Bearer ${theToken}` };
  expect((await get('/api/v1/status', own)).statusCode).toBe(200);
  expect((await get('/api/v1/status', { ...own, origin: 'http://192.168.1.5:8000' })).statusCode).toBe(200);
  for (const origin of ['http://192.168.1.5:9000', 'http://192.168.1.6:8000', 'http://6.6.6.6'])
    expect((await get('/api/v1/status', { ...own, origin })).json().error.code).toBe('E_HTTP_ORIGIN');
  expect((await get('/api/v1/status', { host: 'evil.example' })).json().error.code).toBe('E_HTTP_HOST');
});

it('shows the panel under a policy that lets in nothing from elsewhere', async () => {
  const { headers } = await get('/', { host: 'localhost' });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("img-src 'self' blob: data:");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(headers['referrer-policy']).toBe('no-referrer');
});
