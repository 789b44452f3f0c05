import { expect, test, vi } from 'vitest';
import { Inlet } from '../../../adapters/webrtc/inlet.ts';
import type { DecodedPicture } from '../../../src/codec/video-decoder.ts';
import { openVideoEncoder } from '../../../src/codec/video-encoder.ts';
import { buildRtp } from '../../../src/protocols/rtp/packet.ts';
import { payloadFormats } from '../../../src/protocols/rtp/payload.ts';
import { bars, describeWithCodecs } from '../../src/codec/live.ts';

const size = { width: 64, height: 48 };
const stream = { codec: 'vp8', payloadType: 96, ssrc: 1, colorSpaceId: null } as const;

/** Packets of `count` pictures, the first of them a key picture. */
async function packets(count: number): Promise<Uint8Array[]> {
  const encoder = await openVideoEncoder({ codec: 'vp8', ...size, rateHz: 30, bitrateBps: 200_000 });
  const sent: Uint8Array[] = [];
  for (let n = 0; n < count; n += 1) {
    const picture = await encoder.encode(bars(size), { key: n === 0, timestampUs: n * 33_333 });
    const payloads = payloadFormats.vp8.packetize(picture?.data ?? new Uint8Array(), 1200);
    for (const [index, payload] of payloads.entries()) {
      sent.push(
        buildRtp({
          payloadType: 96,
          sequence: sent.length,
          timestamp: n * 3000,
          ssrc: 7,
          marker: index === payloads.length - 1,
          extensions: [],
          payload,
        }),
      );
    }
  }
  await encoder.close();
  return sent;
}

describeWithCodecs('a stream that comes faster than it can be decoded', () => {
  test('is shown all the same: the newest picture, and one now and then on the way there', async () => {
    const shown: number[] = [];
    const feed = {
      describe: () => undefined,
      put: (_picture: DecodedPicture, captureUs: number): Promise<void> => {
        shown.push(captureUs);
        return Promise.resolve();
      },
    };
    const inlet = new Inlet(stream, feed, { send: () => true, log: () => undefined });
    for (const packet of await packets(25)) inlet.packet(packet);
    await vi.waitFor(
      () => expect(Number(inlet.info()['frames']) + Number(inlet.info()['skipped'])).toBe(25),
      10_000,
    );
    expect(shown.length).toBeGreaterThanOrEqual(2);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    await inlet.close();
  });
});
