import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RtpPacket } from '../../../../src/protocols/rtp/packet.ts';
import { payloadFormats } from '../../../../src/protocols/rtp/payload.ts';
import { defaultTiming, ReorderBuffer } from '../../../../src/protocols/rtp/reorder-buffer.ts';
import { hex } from './hex.ts';
import { play, type Course, type Play } from './network.ts';
import { vp8Frame } from './pictures.ts';

const all = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const promptly = (): readonly number[] => [10_000];
const answered = { nacks: true, keys: true };

const calm: Play = { pictures: 40, sequence: 65_500, network: promptly, size: () => 3, answers: answered };

/** Loses each packet that `lost` picks. */
function losing(lost: (packet: number) => boolean): Play['network'] {
  return (packet) => (lost(packet) ? [] : [10_000]);
}

/** In order, none twice, and each either key or right behind the one before it. */
function expectDecodable({ out, keysSent }: Course): void {
  out.forEach((n, index) => {
    const before = out[index - 1];
    expect(before === undefined || n > before, `${n} after ${before}`).toBe(true);
    expect(n - 1 === before || keysSent.includes(n), `${n} after ${before} cannot be decoded`).toBe(true);
  });
}

test('without faults every picture comes out when its last packet comes in, and nothing is asked for', () => {
  const course = play(calm);
  expect(course.out).toEqual(all(40));
  course.out.forEach((n, index) => expect(course.atUs[index]).toBe(n * 33_333 + 10_000));
  expect(course).toMatchObject({ nacked: 0, keysAsked: 0 });
  expect(course.buffer.counts).toEqual({
    pictures: 40,
    recovered: 0,
    lost: 0,
    late: 0,
    dropped: 0,
    restarts: 0,
  });
});

test('packets that overtake each other, and come twice, change nothing but the time', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(30_000)), fc.nat(0xffff), (delays, sequence) => {
      const delay = (): number => 10_000 + Number(delays.next().value);
      const course = play({
        ...calm,
        sequence,
        // The first packets come in order: a stream begins with the first one that is seen.
        network: (packet) => (packet < 3 ? [10_000] : [delay(), delay()]),
      });
      expect(course.out).toEqual(all(40));
      expect(course.keysAsked).toBe(0);
      expect(course.buffer.counts).toMatchObject({ lost: 0, dropped: 0 });
    }),
    { numRuns: 40 },
  );
});

test('what is lost once is asked for once, comes again, and no picture is missed', () => {
  const course = play({ ...calm, network: losing((packet) => packet === 20 || packet === 21) });
  expect(course.out).toEqual(all(40));
  expect(course).toMatchObject({ nacked: 2, keysAsked: 0 });
  expect(course.buffer.counts).toMatchObject({ recovered: 2, lost: 0 });
  // Noticed by the next picture, asked for 4 ms later, 5 ms back and 10 ms again.
  expect(Math.max(...course.atUs.map((atUs, n) => atUs - n * 33_333))).toBeLessThan(33_333 + 30_000);
});

test('with three of a hundred packets lost, no picture is missed or waits for a quarter of a second', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(99)), (dice) => {
      const course = play({
        ...calm,
        pictures: 120,
        network: losing((packet) => packet > 2 && packet < 330 && Number(dice.next().value) < 3),
      });
      expect(course.out).toEqual(all(120));
      const gaps = course.atUs.slice(1).map((atUs, index) => atUs - (course.atUs[index] ?? 0));
      expect(Math.max(...gaps)).toBeLessThan(250_000);
    }),
    { numRuns: 30 },
  );
});

test('a packet that never comes is given up after the time to hold, and play goes on with a key picture', () => {
  const course = play({
    ...calm,
    network: losing((packet) => packet === 30),
    answers: { nacks: false, keys: true },
  });
  expectDecodable(course);
  expect(course.out.slice(0, 10)).toEqual(all(10));
  expect(course.out.at(-1)).toBe(39);
  expect(course.keysSent).toHaveLength(2);
  const gap = Math.max(...course.atUs.slice(1).map((atUs, index) => atUs - (course.atUs[index] ?? 0)));
  expect(gap).toBeLessThan(defaultTiming.holdUs + 3 * 33_333);
  expect(course.buffer.counts).toMatchObject({ lost: 1 });
});

