import { expect, test } from 'vitest';
import { bearerOf, cookieOf, isFromThisMachine } from '../../../../src/server/access/standing.ts';

test.each([
  ['127.0.0.1', 'localhost:8000'],
  ['127.0.0.1', '127.0.0.1:8000'],
  ['::1', '[::1]:8000'],
  ['::ffff:127.0.0.1', 'localhost'],
])('%s asking for %s is this machine', (address, host) => {
  expect(isFromThisMachine({ address, httpVersion: '1.1', headers: { host } })).toBe(true);
});

test.each([
  ['a neighbour', '192.168.1.9', { host: '192.168.1.5:8000' }],
  ['a neighbour who claims to be us', '192.168.1.9', { host: 'localhost:8000' }],
  ['a proxy here that passes the name on', '127.0.0.1', { host: 'show.example' }],
  ['a proxy here that names its client', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '8.8.8.8' }],
  ['a proxy here that follows the standard', '127.0.0.1', { host: 'localhost', forwarded: 'for=8.8.8.8' }],
  ['a tunnel', '127.0.0.1', { host: 'localhost', 'cf-connecting-ip': '8.8.8.8' }],
  ['a proxy here that ends TLS', '127.0.0.1', { host: 'localhost', 'x-forwarded-proto': 'https' }],
  ['a proxy here that says who it is', '127.0.0.1', { host: 'localhost', 'x-forwarded-server': 'edge' }],
  ['a load balancer', '127.0.0.1', { host: 'localhost', 'true-client-ip': '8.8.8.8' }],
  ['a connection that is gone', undefined, { host: 'localhost' }],
  ['an address that only looks local', '::ffff:1270:1', { host: 'localhost' }],
])('%s is not this machine', (_who, address, headers) => {
  expect(isFromThisMachine({ address, httpVersion: '1.1', headers })).toBe(false);
});

test('an nginx here that says nothing at all is told by its HTTP/1.0', () => {
  const headers = { host: 'localhost:8000' };
  expect(isFromThisMachine({ address: '127.0.0.1', httpVersion: '1.0', headers })).toBe(false);
});

test('a token is read from its header, a sign-in from its cookie', () => {
  expect(bearerOf({ authorization: 'Bearer abc-_1' })).toBe('abc-_1');
  expect(bearerOf({ authorization: 'bearer abc' })).toBe('abc');
  expect(bearerOf({ authorization: 'Basic abc' })).toBeNull();
  expect(bearerOf({ authorization: `Bearer ${'x'.repeat(1000)}` })).toBeNull();
  expect(bearerOf({})).toBeNull();
  expect(cookieOf({ cookie: 'a=1; reverie-x=secret; b=2' }, 'reverie-x')).toBe('secret');
  expect(cookieOf({ cookie: 'not-reverie-x=secret' }, 'reverie-x')).toBeNull();
  expect(cookieOf({}, 'reverie-x')).toBeNull();
});
