import { describe, expect, test } from 'vitest';
import { ReverieError } from '../../../../src/contract/error.ts';
import { decodeOsc } from '../../../../src/protocols/osc/decode.ts';
import { badVectors, bundle, goodVectors, hex, message } from './vectors.ts';

function refusal(bytes: Uint8Array): ReverieError {
  try {
    decodeOsc(bytes);
  } catch (error) {
    if (error instanceof ReverieError) return error;
    throw error;
  }
  throw new Error('the packet was accepted');
}

describe('a well-formed packet', () => {
  test.each(goodVectors)('with $name is read', ({ bytes, messages }) => {
    expect(decodeOsc(bytes).map(({ address, args }) => ({ address, args }))).toEqual(messages);
  });

  test('is read where it lies, also in the middle of a larger buffer', () => {
    for (const { bytes, messages } of goodVectors) {
      const larger = new Uint8Array(bytes.length + 12).fill(255);
      larger.set(bytes, 5);
      const read = decodeOsc(larger.subarray(5, 5 + bytes.length));
      expect(read.map(({ address, args }) => ({ address, args }))).toEqual(messages);
    }
  });

  test('keeps what is not a number as it came, for the reader to refuse', () => {
    const [read] = decodeOsc(message('/a', 'fd', hex('7fc00000'), hex('fff00000 00000000')));
    expect(read?.args).toEqual([NaN, -Infinity]);
  });
});

describe('the time of a message', () => {
  test('is that of the innermost bundle, to the last bit', () => {
    const inner = bundle([message('/b', '')], hex('eb6b0a05 ffffffff'));
    const read = decodeOsc(bundle([message('/a', ''), inner, message('/c', '')], hex('00000000 00000001')));
    expect(read.map(({ timetag }) => timetag)).toEqual([
      { seconds: 0, fraction: 1 },
      { seconds: 0xeb6b0a05, fraction: 0xffffffff },
      { seconds: 0, fraction: 1 },
    ]);
    expect(read[0]?.timetag).toBe(read[2]?.timetag);
  });

  test('is none outside of bundles', () => {
    expect(decodeOsc(message('/a', ''))[0]?.timetag).toBeNull();
  });
});

describe('a malformed packet', () => {
  test.each(badVectors)('with $name is refused, and the place is named', ({ bytes, offset }) => {
    const error = refusal(bytes);
    expect(error).toMatchObject({ code: 'E_OSC_MALFORMED', details: { offset } });
    expect(error.message).toMatch(new RegExp(`at offset ${offset}$`));
  });

  test('of the largest size is refused too', () => {
    const brackets = Buffer.concat([message('/a', ''), Buffer.alloc(65_500, '[')]);
    expect(refusal(brackets).code).toBe('E_OSC_MALFORMED');
    const slashes = Buffer.alloc(65_504, '/');
    expect(refusal(slashes).code).toBe('E_OSC_MALFORMED');
  });
});