test('whatever is lost, overtaken or doubled, what comes out can be decoded, and play goes on after it', () => {
  const fates = fc.infiniteStream(fc.array(fc.nat(80_000), { maxLength: 2 }));
  const answers = fc.record({ nacks: fc.boolean(), keys: fc.constant(true) });
  fc.assert(
    fc.property(
      fates,
      answers,
      fc.nat(0xffff),
      fc.integer({ min: 1, max: 6 }),
      (fate, answer, sequence, packets) => {
        const course = play({
          pictures: 90,
          sequence,
          size: (n) => 1 + (n % packets),
          // A bad time, and then a good one.
          network: (packet) => (packet < 60 ? [...fate.next().value] : [10_000]),
          answers: answer,
        });
        expectDecodable(course);
        expect(course.out.at(-1)).toBe(89);
      },
    ),
    { numRuns: 60 },
  );
});

test('a key picture is asked for again while none comes, but not more often than is agreed', () => {
  const course = play({
    ...calm,
    pictures: 90,
    network: losing((packet) => packet === 0),
    answers: { nacks: false, keys: false },
  });
  expect(course.out).toEqual([]);
  // Three seconds, from a little after the beginning.
  expect(course.keysAsked).toBeGreaterThanOrEqual(7);
  expect(course.keysAsked).toBeLessThanOrEqual(10);
  expect(course.buffer.counts.dropped).toBeGreaterThan(80);
});

test('a stream that is joined in the middle of a picture begins with the next key picture', () => {
  const course = play({ ...calm, network: losing((packet) => packet < 4) });
  expectDecodable(course);
  expect(course.keysSent).toHaveLength(2);
  expect(course.out.at(0)).toBe(course.keysSent[1]);
});

/** Packets of one stream, made by hand. */
function packet(sequence: number, timestamp: number, payload: Uint8Array, marker = true): RtpPacket {
  return { marker, payloadType: 96, sequence, timestamp, ssrc: 1, extensions: [], payload };
}
const key = Uint8Array.of(0x10, ...vp8Frame(true, hex('aa')));
const delta = Uint8Array.of(0x10, ...vp8Frame(false, hex('bb')));
const rest = hex('00cc');

/** A buffer that has given out a key picture with sequence number 0. */
function playing(): ReorderBuffer {
  const buffer = new ReorderBuffer(payloadFormats.vp8);
  buffer.push(packet(0, 0, key), 0);
  expect(buffer.take(0).pictures).toHaveLength(1);
  return buffer;
}

test('packets that only pad are neither pictures nor gaps', () => {
  const buffer = playing();
  buffer.push(packet(1, 0, hex(''), false), 0);
  buffer.push(packet(2, 3000, delta), 0);
  expect(buffer.take(0)).toMatchObject({ pictures: [{ timestamp: 3000 }], nacks: [], nextUs: null });
  expect(buffer.counts).toMatchObject({ pictures: 2, dropped: 0 });
});

test('a sender without markers is understood by its timestamps', () => {
  const buffer = playing();
  buffer.push(packet(1, 3000, delta, false), 0);
  buffer.push(packet(2, 3000, rest, false), 0);
  expect(buffer.take(0).pictures).toEqual([]);
  buffer.push(packet(3, 6000, delta, false), 0);
  expect(buffer.take(0).pictures).toMatchObject([
    { timestamp: 3000, data: Buffer.from([0x11, 0, 0, 0xbb, 0xcc]) },
  ]);
});

test('a picture carries the extensions of its last packet', () => {
  const buffer = playing();
  const extensions = [{ id: 5, data: hex('01010120') }];
  buffer.push(packet(1, 3000, delta, false), 0);
  buffer.push({ ...packet(2, 3000, rest), extensions }, 0);
  expect(buffer.take(0).pictures[0]?.extensions).toBe(extensions);
});

test('a decoder that asks for a key picture gets nothing else', () => {
  const buffer = playing();
  buffer.requireKey();
  buffer.push(packet(1, 3000, delta), 0);
  expect(buffer.take(0)).toMatchObject({ pictures: [], keyDue: true, nextUs: defaultTiming.keyAgainUs });
  buffer.push(packet(2, 6000, key), 0);
  expect(buffer.take(0)).toMatchObject({ pictures: [{ key: true }], keyDue: false, nextUs: null });
});

