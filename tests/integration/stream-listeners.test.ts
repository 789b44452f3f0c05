import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { describeWithPeer } from '../support/peers.ts';
import { StreamStudio } from '../support/stream-studio.ts';

const red = [255, 0, 0] as const;
const redPicture = 'color=red:s=320x180:r=30';

/** Calls and says nothing, or so many bytes of a first word; tells when the other side hangs up. */
const caller = `import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
if int(sys.argv[2]): s.sendall(bytes([3] + [0] * (int(sys.argv[2]) - 1)))
print("called", flush=True)
try:
    while s.recv(4096): pass
except ConnectionError: pass
print("hung up", flush=True)`;

describeWithPeer('ffmpeg', 'a stream that is waited for', () => {
  let studio: StreamStudio;
  beforeAll(async () => {
    studio = await StreamStudio.open();
  });
  afterEach(() => studio.clear());
  afterAll(() => studio?.close());

  /** The listener may open a moment later than the call, as after each try. */
  async function call(port: string, bytes: number): Promise<{ readonly hungUp: Promise<string> }> {
    for (;;) {
      const client = studio.start('python3', ['-c', caller, port, String(bytes)]);
      let said = '';
      client.stdout.on('data', (text) => (said += String(text)));
      const hungUp = once(client, 'exit').then(() => said);
      await Promise.race([once(client.stdout, 'data'), hungUp]);
      if (said.includes('called')) return { hungUp };
    }
  }

  /** Sends until it shows: a program that calls too early calls again, as a person would. */
  async function show(output: readonly string[]): Promise<void> {
    // What another test sent last stands until then.
    const live = studio.until(({ status }) => status.state === 'live', 30_000);
    const showing = live.then(() => studio.shows(red, 30_000));
    let over = false;
    const done = showing.finally(() => (over = true));
    done.catch(() => undefined);
    while (!over) await Promise.race([once(studio.send(redPicture, ...output), 'exit'), done]);
    await done;
  }

  const rtsp = (port: string, transport: string): string[] => [
    '-f',
    'rtsp',
    '-rtsp_transport',
    transport,
    `rtsp://127.0.0.1:${port}/live`,
  ];

  describe.each([
    [
      'RTMP',
      '21201',
      'rtmp://127.0.0.1:21201/live?listen',
      ['-f', 'flv', 'rtmp://127.0.0.1:21201/live/show'],
    ],
    ['RTSP', '21202', 'rtsp://127.0.0.1:21202/live?listen', rtsp('21202', 'tcp')],
  ])('by %s', (_way, port, url, output) => {
    test('is not kept out by a client that says nothing, which is sent away', async () => {
      await studio.play({ url });
      const silent = await call(port, 0);
      await show(output);
      expect(await silent.hungUp).toContain('hung up');
    });

    test('is kept out for seconds only by a client that stops in the middle of its first words', async () => {
      await studio.play({ url });
      const halfway = await call(port, 700);
      expect(await halfway.hungUp).toContain('hung up');
      await show(output);
    });
  });

  test('by RTSP may send its pictures by UDP', async () => {
    await studio.play({ url: 'rtsp://127.0.0.1:21203/live?listen' });
    await show(rtsp('21203', 'udp'));
    expect((await studio.node()).status.state).toBe('live');
  });

  test.each([
    ['rtmp://[::1]:21204/live?listen', ['-f', 'flv', 'rtmp://[::1]:21204/live/show']],
    ['rtsp://[::1]:21205/live?listen', ['-f', 'rtsp', '-rtsp_transport', 'tcp', 'rtsp://[::1]:21205/live']],
    ['srt://[::1]:21206?mode=listener', ['-f', 'mpegts', 'srt://[::1]:21206']],
    ['udp://[::1]:21207', ['-f', 'mpegts', 'udp://[::1]:21207?pkt_size=1316']],
  ])('comes in by the other loopback address, IPv6: %s', async (url, output) => {
    await studio.play({ url });
    await show(output);
    expect((await studio.node()).status.state).toBe('live');
  });

  test('on a port that is taken says so', async () => {
    const taker = studio.start('python3', [
      '-c',
      'import socket, time; s = socket.create_server(("127.0.0.1", 21208)); print("up", flush=True); time.sleep(60)',
    ]);
    await once(taker.stdout, 'data');
    await studio.play({ url: 'rtmp://127.0.0.1:21208/live?listen' });
    await studio.until(({ fault }) => fault?.message.includes('EADDRINUSE') === true);
    expect((await studio.node()).status.code).toBe('E_SOURCE_LOST');
  });
});
