import { expect, test } from 'vitest';
import { ntpTime } from '../../../../src/protocols/rtp/ntp.ts';
import type { RtpPacket } from '../../../../src/protocols/rtp/packet.ts';
import type { ReportBlock } from '../../../../src/protocols/rtp/rtcp.ts';
import { SendHistory } from '../../../../src/protocols/rtp/send-history.ts';
import { roundTripUs, SendStream } from '../../../../src/protocols/rtp/send-stream.ts';
import { rtpTimestamp } from '../../../../src/protocols/rtp/sequence.ts';
import { hex } from './hex.ts';

const start = { ssrc: 7, payloadType: 96, sequence: 65534 };

test('packets of a picture are numbered on over the turn, and the last one has the marker', () => {
  const stream = new SendStream(start);
  const payloads = [hex('aa'), hex('bb'), hex('cc')];
  const extensions = [{ id: 1, data: hex('00') }];
  expect(stream.packets(payloads, 3000, extensions)).toEqual(
    payloads.map((payload, index) => ({
      marker: index === 2,
      payloadType: 96,
      sequence: [65534, 65535, 0][index],
      timestamp: 3000,
      ssrc: 7,
      extensions,
      payload,
    })),
  );
  expect(stream.packets([hex('dd')], 6000)[0]?.sequence).toBe(1);
});

test('a sender report counts packets and bytes of payload, and names one moment on both clocks', () => {
  const stream = new SendStream(start);
  stream.packets([hex('aabb'), hex('cc')], 0);
  const nowUs = Date.UTC(1995, 10, 10, 11, 33, 25, 125) * 1000;
  // The moment of the example in RFC 3550 §6.4.1.
  expect(stream.report(nowUs, 9000)).toMatchObject({
    ssrc: 7,
    ntp: { seconds: 0xb44db705, fraction: 0x20000000 },
    rtpTimestamp: 9000,
    packets: 2,
    octets: 3,
  });
  expect(ntpTime(nowUs)).toEqual({ seconds: 3_024_992_005, fraction: 2 ** 29 });
});

test('the round trip of the example in RFC 3550 §6.4.1 is 6.125 seconds', () => {
  const block: ReportBlock = {
    ssrc: 7,
    fractionLost: 0,
    lost: 0,
    highestSequence: 0,
    jitter: 0,
    lastSenderReport: 0xb7052000,
    delaySinceSenderReport: 0x00054000,
  };
  const nowUs = Date.UTC(1995, 10, 10, 11, 33, 36, 500) * 1000;
  expect(roundTripUs(block, nowUs)).toBe(6_125_000);
  expect(roundTripUs({ ...block, lastSenderReport: 0 }, nowUs)).toBeNull();
  expect(roundTripUs({ ...block, delaySinceSenderReport: 0x00200000 }, nowUs)).toBeNull();
});

test('a clock of 90 kHz from any start turns over at 2^32', () => {
  expect(rtpTimestamp(1_000_000, 90_000, 5)).toBe(90_005);
  expect(rtpTimestamp(1_000_000, 90_000, 2 ** 32 - 90_000)).toBe(0);
  // A year of microseconds is beyond what their product with the rate could hold exactly.
  expect(rtpTimestamp(31_536_000_000_000, 90_000, 0)).toBe((31_536_000 * 90_000) % 2 ** 32);
});

test('a packet can be sent again while it is kept, and again only after a rest', () => {
  const history = new SendHistory(4, 1000);
  const stream = new SendStream(start);
  const sent: RtpPacket[] = [];
  for (let n = 0; n < 6; n += 1) {
    for (const packet of stream.packets([Uint8Array.of(n)], n)) {
      history.remember(packet);
      sent.push(packet);
    }
  }
  expect(history.recall(65534, 0)).toBeNull();
  expect(history.recall(65535, 0)).toBeNull();
  expect(history.recall(0, 0)).toBe(sent[2]);
  expect(history.recall(3, 0)).toBe(sent[5]);
  expect(history.recall(4, 0)).toBeNull();
  expect(history.recall(0, 999)).toBeNull();
  expect(history.recall(0, 1000)).toBe(sent[2]);
});
