import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codedSize, suitedBitrate } from '../../../adapters/stream/live-encoder.ts';
import { sinkTarget } from '../../../adapters/stream/sink-target.ts';
import { StreamClock } from '../../../adapters/stream/stream-clock.ts';

test('the times of a stream are those of its frames', () => {
  const clock = new StreamClock();
  expect([0, 33_000, 67_000].map((at) => clock.at(5_000_000 + at, false, 9_000_000 + at))).toEqual([
    0, 33_000, 67_000,
  ]);
});

test('a frame that is shown again takes the time that passed', () => {
  const clock = new StreamClock();
  clock.at(1_000_000, false, 2_000_000);
  expect(clock.at(1_000_000, true, 2_100_000)).toBe(100_000);
  expect(clock.at(1_150_000, false, 2_150_000)).toBe(150_000);
});

test('whatever the clock of the frames does, the stream goes on in real time', () => {
  const frame = fc.record({
    ptsUs: fc.integer({ min: 0, max: 10_000_000_000 }),
    repeat: fc.boolean(),
    waitUs: fc.integer({ min: 1_000, max: 500_000 }),
  });
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 60 }), (frames) => {
      const clock = new StreamClock();
      let nowUs = 0;
      let last = -1;
      const startUs = frames[0]?.waitUs ?? 0;
      for (const { ptsUs, repeat, waitUs } of frames) {
        nowUs += waitUs;
        const at = clock.at(ptsUs, repeat, nowUs);
        expect(at).toBeGreaterThan(last);
        last = at;
      }
      // Each frame may be told to be seen up to a second off.
      expect(Math.abs(last - (nowUs - startUs))).toBeLessThanOrEqual(frames.length * 1_000_000);
    }),
  );
});

test('every size has one that can be encoded, and a rate that suits it', () => {
  const side = fc.integer({ min: 1, max: 8192 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const size = codedSize({ width, height });
      for (const length of [size.width, size.height]) {
        expect(length % 2).toBe(0);
        expect(length).toBeGreaterThanOrEqual(16);
        expect(length).toBeLessThanOrEqual(4096);
      }
      expect(suitedBitrate(size)).toBeGreaterThanOrEqual(500_000);
      expect(suitedBitrate(size)).toBeLessThanOrEqual(40_000_000);
    }),
  );
  expect(codedSize({ width: 1920, height: 1080 })).toEqual({ width: 1920, height: 1080 });
});

test('every address of a name is looked at before it is called, and keys are in no name', async () => {
  const nobody = (): boolean => false;
  const at =
    (...addresses: string[]) =>
    () =>
      Promise.resolve(addresses);
  await expect(sinkTarget('rtmp://live.example/app/key', nobody, at('203.0.113.5'))).resolves.toMatchObject({
    address: '203.0.113.5',
    host: 'live.example',
    name: 'rtmp://live.example/app/…',
  });
  await expect(
    sinkTarget('rtmp://live.example/app/key', nobody, at('203.0.113.5', '192.168.0.9')),
  ).rejects.toMatchObject({ code: 'E_HOST_PRIVATE' });
  await expect(sinkTarget('srt://:9000', nobody)).resolves.toMatchObject({
    address: '127.0.0.1',
    listens: true,
  });
  await expect(
    sinkTarget('srt://nowhere.example:9000', nobody, () => Promise.reject(new Error('not found'))),
  ).rejects.toMatchObject({ code: 'E_SINK_LOST' });
});
