import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeAdapter, defineAdapter } from '../../../src/contract/adapter.ts';
import { endpointUrl, readEndpoint } from '../../../src/contract/endpoint.ts';

const adapter = (id: string, locator: string | null, schemes: readonly string[] = []) =>
  describeAdapter(
    defineAdapter({
      id,
      name: id,
      description: id,
      roles: ['source'],
      runner: 'own',
      locator,
      schemes,
      config: z.object({}),
      load: () => Promise.reject(new Error('not run')),
    }),
  );
const adapters = [
  adapter('pattern', null),
  adapter('file', 'path'),
  adapter('stream', 'url', ['srt', 'rtsp']),
];

test.each([
  ['pattern', { adapter: 'pattern', config: {} }],
  ['file:clips/a:b.mp4', { adapter: 'file', config: { path: 'clips/a:b.mp4' } }],
  [
    'srt://127.0.0.1:9000?mode=caller',
    { adapter: 'stream', config: { url: 'srt://127.0.0.1:9000?mode=caller' } },
  ],
])('%s names an endpoint, and the endpoint names it', (url, place) => {
  expect(readEndpoint(url, adapters)).toEqual(place);
  expect(endpointUrl(place, adapters)).toBe(url);
});

test.each([
  ['nothing:here', 'there is no adapter "nothing"'],
  ['pattern:bars', 'adapter "pattern" takes nothing after the colon'],
])('%s is refused, and says why', (url, why) => {
  expect(() => readEndpoint(url, adapters)).toThrow(why);
});

test('an endpoint without its place is its adapter', () => {
  expect(endpointUrl({ adapter: 'file', config: {} }, adapters)).toBe('file');
  expect(endpointUrl({ adapter: 'gone', config: { path: 'x' } }, adapters)).toBe('gone');
});