test('behind a gap, a key picture is worth more than the gap where nothing else can be used', () => {
  const buffer = playing();
  buffer.requireKey();
  buffer.push(packet(5, 9000, key, false), 0);
  buffer.push(packet(6, 9000, rest), 0);
  expect(buffer.take(0).pictures).toMatchObject([{ key: true, timestamp: 9000 }]);
  expect(buffer.counts).toMatchObject({ lost: 4 });
});

test('a gap in a key picture itself is waited for, until another key picture comes in', () => {
  for (const another of [false, true]) {
    const buffer = playing();
    buffer.requireKey();
    buffer.push(packet(1, 3000, key, false), 0);
    buffer.push(packet(3, 3000, rest), 0);
    if (another) buffer.push(packet(4, 6000, key), 0);
    expect(buffer.take(0).pictures.map(({ timestamp }) => timestamp)).toEqual(another ? [6000] : []);
    buffer.push(packet(2, 3000, rest, false), 10_000);
    expect(buffer.take(10_000).pictures.map(({ timestamp }) => timestamp)).toEqual(another ? [] : [3000]);
  }
});

test('an H.264 key picture whose parameter sets are late waits for them', () => {
  const buffer = new ReorderBuffer(payloadFormats.h264);
  buffer.push(packet(0, 0, hex('6742aa'), false), 0);
  buffer.push(packet(2, 0, hex('6588aa')), 0);
  expect(buffer.take(0).pictures).toEqual([]);
  buffer.push(packet(1, 0, hex('68ceaa'), false), 1000);
  expect(buffer.take(1000).pictures).toMatchObject([{ key: true }]);
});

test('one stray packet is dropped; two that follow each other are a sender that began anew', () => {
  const buffer = playing();
  buffer.push(packet(30_000, 0, key), 0);
  expect(buffer.take(0)).toMatchObject({ pictures: [], nacks: [] });
  buffer.push(packet(1, 3000, delta), 0);
  expect(buffer.take(0).pictures).toHaveLength(1);
  buffer.push(packet(30_000, 0, delta), 0);
  buffer.push(packet(30_001, 3000, key), 0);
  expect(buffer.take(0).pictures).toMatchObject([{ key: true, timestamp: 3000 }]);
  expect(buffer.counts).toMatchObject({ restarts: 1, late: 2 });
});

test('a gap too large to fill is given up at once', () => {
  const buffer = playing();
  buffer.push(packet(2000, 9000, delta), 0);
  expect(buffer.take(0)).toMatchObject({ pictures: [], nacks: [], keyDue: true });
  expect(buffer.counts.lost).toBe(1999);
});

test('a picture that cannot be put together asks for a key picture', () => {
  const buffer = playing();
  buffer.push(packet(1, 3000, delta, false), 0);
  buffer.push(packet(2, 3000, delta), 0);
  expect(buffer.take(0)).toMatchObject({ pictures: [], keyDue: true });
});

test('a picture without end does not fill the memory', () => {
  const buffer = playing();
  buffer.push(packet(1, 3000, delta, false), 0);
  for (let n = 2; n < 10_000; n += 1) {
    buffer.push(packet(n & 0xffff, 3000, rest, false), 0);
    buffer.take(0);
  }
  expect(buffer.take(defaultTiming.keyAgainUs).keyDue).toBe(true);
  expect(buffer.counts).toMatchObject({ dropped: 1, pictures: 1 });
});

test('any packets in any order at any time are borne', () => {
  const payloads = fc.constantFrom(key, delta, rest, hex(''), hex('ff'));
  const events = fc.array(
    fc.record({
      sequence: fc.oneof(fc.nat(20), fc.nat(0xffff)),
      timestamp: fc.nat(3),
      payload: payloads,
      marker: fc.boolean(),
      stepUs: fc.nat(300_000),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(events, (arriving) => {
      for (const format of [payloadFormats.vp8, payloadFormats.h264]) {
        const buffer = new ReorderBuffer(format);
        let nowUs = 0;
        for (const { sequence, timestamp, payload, marker, stepUs } of arriving) {
          nowUs += stepUs;
          buffer.push(packet(sequence, timestamp, payload, marker), nowUs);
          const step = buffer.take(nowUs);
          expect(step.nextUs === null || step.nextUs > nowUs).toBe(true);
          expect(new Set(step.nacks).size).toBe(step.nacks.length);
        }
      }
    }),
  );
});
