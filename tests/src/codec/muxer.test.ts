import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMuxer, type MuxedPicture, type Muxer, type MuxerOptions } from '../../../src/codec/muxer.ts';
import { openVideoEncoder } from '../../../src/codec/video-encoder.ts';
import { VideoReader } from '../../../src/codec/video-reader.ts';
import { mendMp4 } from '../../../src/engine/recording/mp4-file.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { bars, describeWithCodecs, noise } from './live.ts';

const size = { width: 160, height: 120 };
const rateHz = 30;

/** Pictures at odd times: a second of silence lies before the 40th. */
const timeOf = (n: number): number => n * 33_333 + (n >= 40 ? 1_000_000 : 0);

async function pictures(count: number): Promise<MuxedPicture[]> {
  const encoder = await openVideoEncoder({ ...size, codec: 'h264', rateHz, bitrateBps: 1e6 });
  const made: MuxedPicture[] = [];
  for (let n = 0; n < count; n += 1) {
    const timestampUs = timeOf(n);
    const picture = await encoder.encode(n % 2 === 0 ? bars(size) : noise(size, n), {
      key: n % 30 === 0,
      timestampUs,
    });
    if (picture !== null) made.push({ ...picture, durationUs: timeOf(n + 1) - timestampUs });
  }
  await encoder.close();
  return made;
}

async function begun(
  target: MuxerOptions['target'],
  container: MuxerOptions['container'],
  list: readonly MuxedPicture[],
): Promise<Muxer> {
  const [first] = list;
  if (first === undefined) throw new Error('no picture');
  const muxer = await openMuxer(
    { ...size, container, codec: 'h264', rateHz, target, failure: 'E_SINK_LOST' },
    first,
  );
  for (const picture of list) await muxer.write(picture);
  return muxer;
}

/** Seconds of every picture that a reader decodes. */
async function timesIn(path: string): Promise<number[]> {
  const reader = await VideoReader.open(path);
  const times: number[] = [];
  for (let picture = await reader.next(); picture !== null; picture = await reader.next())
    times.push(picture.seconds ?? NaN);
  expect(reader.damaged).toBe(0);
  await reader.close();
  return times;
}

describeWithCodecs('a muxer', () => {
  const folder = tempFolder('muxer');
  const at = (name: string): string => join(folder, name);

  test('writes an MP4 that is plain at the end and has each picture at its time', async () => {
    const list = await pictures(70);
    const muxer = await begun({ kind: 'file', path: at('plain.mp4') }, 'mp4', list);
    expect(await muxer.close()).toBeNull();
    const times = await timesIn(at('plain.mp4'));
    expect(times).toHaveLength(70);
    for (const [n, seconds] of times.entries())
      expect(Math.abs(seconds - timeOf(n) / 1e6)).toBeLessThan(0.001);
    expect(await mendMp4(at('plain.mp4'))).toMatchObject({ frames: 70, size, finished: true });
  });

  test('that is torn anywhere plays to its last whole half second once it is mended', async () => {
    const list = await pictures(60);
    const muxer = await begun({ kind: 'file', path: at('open.mp4') }, 'mp4', list);
    await muxer.flush();
    const { size: whole } = statSync(at('open.mp4'));
    expect((await mendMp4(at('open.mp4')))?.frames).toBe(60);
    for (const share of [0.15, 0.4, 0.73, 0.98]) {
      copyFileSync(at('open.mp4'), at('torn.mp4'));
      truncateSync(at('torn.mp4'), Math.floor(whole * share));
      const facts = await mendMp4(at('torn.mp4'));
      const frames = facts === null ? 0 : (await timesIn(at('torn.mp4'))).length;
      expect(frames).toBe(facts?.frames ?? 0);
      expect(frames).toBeGreaterThan(60 * share - 40);
    }
    await muxer.leave();
  });

  test('whose end was interrupted half way is mended, too', async () => {
    const list = await pictures(45);
    const muxer = await begun({ kind: 'file', path: at('ending.mp4') }, 'mp4', list);
    expect(await muxer.close()).toBeNull();
    const bytes = readFileSync(at('ending.mp4'));
    const index = bytes.lastIndexOf('moov') - 4;
    for (const cut of [index, index + 20]) {
      writeFileSync(at('half.mp4'), bytes.subarray(0, cut));
      expect(await mendMp4(at('half.mp4'))).toMatchObject({ frames: 45, finished: false });
      expect(await timesIn(at('half.mp4'))).toHaveLength(45);
    }
  });

  test('hands MPEG-TS on as it is made, and a reader finds every picture in it', async () => {
    const list = await pictures(40);
    const parts: Uint8Array[] = [];
    const muxer = await begun({ kind: 'bytes', write: (bytes) => parts.push(bytes) }, 'mpegts', list);
    const before = parts.length;
    expect(before).toBeGreaterThan(20);
    expect(await muxer.close()).toBeNull();
    const stream = Buffer.concat(parts);
    expect(stream.length).toBe(muxer.bytes);
    expect(stream.length % 188).toBe(0);
    writeFileSync(at('stream.ts'), stream);
    expect(await timesIn(at('stream.ts'))).toHaveLength(40);
  });

  test('says what it could not open, without the secrets of an address', async () => {
    const [first] = await pictures(1);
    if (first === undefined) throw new Error('no picture');
    const options = { ...size, codec: 'h264', rateHz, failure: 'E_SINK_LOST' } as const;
    const nowhere = { kind: 'file', path: at('missing/a.mp4') } as const;
    await expect(openMuxer({ ...options, container: 'mp4', target: nowhere }, first)).rejects.toMatchObject({
      code: 'E_SINK_LOST',
    });
    const url = 'rtmp://user:secret@127.0.0.1:1/live/streamkey';
    await expect(
      openMuxer({ ...options, container: 'flv', target: { kind: 'url', url } }, first),
    ).rejects.toThrow(/^rtmp:\/\/127\.0\.0\.1:1: opening failed/);
  });
});
