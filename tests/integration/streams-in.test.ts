import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWithPeer } from '../support/peers.ts';
import { StreamStudio } from '../support/stream-studio.ts';
import { within } from './reverie.ts';

// ffmpeg and GStreamer send, the daemon takes in, all alone in a network that has only loopback.
const red = [255, 0, 0] as const;
const blue = [0, 0, 255] as const;
const redPicture = 'color=red:s=320x180:r=30';
const bluePicture = 'color=blue:s=320x180:r=30';
const ts = ['-f', 'mpegts'];

/** Pairs of commands in the guide: what Reverie is started with, and what sends to it. */
const guided = [
  ...readFileSync(resolve('docs/guides/streams.md'), 'utf8').matchAll(
    /```sh\nnpm start -- --in "?([^"\n]+)"?\n(ffmpeg .+)\n```/g,
  ),
].map(([, url = '', command = '']): [string, string] => [url, command]);

describeWithPeer('ffmpeg', 'a stream', () => {
  let studio: StreamStudio;
  const folder = mkdtempSync(join(tmpdir(), 'reverie-streams-'));
  beforeAll(async () => {
    studio = await StreamStudio.open(['--allow-private-hosts', '239.0.0.0/8']);
    const clip = ['-f', 'lavfi', '-i', `${redPicture}:d=2`, '-c:v', 'libx264', join(folder, 'clip.mp4')];
    await studio.namespace.run('ffmpeg', ['-v', 'error', ...clip]);
  });
  afterEach(() => studio.clear());
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the guide has a line to copy for every way in', () => {
    expect(new Set(guided.map(([url]) => url.replace(/:.*/, '')))).toEqual(
      new Set(['srt', 'rtmp', 'rtsp', 'udp', 'http']),
    );
  });

  test.each(guided)('comes in as the guide says, and status says what it is: %s', async (url, command) => {
    const send = (): ReturnType<StreamStudio['start']> =>
      studio.start('sh', ['-c', `cd ${folder} && exec ${command.replace('ffmpeg', 'ffmpeg -v error')}`]);
    const waits = /listen/.test(url);
    if (!waits) send();
    await studio.play({ url });
    if (waits) await again(send);
    await studio.shows(red, 15_000);
    await studio.until(({ info, status }) => status.state === 'live' && info['codec'] === 'h264');
    const { info } = await studio.node();
    expect(info).toMatchObject({
      profile: 'Constrained Baseline',
      pixelFormat: 'yuv420p',
      inputWidth: 320,
      inputHeight: 180,
      audio: 'none',
      damaged: 0,
    });
    expect(JSON.stringify(info)).not.toContain('between-the-two');
  });

  test('comes in by a multicast group that the operator allows', async () => {
    studio.send(bluePicture, ...ts, 'udp://239.7.7.7:21002?pkt_size=1316');
    await studio.play({ url: 'udp://239.7.7.7:21002' });
    await studio.shows(blue, 15_000);
    await studio.until(({ info }) => info['container'] === 'mpegts');
    expect((await studio.node()).status.state).toBe('live');
  });

  test('of pictures comes in by Motion JPEG over HTTP', async () => {
    studio.ffmpeg([
      '-re',
      '-f',
      'lavfi',
      '-i',
      bluePicture,
      '-f',
      'mpjpeg',
      '-listen',
      '1',
      'http://127.0.0.1:21010/',
    ]);
    await studio.play({ url: 'http://127.0.0.1:21010/' });
    await studio.shows(blue, 15_000);
    await studio.until(({ info }) => info['codec'] === 'mjpeg');
    expect((await studio.node()).status.state).toBe('live');
  });

  test('is played at its pace from an HLS playlist', async () => {
    studio.send(
      redPicture,
      '-f',
      'hls',
      '-hls_time',
      '1',
      '-hls_list_size',
      '5',
      '-hls_flags',
      'delete_segments',
      join(folder, 'live.m3u8'),
    );
    studio.start('python3', ['-m', 'http.server', '21011', '--bind', '127.0.0.1', '--directory', folder]);
    await studio.play({ url: 'http://127.0.0.1:21011/live.m3u8' });
    await studio.shows(red, 20_000);
    await studio.until(
      ({ info }) => info['container'] === 'hls' && Number(info['rateHz']) > 25 && Number(info['rateHz']) < 35,
      15_000,
    );
    expect((await studio.node()).status.state).toBe('live');
  });

  test('with sound says that the sound is left out', async () => {
    studio.ffmpeg([
      '-re',
      '-f',
      'lavfi',
      '-i',
      redPicture,
      '-re',
      '-f',
      'lavfi',
      '-i',
      'sine',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '30',
      '-c:a',
      'aac',
      ...ts,
      'udp://127.0.0.1:21012?pkt_size=1316',
    ]);
    await studio.play({ url: 'udp://127.0.0.1:21012' });
    await studio.shows(red, 15_000);
    await studio.until(({ info }) => info['audio'] === 'left out');
    expect((await studio.node()).status.state).toBe('live');
  });

  /** A program that calls a listener which is about to open may come too early; the second call is one of a person, too. */
  async function again(call: () => ReturnType<StreamStudio['send']>): Promise<void> {
    const limit = performance.now() + 8_000;
    for (;;) {
      const peer = call();
      const left = await Promise.race([
        once(peer, 'exit').then(() => true),
        new Promise<boolean>((done) => setTimeout(() => done(false), 1_000)),
      ]);
      if (!left || performance.now() > limit) return;
    }
  }
});

describeWithPeer('gi.repository.GstRtspServer', 'an RTSP server', (python) => {
  let studio: StreamStudio;
  beforeAll(async () => {
    studio = await StreamStudio.open();
  });
  afterEach(() => studio.clear());
  afterAll(() => studio?.close());

  test.each(['tcp', 'udp'])('is watched by %s, lost with it, and watched again', async (transport) => {
    const port = transport === 'tcp' ? '21020' : '21021';
    const serve = async (): Promise<() => Promise<void>> => {
      const server = studio.start(python, [resolve('tests/fixtures/peers/rtsp-server.py'), port]);
      await once(server.stdout, 'data');
      return () => studio.endPeers();
    };
    const end = await serve();
    await studio.play({ url: `rtsp://127.0.0.1:${port}/live`, transport });
    await studio.shows(red, 15_000);
    await studio.until(({ info }) => info['container'] === 'rtsp');
    await end();
    await studio.until(({ status }) => status.code === 'E_SOURCE_LOST', 5_000);
    expect(await studio.middle()).not.toBeNull();
    await serve();
    await within(
      10_000,
      'live',
      () => '',
      async () => (await studio.node()).status.state === 'live',
    );
  });
});
