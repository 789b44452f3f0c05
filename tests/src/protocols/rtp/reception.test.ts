import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Reception } from '../../../../src/protocols/rtp/reception.ts';
import { SequenceUnwrapper, sequenceDistance } from '../../../../src/protocols/rtp/sequence.ts';

/** Packets 3000 ticks apart that take `delayMs` each. */
function received(sequences: readonly number[], delayMs: (index: number) => number = () => 20): Reception {
  const reception = new Reception(7, 90_000);
  sequences.forEach((sequence, index) =>
    reception.received(sequence & 0xffff, index * 3000, (index * 100_000) / 3 + delayMs(index) * 1000),
  );
  return reception;
}

test('before the first packet there is nothing to report', () => {
  expect(new Reception(7, 90_000).report(0)).toBeNull();
});

test('losses are counted over the whole stream, their fraction since the last report (RFC 3550 A.3)', () => {
  const reception = received([10, 11, 13, 14]);
  // One of five: 256 / 5, rounded down.
  expect(reception.report(0)).toMatchObject({ ssrc: 7, lost: 1, fractionLost: 51, highestSequence: 14 });
  reception.received(15, 0, 0);
  expect(reception.report(0)).toMatchObject({ lost: 1, fractionLost: 0, highestSequence: 15 });
  reception.received(12, 0, 0);
  reception.received(15, 0, 0);
  expect(reception.report(0)).toMatchObject({ lost: -1, fractionLost: 0, highestSequence: 15 });
});

test('the highest number has its cycles in the upper half', () => {
  expect(received([65534, 65535, 0, 1]).report(0)).toMatchObject({ highestSequence: 0x0001_0001, lost: 0 });
});

test('packets that were overtaken are no losses', () => {
  expect(received([3, 5, 4, 7, 6]).report(0)).toMatchObject({ lost: 0, fractionLost: 0, highestSequence: 7 });
});

test('a steady stream has no jitter', () => {
  expect(received(Array.from({ length: 50 }, (_, n) => n)).report(0)?.jitter).toBe(0);
});

test('the jitter moves by a sixteenth of each change (RFC 3550 A.8)', () => {
  const reception = received([0, 1, 2], (index) => (index === 1 ? 36 : 20));
  // 16 ms are 1440 ticks: 1440 / 16 = 90, then (1440 - 90) / 16 more.
  expect(reception.jitter).toBeCloseTo(90 + 1350 / 16, 0);
});

test('a report says which sender report came last, and how long ago in 1/65536 s', () => {
  const reception = received([0]);
  reception.senderReport({ seconds: 0xb44db705, fraction: 0x20000000 }, 1_000_000);
  expect(reception.report(6_250_000)).toMatchObject({
    lastSenderReport: 0xb7052000,
    delaySinceSenderReport: 0x00054000,
  });
});

test('numbers on a circle: distance is the short way, and unwrapped they run on', () => {
  expect(sequenceDistance(65535, 0)).toBe(1);
  expect(sequenceDistance(0, 65535)).toBe(-1);
  expect(sequenceDistance(0, 32767)).toBe(32767);
  fc.assert(
    fc.property(
      fc.nat(0xffff),
      fc.array(fc.integer({ min: -32767, max: 32767 }), { maxLength: 50 }),
      (first, steps) => {
        const unwrapper = new SequenceUnwrapper();
        let at = unwrapper.unwrap(first);
        for (const step of steps) {
          expect(unwrapper.unwrap((at + step) & 0xffff)).toBe(at + step);
          at += step;
        }
      },
    ),
  );
});
