import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import { describeWithPeer } from '../support/peers.ts';
import { StreamStudio } from '../support/stream-studio.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { certificateOf, frontOf, type Certificate } from '../support/tls-front.ts';

// Servers by TLS: one that an authority vouches for that the daemon was told of, one of another name, and one nobody knows.
const red = [255, 0, 0] as const;

describeWithPeer('openssl', 'a source by TLS', (openssl) => {
  let studio: StreamStudio;
  let known: Certificate;
  let ofAnother: Certificate;
  let strange: Certificate;
  beforeAll(async () => {
    studio = await StreamStudio.open([], async (namespace) => {
      known = await certificateOf('localhost', namespace, openssl);
      ofAnother = await certificateOf('other.example', namespace, openssl);
      const authorities = join(tempFolder('authorities'), 'all.pem');
      writeFileSync(
        authorities,
        [known, ofAnother].map((each) => readFileSync(each.certificate, 'utf8')).join(''),
      );
      return { NODE_EXTRA_CA_CERTS: authorities };
    });
    strange = await certificateOf('localhost', studio.namespace, openssl);
  });
  afterEach(() => studio.clear());
  afterAll(() => studio?.close());

  const front = (port: number, inner: number, certificate: Certificate): Promise<void> =>
    frontOf(studio, port, inner, certificate);
  const isRefused = ({ status }: NodeStatus): boolean => status.code === 'E_STREAM_CERTIFICATE';

  /** Red pictures in a playlist. */
  async function playlist(inner: number): Promise<void> {
    const folder = tempFolder('playlist');
    const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '5'];
    studio.send('color=red:s=320x180:r=30', ...hls, join(folder, 'live.m3u8'));
    const server = ['-m', 'http.server', String(inner), '--bind', '127.0.0.1', '--directory', folder];
    studio.start('python3', server);
  }

  test('shows the playlist and the segments of a server whose authority is known', async () => {
    await playlist(21201);
    await front(21202, 21201, known);
    await studio.play({ url: 'https://localhost:21202/live.m3u8' });
    await studio.shows(red, 20_000);
    await studio.until(({ info }) => info['container'] === 'hls');
    expect((await studio.node()).status.code).toBeNull();
  });

  test('of a server that nobody vouches for is refused, and shown where that is allowed', async () => {
    await playlist(21203);
    await front(21204, 21203, strange);
    await studio.play({ url: 'https://localhost:21204/live.m3u8' });
    await studio.until(isRefused);
    const { message, remedy } = (await studio.node()).status;
    expect(message).toMatch(/self-signed certificate/);
    expect(remedy).toContain('anyCertificate');
    await studio.play({ url: 'https://localhost:21204/live.m3u8', anyCertificate: true });
    await studio.shows(red, 20_000);
  });

  test.each([
    ['https', '/live.m3u8'],
    ['rtsps', '/live'],
    ['rtmps', '/live/key'],
  ])('of a server with the certificate of another is refused by %s', async (scheme, path) => {
    const port = { https: 21205, rtsps: 21206, rtmps: 21207 }[scheme] ?? 0;
    await front(port, 9, ofAnother);
    await studio.play({ url: `${scheme}://localhost:${port}${path}` });
    await studio.until(isRefused);
    const { message } = (await studio.node()).status;
    expect(message).toContain('altnames');
    expect(message).not.toContain('key');
  });

  describeWithPeer('gi.repository.GstRtspServer', 'from an RTSP server', (python) => {
    test('is shown where its authority is known, and else where that is allowed', async () => {
      const server = studio.start(python, [resolve('tests/fixtures/peers/rtsp-server.py'), '21210']);
      await once(server.stdout, 'data');
      await front(21211, 21210, known);
      await front(21212, 21210, strange);
      await studio.play({ url: 'rtsps://localhost:21211/live' });
      await studio.shows(red, 15_000);
      await studio.play({ url: 'rtsps://localhost:21212/live' });
      await studio.until(
        (node) => isRefused(node) || node.endpoint?.next?.error?.code === 'E_STREAM_CERTIFICATE',
      );
      expect(await studio.middle()).not.toBeNull();
      await studio.play({ url: 'rtsps://localhost:21212/live', anyCertificate: true });
      await studio.until(({ endpoint }) => endpoint?.next === null && endpoint.url.includes('21212'));
      await studio.shows(red, 15_000);
    });
  });
});
