import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPlayoutDelay, parseColorSpace } from '../../../../src/protocols/rtp/header-extensions.ts';
import { buildRtp, isRtcp, parseRtp, type RtpPacket } from '../../../../src/protocols/rtp/packet.ts';
import { hex, hexOf } from './hex.ts';

const packets: fc.Arbitrary<RtpPacket> = fc.record({
  marker: fc.boolean(),
  payloadType: fc.nat(127),
  sequence: fc.nat(0xffff),
  timestamp: fc.nat(0xffffffff),
  ssrc: fc.nat(0xffffffff),
  extensions: fc.array(
    fc.record({ id: fc.integer({ min: 1, max: 14 }), data: fc.uint8Array({ minLength: 1, maxLength: 16 }) }),
    { maxLength: 5 },
  ),
  payload: fc.uint8Array({ maxLength: 64 }),
});

test('the fixed header of RFC 3550 §5.1, worked by hand', () => {
  // V=2, M=1, PT=96, sequence 0x1234, timestamp 0x01020304, SSRC 0xdeadbeef.
  const bytes = hex('80e0 1234 01020304 deadbeef aabb');
  const packet = parseRtp(bytes);
  expect(packet).toEqual({
    marker: true,
    payloadType: 96,
    sequence: 0x1234,
    timestamp: 0x01020304,
    ssrc: 0xdeadbeef,
    extensions: [],
    payload: hex('aabb'),
  });
  if (packet !== null) expect(hexOf(buildRtp(packet))).toBe(hexOf(bytes));
});

test('contributing sources and padding are not taken for the payload', () => {
  // CC=2, P=1: two CSRCs, one byte of payload, three of padding.
  expect(parseRtp(hex('a260 0001 00000000 00000001 11111111 22222222 77 000003'))?.payload).toEqual(
    hex('77'),
  );
});

test('a packet that only pads has an empty payload', () => {
  expect(parseRtp(hex('a060 0001 00000000 00000001 00000004'))?.payload).toHaveLength(0);
});

test('the three extensions of the figure in RFC 8285 §4.2, with padding between them', () => {
  // ID 1 of 1 byte; ID 2 of 2 bytes, then two bytes of padding; ID 3 of 4 bytes.
  const block = 'bede 0003 10 aa 21 bbbb 0000 33 cccccccc';
  const packet = parseRtp(hex(`9060 0001 00000000 00000001 ${block} 99`));
  expect(packet?.extensions).toEqual([
    { id: 1, data: hex('aa') },
    { id: 2, data: hex('bbbb') },
    { id: 3, data: hex('cccccccc') },
  ]);
  expect(packet?.payload).toEqual(hex('99'));
});

test('the two-byte form of RFC 8285 §4.3 is read, an empty extension too', () => {
  // ID 1 of 0 bytes, ID 2 of 1 byte, padding, ID 3 of 4 bytes.
  const packet = parseRtp(hex('9060 0001 00000000 00000001 1000 0003 01 00 02 01 bb 00 03 04 cccccccc 99'));
  expect(packet?.extensions).toEqual([
    { id: 1, data: hex('') },
    { id: 2, data: hex('bb') },
    { id: 3, data: hex('cccccccc') },
  ]);
});

test('extensions of an unknown form are passed over, and so is what follows an id of 15', () => {
  expect(parseRtp(hex('9060 0001 00000000 00000001 abac 0001 10aa0000 99'))?.extensions).toEqual([]);
  expect(parseRtp(hex('9060 0001 00000000 00000001 bede 0001 f0aa10aa 99'))?.extensions).toEqual([]);
});

test('what is no RTP packet gives null', () => {
  for (const [what, bytes] of [
    ['nothing', ''],
    ['eleven bytes', '8060 0001 00000000 000000'],
    ['version 1', '4060 0001 00000000 00000001'],
    ['sources beyond the end', '8f60 0001 00000000 00000001'],
    ['extensions beyond the end', '9060 0001 00000000 00000001 bede 0002 10aa0000'],
    ['more padding than there is', 'a060 0001 00000000 00000001 ff'],
    ['padding of no length', 'a060 0001 00000000 00000001 00'],
  ] as const)
    expect(parseRtp(hex(bytes)), what).toBeNull();
});

test('every packet comes back as it was built', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      expect(parseRtp(buildRtp(packet))).toEqual(packet);
    }),
  );
});

test('an extension that has no place in the one-byte form is refused', () => {
  const packet = parseRtp(hex('8060 0001 00000000 00000001'));
  if (packet === null) throw new Error('the packet of this test is wrong');
  for (const extension of [
    { id: 15, data: hex('aa') },
    { id: 1, data: hex('') },
    { id: 1, data: new Uint8Array(17) },
  ])
    expect(() => buildRtp({ ...packet, extensions: [extension] })).toThrow('one-byte form');
});

test('cut short or with flipped bits, a packet is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(packets, fc.nat(), fc.nat(), (packet, cut, flip) => {
      const bytes = buildRtp(packet);
      const at = flip % (bytes.length * 8);
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
      const read = parseRtp(bytes.subarray(0, cut % (bytes.length + 1)));
      expect(read === null || read.payload.length <= bytes.length).toBe(true);
    }),
  );
});

test('any bytes are read or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      if (bytes.length > 0) bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x3f);
      expect(['object']).toContain(typeof parseRtp(bytes));
    }),
  );
});

test('RTCP is told from RTP by its second byte (RFC 5761 §4)', () => {
  expect([hex('80c8'), hex('80c9'), hex('81cd'), hex('81ce'), hex('80df')].map(isRtcp)).toEqual(
    Array.from({ length: 5 }, () => true),
  );
  expect([hex('8060'), hex('80e0'), hex('80bf'), hex('80')].map(isRtcp)).toEqual(
    Array.from({ length: 4 }, () => false),
  );
});

test('a colour space is read in its short and its long form; others are refused', () => {
  // Primaries, transfer and matrix BT.709 (1), range full (2) in bits 5 and 4.
  const full = { primaries: 1, transfer: 1, matrix: 1, range: 'full' };
  expect(parseColorSpace(hex('01010120'))).toEqual(full);
  expect(parseColorSpace(new Uint8Array(28).fill(1, 0, 3).fill(0x20, 3, 4))).toEqual(full);
  expect(parseColorSpace(hex('01010610'))).toEqual({
    primaries: 1,
    transfer: 1,
    matrix: 6,
    range: 'limited',
  });
  expect(parseColorSpace(hex('01010100'))?.range).toBeNull();
  expect([hex(''), hex('010101'), hex('0101012000')].map(parseColorSpace)).toEqual([null, null, null]);
});

test('a playout delay is two numbers of twelve bits in steps of 10 ms', () => {
  expect(hexOf(buildPlayoutDelay(0, 0))).toBe('000000');
  // 100 ms is 10 = 0x00a, 400 ms is 40 = 0x028.
  expect(hexOf(buildPlayoutDelay(100, 400))).toBe('00a028');
  expect(hexOf(buildPlayoutDelay(0, 1e9))).toBe('000fff');
});
