import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GuardedProxy } from '../../../adapters/stream/guarded-proxy.ts';
import { privateHosts } from '../../../src/contract/host-reach.ts';

let server: Server;
let proxy: GuardedProxy;
let port: number;
let seen: string[];
beforeEach(async () => {
  seen = [];
  server = createServer((asked, answer) => {
    seen.push(`${asked.method} ${asked.url} ${asked.headers['proxy-authorization'] ?? ''}`);
    answer.end('pictures');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  proxy = await GuardedProxy.open(privateHosts([]));
});
afterEach(() => {
  proxy.close();
  server.close();
});

async function fetched(url: string): Promise<[number | undefined, string]> {
  const asked = request(proxy.url, {
    path: url,
    headers: { 'proxy-authorization': 'x' },
    agent: false,
  }).end();
  const [answer] = await once(asked, 'response');
  let text = '';
  for await (const piece of answer) text += String(piece);
  return [answer.statusCode, text];
}

/** The first line with which a tunnel is answered. */
async function tunnel(place: string): Promise<string> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`);
  const [line] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return String(line).split('\r\n')[0] ?? '';
}

test('what is on this machine is fetched, without the words that were for the proxy', async () => {
  expect(await fetched(`http://127.0.0.1:${port}/live?a=1`)).toEqual([200, 'pictures']);
  expect(seen).toEqual(['GET /live?a=1 ']);
  expect(await tunnel(`127.0.0.1:${port}`)).toContain('200');
  expect(proxy.refusal).toBeNull();
});

test.each(['10.0.0.1', '169.254.169.254', '[::ffff:192.168.0.1]', '0.0.0.0', '2130706433.', '0xa9fea9fe'])(
  'a private host is refused however it is written, plain and by tunnel: %s',
  async (host) => {
    const before = seen.length;
    const [status] = await fetched(`http://${host}:${port}/secret`);
    const line = await tunnel(`${host}:${port}`);
    // A number that stands for loopback is loopback.
    if (host.startsWith('2130706433')) return expect([status, seen.length - before]).toEqual([200, 1]);
    expect(status).toBe(403);
    expect(line).toContain('403');
    expect(seen).toHaveLength(before);
    expect(proxy.refusal?.code).toBe('E_HOST_PRIVATE');
  },
);

test('a request that makes no sense harms nobody', async () => {
  expect([400, 403]).toContain((await fetched('nonsense'))[0]);
  expect(await tunnel('nonsense')).toMatch(/400|403|502/);
  expect(await fetched(`http://127.0.0.1:${port}/`)).toEqual([200, 'pictures']);
});
