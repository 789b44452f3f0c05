import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWithPeer } from '../support/peers.ts';
import { expectGood, quick, seen, SinkStudio } from '../support/sink-studio.ts';
import { certificateOf, frontOf } from '../support/tls-front.ts';
import { within } from './reverie.ts';
import { Receiver } from './stream-peers.ts';

// Servers that are particular: slow ones, those with certificates, and GStreamer's for RTSP.
const size = { width: 320, height: 192 };
let studio: SinkStudio;
beforeAll(async () => {
  studio = await SinkStudio.open();
});
afterEach(() => studio.clear());
afterAll(() => studio?.close());

const receive = (input: readonly string[]): Receiver => studio.receive([...quick, ...input]);

describeWithPeer('ffmpeg', 'a stream that goes out', () => {
  test('leaves pictures out for a peer that stops reading, holds up nobody, and gives it up', async () => {
    const url = 'rtmp://127.0.0.1:22010/live/key';
    const receiver = receive(['-listen', '1', '-i', url, '-vf', 'scale=320:192']);
    await studio.send({ url, bitrate: 30 }, { width: 1280, height: 720 }, { pattern: 'motion' });
    await seen(receiver, 1);
    receiver.stopReading();
    let said = '';
    await within(
      50_000,
      'the end of its patience',
      () => said.slice(-2_000),
      async () => {
        const log = await studio.namespace.fetch(`${studio.reverie.url}/api/v1/logs?limit=1000`);
        said = String(log.body);
        return /it took nothing for 5 s; [1-9]\d* pictures were left out/.test(said);
      },
    );
    expect((await studio.node('in')).status.state).toBe('live');
  });
});

describeWithPeer('openssl', 'a stream that goes out by RTMPS', (openssl) => {
  /** A server with a certificate of its own making. */
  async function serve(port: number, inner: number): Promise<Receiver> {
    const receiver = receive(['-listen', '1', '-i', `rtmp://127.0.0.1:${inner}/live/key`]);
    const own = await certificateOf('localhost', studio.namespace, openssl);
    await frontOf(studio, port, inner, own);
    return receiver;
  }

  test('to a server with a certificate of its own making is refused, and goes out where that is allowed', async () => {
    const receiver = await serve(22020, 22021);
    const url = 'rtmps://127.0.0.1:22020/live/key';
    await studio.send({ url });
    const { status } = await studio.until((node) => node.status.code === 'E_STREAM_CERTIFICATE');
    expect(status.message).toMatch(/self-signed certificate/);
    expect(status.remedy).toContain('anyCertificate');
    expect(receiver.numbers).toEqual([]);
    await studio.send({ url, anyCertificate: true });
    await seen(receiver, 30);
    expectGood(receiver);
  });
});

describeWithPeer('gi.repository.GstRtspServer', 'a stream that goes out by RTSP', (python) => {
  const script = resolve('tests/fixtures/peers/rtsp-recorder.py');

  async function serve(...words: readonly string[]): Promise<Receiver> {
    const server = studio.start(python, [script, ...words]);
    const receiver = new Receiver(server, size);
    await within(
      10_000,
      'the server',
      () => receiver.words,
      () => receiver.words.includes('listening'),
    );
    return receiver;
  }

  test('is taken by a server, is lost with it, and is taken again', async () => {
    const first = await serve('127.0.0.1', '22030');
    await studio.send({ url: 'rtsp://127.0.0.1:22030/live' });
    await seen(first, 40);
    expectGood(first);
    first.end();
    await studio.until(({ fault, status }) => fault?.code === 'E_SINK_LOST' && status.state !== 'live');
    const second = await serve('127.0.0.1', '22030');
    await seen(second, 20);
    expectGood(second);
  });

  test('shows who it is, and says what is wanted where it does not', async () => {
    const receiver = await serve('127.0.0.1', '22031', 'reverie', 'a:secret');
    await studio.send({ url: 'rtsp://127.0.0.1:22031/live' });
    const nobody = await studio.until(({ status }) => status.code === 'E_SINK_LOST');
    expect(nobody.status.message).toContain('user:password');
    await studio.send({ url: 'rtsp://reverie:wrong@127.0.0.1:22031/live' });
    await studio.until(({ fault }) => fault?.message.includes('401') === true);
    await studio.send({ url: 'rtsp://reverie:a%3Asecret@127.0.0.1:22031/live' });
    await seen(receiver, 20);
    expectGood(receiver);
    const { info, status, fault } = await studio.node();
    expect(JSON.stringify([info, status, fault])).not.toMatch(/a%3Asecret|a:secret|wrong/);
  });
});
