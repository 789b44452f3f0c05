import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWithPeer } from '../support/peers.ts';
import { expectGood, expectWhole, quick, seen, SinkStudio } from '../support/sink-studio.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { isAlive, within } from './reverie.ts';
import type { Receiver } from './stream-peers.ts';

// The daemon sends, ffmpeg receives, all alone in a network that has only loopback.
let studio: SinkStudio;
beforeAll(async () => {
  studio = await SinkStudio.open(['--allow-private-hosts', '239.0.0.0/8']);
});
afterEach(() => studio.clear());
afterAll(() => studio?.close());

const receive = (input: readonly string[]): Receiver => studio.receive([...quick, ...input]);

describeWithPeer('ffmpeg', 'a stream that goes out', () => {
  test('by SRT waits for its peer, shows it the pictures in order, says when it is gone, and waits again', async () => {
    await studio.send({ url: 'srt://127.0.0.1:22001?mode=listener' });
    await studio.until(({ info }) => info['peer'] === 'waiting');
    const receiver = receive(['-i', 'srt://127.0.0.1:22001?mode=caller']);
    await seen(receiver, 60);
    expectGood(receiver);
    receiver.end();
    await studio.until(({ fault }) => fault?.code === 'E_SINK_LOST');
    await studio.until(({ info }) => info['peer'] === 'waiting');
  });

  test('by SRT calls a player that listens; where none does it says so at once', async () => {
    await studio.send({ url: 'srt://127.0.0.1:22002' });
    await studio.until(({ status }) => status.code === 'E_SINK_LOST');
    const receiver = receive(['-i', 'srt://127.0.0.1:22002?mode=listener']);
    await seen(receiver, 30);
    expectGood(receiver);
    await studio.until(({ info }) => info['codec'] === 'h264');
    expect((await studio.node()).info).toMatchObject({
      codec: 'h264',
      encoder: 'libx264',
      width: 320,
      height: 192,
      skipped: 0,
    });
  });

  test('by UDP needs nobody, and is there for who comes late; odd and other sizes go on in the same stream', async () => {
    await studio.send({ url: 'udp://127.0.0.1:22003' });
    const { pid } = await studio.until(({ status }) => status.state === 'live');
    const receiver = receive(['-i', 'udp://127.0.0.1:22003?fifo_size=100000', '-vf', 'scale=320:192']);
    await seen(receiver, 30);
    expectGood(receiver);
    await studio.send({ url: 'udp://127.0.0.1:22003' }, { width: 641, height: 359 });
    await studio.until(({ info }) => info['width'] === 642);
    await seen(receiver, receiver.numbers.length + 40);
    expectWhole(receiver);
    expect(await studio.node()).toMatchObject({ pid, restarts: 0 });
  });

  test('by UDP reaches a multicast group that the operator allows', async () => {
    const receiver = receive(['-i', 'udp://239.7.7.8:22004?fifo_size=100000']);
    await studio.send({ url: 'udp://239.7.7.8:22004' });
    await seen(receiver, 30);
    expectGood(receiver);
  });

  test.each([
    ['udp://[::1]:22005', ['-i', 'udp://[::1]:22005?fifo_size=100000']],
    ['srt://[::1]:22006', ['-i', 'srt://[::1]:22006?mode=listener']],
    ['rtmp://[::1]:22007/live/key', ['-listen', '1', '-i', 'rtmp://[::1]:22007/live/key']],
    ['rtsp://[::1]:22008/live', ['-rtsp_flags', 'listen', '-i', 'rtsp://[::1]:22008/live']],
  ])('goes to the other loopback address, IPv6: %s', async (url, input) => {
    const receiver = receive(input);
    await studio.send({ url });
    await seen(receiver, 30);
    expectGood(receiver);
  });

  test('by RTMP is taken by a server, with a track of silence beside it, and is lost with the server', async () => {
    const url = 'rtmp://127.0.0.1:22009/live/secret-key';
    const sound = join(tempFolder('sound'), 'sound.raw');
    const pcm = ['-map', '0:a', '-c:a', 'pcm_s16le', '-f', 's16le', '-flush_packets', '1', sound];
    const receiver = receive(['-listen', '1', '-i', url, ...pcm, '-map', '0:v']);
    await studio.send({ url });
    await seen(receiver, 60);
    expectGood(receiver);
    const { info, status } = await studio.node();
    expect(JSON.stringify([info, status])).not.toContain('secret-key');
    const heard = (): Buffer => (existsSync(sound) ? readFileSync(sound) : Buffer.alloc(0));
    await within(
      10_000,
      'sound',
      () => receiver.words,
      () => heard().length > 44_100,
    );
    expect(heard().every((byte) => byte === 0)).toBe(true);
    receiver.end();
    await studio.until(({ fault, status }) => fault?.code === 'E_SINK_LOST' && status.state !== 'live');
  });

  test('ends soon after it is told, also while it waits for its peer', async () => {
    await studio.send({ url: 'srt://127.0.0.1:22011?mode=listener' });
    const { pid } = await studio.until(({ info }) => info['peer'] === 'waiting');
    await studio.send(null);
    await expect.poll(() => isAlive(pid ?? 0), { timeout: 5_000 }).toBe(false);
  });
});
