import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWithPeer } from '../support/peers.ts';
import { expectGood, quick, seen, SinkStudio } from '../support/sink-studio.ts';
import type { Receiver } from './stream-peers.ts';

// What a person may write for an output: as the guide has it, with another encoder, and wrongly.
let studio: SinkStudio;
beforeAll(async () => {
  studio = await SinkStudio.open();
});
afterEach(() => studio.clear());
afterAll(() => studio?.close());

const receive = (input: readonly string[]): Receiver => studio.receive([...quick, ...input]);

/** Pairs of commands in the guide: what Reverie is started with, and what plays it. */
const guided = [
  ...readFileSync(resolve('docs/guides/streams.md'), 'utf8').matchAll(
    /```sh\nnpm start -- --out "?([^"\n]+)"?\nffplay (.+)\n```/g,
  ),
].map(([, url = '', command = '']): [string, string] => [url, command]);

describeWithPeer('ffmpeg', 'a stream that goes out', () => {
  test.each(guided)('plays as the guide says: %s', async (url, command) => {
    const words = command.split(' ');
    const receiver = studio.receive([...words.slice(0, -1), '-i', words.at(-1) ?? '']);
    await studio.send({ url });
    await seen(receiver, 20);
    expectGood(receiver);
  });

  test('the guide has a line to copy for every way out', () => {
    expect(guided.map(([url]) => url.replace(/:.*/, ''))).toEqual(['srt', 'srt', 'udp', 'rtsp', 'rtmp']);
  });

  test('is coded by the encoder and preset that were asked for, and says so', async () => {
    const receiver = receive(['-i', 'udp://127.0.0.1:22012?fifo_size=100000']);
    await studio.send({ url: 'udp://127.0.0.1:22012', encoder: 'libx264', preset: 'veryfast' });
    await seen(receiver, 30);
    expectGood(receiver);
    expect((await studio.until(({ info }) => info['encoder'] !== undefined)).info['encoder']).toBe('libx264');
  });

  test('by an encoder that is not here is refused before anybody is called, with what there is', async () => {
    await studio.send({ url: 'udp://127.0.0.1:22013', encoder: 'h264_turbo' });
    const { status } = await studio.until((node) => node.status.code === 'E_CODEC_ENCODER');
    expect(status.message).toMatch(/"h264_turbo".*there is .*libx264/);
    expect(status.remedy).toContain('auto');
  });

  test.each([
    'http://127.0.0.1/x.ts',
    'rtsp://127.0.0.1',
    'rtsp://127.0.0.1/x?listen',
    'rtmp://127.0.0.1/',
    'srt://127.0.0.1',
    'nothing',
  ])('to where nothing can be sent is refused with what to do: %s', async (url) => {
    await studio.send({ url });
    expect((await studio.until(({ status }) => status.code === 'E_STREAM_URL')).status.remedy).toBeTruthy();
  });

  test.each(['udp://192.168.1.20:1234', 'srt://10.0.0.1:9000', 'rtsp://169.254.169.254/live'])(
    'into a private network is refused, with the flag that allows it: %s',
    async (url) => {
      await studio.send({ url });
      const { status } = await studio.until((node) => node.status.code === 'E_HOST_PRIVATE');
      expect(status.remedy).toContain('--allow-private-hosts');
    },
  );
});
