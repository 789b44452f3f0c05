import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReverieError } from '../../../../src/contract/error.ts';
import { decodeOsc } from '../../../../src/protocols/osc/decode.ts';
import { encodeOsc } from '../../../../src/protocols/osc/encode.ts';
import { expected, messages, packets } from './arbitrary.ts';
import { goodVectors } from './vectors.ts';

function outcome(bytes: Uint8Array): 'read' | 'refused' {
  try {
    decodeOsc(bytes);
    return 'read';
  } catch (error) {
    if (error instanceof ReverieError && error.code === 'E_OSC_MALFORMED') return 'refused';
    throw error;
  }
}

test('whatever is written is read back the same', () => {
  const survives = fc.property(packets, (packet) => {
    expect(decodeOsc(encodeOsc(packet))).toEqual(expected(packet));
  });
  fc.assert(survives, { numRuns: 500 });
});

test('random bytes are read or refused, and nothing else happens', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 120 }).map((rest) => Buffer.concat([Buffer.from('#bundle\0'), rest])),
    fc
      .uint8Array({ maxLength: 120 })
      .map((rest) => Buffer.concat([Buffer.from('/a\0\0,ibs[h]t\0\0\0'), rest])),
  );
  fc.assert(
    fc.property(hostile, (bytes) => void outcome(bytes)),
    { numRuns: 3000 },
  );
});

test('one changed byte is read or refused, and nothing else happens', () => {
  const changed = fc
    .tuple(packets, fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([packet, place, difference]) => {
      const bytes = encodeOsc(packet);
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ difference;
      return bytes;
    });
  fc.assert(
    fc.property(changed, (bytes) => void outcome(bytes)),
    { numRuns: 1000 },
  );
});

test('a message cut short anywhere is refused, except where only its bare address is left', () => {
  fc.assert(
    fc.property(messages, (message) => {
      const bytes = encodeOsc(message);
      const addressEnd = (message.address.length + 4) & ~3;
      for (let length = 0; length < bytes.length; length++) {
        expect(outcome(bytes.subarray(0, length))).toBe(length === addressEnd ? 'read' : 'refused');
      }
    }),
    { numRuns: 200 },
  );
});

test('the good packets cut short never read as something longer', () => {
  for (const { bytes, messages: whole } of goodVectors) {
    const cuts = Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length));
    const lengths = cuts.filter((cut) => outcome(cut) === 'read').map((cut) => decodeOsc(cut).length);
    expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(whole.length);
  }
});
