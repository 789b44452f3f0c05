import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAddress, shownAddress } from '../../../adapters/stream/address.ts';
import { Patience } from '../../../adapters/stream/patience.ts';
import { placeOf, type StreamOptions } from '../../../adapters/stream/place.ts';
import { ReverieError } from '../../../src/contract/error.ts';
import { privateHosts } from '../../../src/contract/host-reach.ts';

const codeOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof ReverieError ? error.code : String(error);
  }
};

describe('the address of a stream', () => {
  test('is read in its parts, with the secrets as they are meant', () => {
    expect(
      readAddress('srt://[fd00::7]:9000?mode=caller&passphrase=a%26b%3Dc&streamid=#!::r=live'),
    ).toMatchObject({
      scheme: 'srt',
      host: 'fd00::7',
      port: 9000,
      listens: false,
      query: new Map([
        ['passphrase', 'a&b=c'],
        ['streamid', '#!::r=live'],
      ]),
    });
    expect(readAddress('RTSP://me:secret@camera.local/live/1?token=7')).toMatchObject({
      scheme: 'rtsp',
      login: 'me:secret',
      host: 'camera.local',
      port: 554,
      path: '/live/1',
      query: new Map([['token', '7']]),
    });
  });

  test.each([
    ['srt://:9000?mode=listener', true],
    ['srt://:9000', true],
    ['srt://127.0.0.1:9000', false],
    ['srt://127.0.0.1:9000?mode=listener', true],
    ['rtmp://127.0.0.1/live/key?listen', true],
    ['rtmp://127.0.0.1/live/key?listen=0', false],
    ['rtmp://127.0.0.1/live/key', false],
    ['rtsp://127.0.0.1/live?mode=listener', true],
    ['udp://@239.1.1.1:5000', true],
    ['http://127.0.0.1/live?listen', false],
  ])('says who waits for whom: %s', (url, listens) => {
    expect(readAddress(url).listens).toBe(listens);
  });

  test.each([
    '',
    'ftp://host/a',
    'file:///etc/passwd',
    'concat:a|b',
    'srt://127.0.0.1',
    'srt://127.0.0.1:0',
    'srt://127.0.0.1:70000',
    'srt://127.0.0.1:9000?mode=rendezvous',
    'srt://127.0.0.1:9000?transtype=file',
    'srt://127.0.0.1:9000?passphrase=%zz',
    'rtsp:///live',
    'rtmps://host/live?listen',
    'udp://127.0.0.1:5000?localaddr=0.0.0.0',
  ])('is refused where it makes no sense, or opens what it should not: "%s"', (url) => {
    expect(codeOf(() => readAddress(url))).toBe('E_STREAM_URL');
  });

  test('of any text is read or refused in words, and never shows a secret', () => {
    const rest = fc
      .tuple(fc.constantFrom('srt', 'rtsp', 'rtmp', 'udp', 'http'), fc.string())
      .map((parts) => parts.join('://'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), rest), (text) => {
        expect([null, 'E_STREAM_URL']).toContain(codeOf(() => readAddress(text)));
        expect(codeOf(() => shownAddress(text))).toBeNull();
      }),
    );
    const shown = [
      'rtsp://me:hush@host/live?token=hush',
      'rtmp://host/live/hush?x=hush',
      'srt://host:9000?passphrase=hush&streamid=hush&latency=5',
    ].map(shownAddress);
    expect(shown).toEqual([
      'rtsp://me:…@host/live?token=…',
      'rtmp://host/live/…?x=…',
      'srt://host:9000?passphrase=…&streamid=…&latency=5',
    ]);
  });
});

describe('what FFmpeg is told to open', () => {
  const options: StreamOptions = {
    transport: 'tcp',
    allowed: privateHosts([]),
    trust: null,
    patienceMs: 1700,
    proxy: () => Promise.resolve('http://127.0.0.1:1'),
    door: () => Promise.resolve(40_000),
  };
  const names: Record<string, string[]> = {
    'camera.local': ['127.0.0.1'],
    'inside.example': ['8.8.8.8', '10.0.0.7'],
  };
  const resolve = (host: string): Promise<string[]> =>
    names[host] === undefined ? Promise.reject(new Error('unknown')) : Promise.resolve(names[host]);

  test('is the address that was looked at, not the name, which may lead elsewhere the next time', async () => {
    const { url, name } = await placeOf('rtsp://camera.local/live', options, resolve);
    expect(url).toBe('rtsp://127.0.0.1:554/live');
    expect(name).toBe('rtsp://camera.local/live');
  });

  test('is nothing where one of the addresses of a name is private, or the name is unknown', async () => {
    await expect(placeOf('srt://inside.example:9000', options, resolve)).rejects.toMatchObject({
      code: 'E_HOST_PRIVATE',
    });
    await expect(placeOf('srt://nowhere.example:9000', options, resolve)).rejects.toMatchObject({
      code: 'E_SOURCE_ABSENT',
    });
  });

  test('without a host is this machine alone; every network has to be allowed', async () => {
    expect((await placeOf('srt://:9000', options)).url).toBe('srt://127.0.0.1:9000');
    await expect(placeOf('srt://0.0.0.0:9000', options)).rejects.toMatchObject({ code: 'E_HOST_PRIVATE' });
    const all = { ...options, allowed: privateHosts(['all']) };
    expect((await placeOf('srt://0.0.0.0:9000', all)).url).toBe('srt://0.0.0.0:9000');
  });

  test.each([
    'srt://:9000',
    'udp://127.0.0.1:1234',
    'rtmp://127.0.0.1/a/b',
    'rtsp://127.0.0.1/a',
    'http://127.0.0.1/a',
  ])('may lead to no file and no other protocol: %s', async (url) => {
    const { options: told } = await placeOf(url, options);
    const protocols = (told['protocol_whitelist'] ?? '').split(',');
    expect(protocols).not.toContain('file');
    expect(protocols.length).toBeGreaterThan(0);
    expect(protocols).not.toContain('');
  });
});

test('a server that does not answer is told so soon, and given longer each time until it does', () => {
  const patience = new Patience();
  const first = patience.next('rtsp://a');
  expect(first).toBeLessThan(2000);
  expect(patience.next('rtsp://a')).toBeGreaterThan(first);
  for (let n = 0; n < 5; n += 1) expect(patience.next('rtsp://a')).toBeLessThanOrEqual(5000);
  expect(patience.next('rtsp://b')).toBe(first);
  patience.next('rtsp://b');
  patience.reset();
  expect(patience.next('rtsp://b')).toBe(first);
});
