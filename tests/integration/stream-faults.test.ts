import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWithPeer } from '../support/peers.ts';
import { StreamStudio } from '../support/stream-studio.ts';

const red = [255, 0, 0] as const;
const blue = [0, 0, 255] as const;
const redPicture = 'color=red:s=320x180:r=30';
const bluePicture = 'color=blue:s=480x270:r=25';
const udp = (port: number): string[] => ['-f', 'mpegts', `udp://127.0.0.1:${port}?pkt_size=1316`];

/** Accepts whoever calls and says nothing. */
const silent = `import socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("up", flush=True)
kept = []
while True: kept.append(s.accept())`;
/** Sends everyone on to another address. */
const redirecting = `import http.server, sys
class Away(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302); self.send_header("Location", sys.argv[2]); self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Away)
print("up", flush=True)
server.serve_forever()`;
/** Datagrams of noise, some of which look like MPEG-TS. */
const noise = `import os, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto(b"".join(b"G" + os.urandom(187) for _ in range(7)), ("127.0.0.1", int(sys.argv[1])))
    s.sendto(os.urandom(1316), ("127.0.0.1", int(sys.argv[1])))
    time.sleep(0.004)`;

describeWithPeer('ffmpeg', 'a stream', () => {
  let studio: StreamStudio;
  beforeAll(async () => {
    studio = await StreamStudio.open();
  });
  afterEach(() => studio.clear());
  afterAll(() => studio?.close());

  async function python(script: string, ...args: readonly string[]): Promise<void> {
    const server = studio.start('python3', ['-c', script, ...args]);
    await once(server.stdout, 'data');
  }

  const refused = (code: string): Promise<number> =>
    studio.until(({ status }) => status.code === code, 5_000);

  test.each([
    'rtsp://127.0.0.1:21101/live',
    'srt://127.0.0.1:21101',
    'rtmp://127.0.0.1:21101/a/b',
    'http://127.0.0.1:21101/a.ts',
  ])('that is not there is looked for: %s', async (url) => {
    await studio.play({ url });
    await refused('E_SOURCE_ABSENT');
    const { status } = await studio.node();
    expect(status.remedy).not.toBeNull();
  });

  test.each(['rtsp://127.0.0.1:21102/live', 'rtmp://127.0.0.1:21102/a/b', 'http://127.0.0.1:21102/a.ts'])(
    'that never answers is said to be absent: %s',
    async (url) => {
      await python(silent, '21102');
      await studio.play({ url });
      await refused('E_SOURCE_ABSENT');
      expect((await studio.node()).fault?.message).toContain('127.0.0.1:21102');
    },
  );

  test('that falls silent is lost, its last picture stays, and it is live again when it goes on', async () => {
    const sender = studio.send(redPicture, ...udp(21103));
    await studio.play({ url: 'udp://127.0.0.1:21103' });
    await studio.until(({ status }) => status.state === 'live');
    await studio.shows(red);
    const { pid } = await studio.node();
    sender.kill('SIGSTOP');
    await refused('E_SOURCE_LOST');
    expect((await studio.middle())?.[0]).toBeGreaterThan(200);
    sender.kill('SIGCONT');
    await studio.until(({ status }) => status.state === 'live', 6_000);
    expect((await studio.node()).pid).toBe(pid);
  });

  test('that comes back with another size plays on', async () => {
    studio.send(redPicture, ...udp(21104));
    await studio.play({ url: 'udp://127.0.0.1:21104' });
    await studio.until(({ info, status }) => status.state === 'live' && info['inputWidth'] === 320);
    await studio.endPeers();
    studio.send(bluePicture, ...udp(21104));
    await studio.shows(blue);
    await studio.until(({ info }) => info['inputWidth'] === 480);
    expect((await studio.node()).info).toMatchObject({ inputWidth: 480, inputHeight: 270 });
  });

  test('drowned in noise is no crash: it is counted or lost, and live again when the noise ends', async () => {
    studio.send(redPicture, ...udp(21105));
    await studio.play({ url: 'udp://127.0.0.1:21105' });
    await studio.until(({ status }) => status.state === 'live');
    const { pid } = await studio.node();
    studio.start('python3', ['-c', noise, '21105']);
    await studio.until(({ info, status }) => status.code === 'E_SOURCE_LOST' || Number(info['damaged']) > 0);
    await studio.endPeers();
    studio.send(bluePicture, ...udp(21105));
    await studio.shows(blue, 15_000);
    expect((await studio.node()).pid).toBe(pid);
  });

  test.each([
    'rtsp://10.1.2.3/live',
    'http://169.254.169.254/latest',
    'udp://0.0.0.0:21106',
    'srt://192.168.1.2:9000',
  ])('on a private network is refused, with the flag that allows it: %s', async (url) => {
    await studio.play({ url });
    await refused('E_HOST_PRIVATE');
    const { status } = await studio.node();
    expect(status.remedy).toContain('--allow-private-hosts');
  });

  test('that sends us on to a private network is refused', async () => {
    await python(redirecting, '21107', 'http://192.168.7.7/secret');
    await studio.play({ url: 'http://127.0.0.1:21107/live.ts' });
    await refused('E_HOST_PRIVATE');
    expect((await studio.node()).fault?.message).toContain('192.168.7.7');
  });

  test('whose address cannot be read says what is wrong with it', async () => {
    await studio.play({ url: 'srt://127.0.0.1:9000?latncy=20000' });
    await refused('E_STREAM_URL');
    expect((await studio.node()).status.message).toContain('latncy');
  });
});
