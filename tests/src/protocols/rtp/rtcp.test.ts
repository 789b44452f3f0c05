import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildRtcp } from '../../../../src/protocols/rtp/rtcp-build.ts';
import { parseRtcp } from '../../../../src/protocols/rtp/rtcp-parse.ts';
import { CNAME, type ReportBlock, type RtcpPacket } from '../../../../src/protocols/rtp/rtcp.ts';
import { hex, hexOf } from './hex.ts';

const word = fc.nat(0xffffffff);

const blocks: fc.Arbitrary<ReportBlock[]> = fc.array(
  fc.record({
    ssrc: word,
    fractionLost: fc.nat(255),
    lost: fc.integer({ min: -0x800000, max: 0x7fffff }),
    highestSequence: word,
    jitter: word,
    lastSenderReport: word,
    delaySinceSenderReport: word,
  }),
  { maxLength: 4 },
);
const texts = fc.string({ unit: 'grapheme', maxLength: 20 });
/** Ascending numbers somewhere on the circle, as losses are. */
const sequences = fc
  .tuple(fc.nat(0xffff), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }))
  .map(([first, steps]) =>
    steps.reduce<number[]>((all, step) => [...all, ((all.at(-1) ?? first) + step) & 0xffff], [first]),
  );

const packets: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({
    type: fc.constant('sender-report' as const),
    ssrc: word,
    ntp: fc.record({ seconds: word, fraction: word }),
    rtpTimestamp: word,
    packets: word,
    octets: word,
    reports: blocks,
  }),
  fc.record({ type: fc.constant('receiver-report' as const), ssrc: word, reports: blocks }),
  fc.record({
    type: fc.constant('source-description' as const),
    sources: fc.array(
      fc.record({
        ssrc: word,
        items: fc.array(fc.record({ item: fc.integer({ min: 1, max: 8 }), text: texts }), { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    type: fc.constant('bye' as const),
    sources: fc.array(word, { maxLength: 4 }),
    reason: fc.option(texts),
  }),
  fc.record({ type: fc.constant('nack' as const), sender: word, media: word, sequences }),
  fc.record({ type: fc.constant('pli' as const), sender: word, media: word }),
  fc.record({
    type: fc.constant('fir' as const),
    sender: word,
    requests: fc.array(fc.record({ ssrc: word, sequence: fc.nat(255) }), { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('remb' as const),
    sender: word,
    bitrateBps: fc
      .tuple(fc.integer({ min: 0x20000, max: 0x3ffff }), fc.nat(20))
      .map(([mantissa, exponent]) => mantissa * 2 ** exponent),
    ssrcs: fc.array(word, { maxLength: 4 }),
  }),
  fc.record({
    type: fc.constant('other' as const),
    payloadType: fc.constantFrom(204, 207),
    count: fc.nat(31),
    body: fc.nat(5).map((words) => new Uint8Array(words * 4).fill(7)),
  }),
);

/** A packet, its bytes worked by hand, and where their layout is from. */
const vectors: readonly (readonly [string, RtcpPacket, string])[] = [
  [
    'a sender report, RFC 3550 §6.4.1; lost -1 is 0xffffff',
    {
      type: 'sender-report',
      ssrc: 1,
      ntp: { seconds: 0xb44db705, fraction: 0x20000000 },
      rtpTimestamp: 0x0000aa00,
      packets: 3,
      octets: 1000,
      reports: [
        {
          ssrc: 2,
          fractionLost: 0x40,
          lost: -1,
          highestSequence: 0x0001_0005,
          jitter: 9,
          lastSenderReport: 0xb7052000,
          delaySinceSenderReport: 0x00054000,
        },
      ],
    },
    `81c8000c 00000001 b44db705 20000000 0000aa00 00000003 000003e8
     00000002 40ffffff 00010005 00000009 b7052000 00054000`,
  ],
  [
    'an empty receiver report, §6.4.2',
    { type: 'receiver-report', ssrc: 7, reports: [] },
    '80c90001 00000007',
  ],
  [
    'a CNAME, §6.5: the item, its length, and zeros to the end of the word',
    { type: 'source-description', sources: [{ ssrc: 7, items: [{ item: CNAME, text: 'abc' }] }] },
    '81ca0003 00000007 01036162 63000000',
  ],
  [
    'a CNAME that ends with its word has a word of zeros behind it',
    { type: 'source-description', sources: [{ ssrc: 7, items: [{ item: CNAME, text: 'ab' }] }] },
    '81ca0003 00000007 01026162 00000000',
  ],
  [
    'a goodbye with its reason, §6.6',
    { type: 'bye', sources: [7], reason: 'end' },
    '81cb0002 00000007 03656e64',
  ],
  [
    'a generic NACK, RFC 4585 §6.2.1: 100, and bits 0 and 15 for 101 and 116; then 200',
    { type: 'nack', sender: 1, media: 2, sequences: [100, 101, 116, 200] },
    '81cd0004 00000001 00000002 00648001 00c80000',
  ],
  [
    'a NACK over the turn of the numbers',
    { type: 'nack', sender: 1, media: 2, sequences: [65535, 0, 2] },
    '81cd0003 00000001 00000002 ffff0005',
  ],
  ['a PLI, §6.3.1', { type: 'pli', sender: 1, media: 2 }, '81ce0002 00000001 00000002'],
  [
    'an FIR, RFC 5104 §4.3.1.1',
    { type: 'fir', sender: 1, requests: [{ ssrc: 2, sequence: 5 }] },
    '84ce0004 00000001 00000000 00000002 05000000',
  ],
  [
    'a REMB, draft-alvestrand-rmcat-remb-03 §2.2: 1 000 000 is 250 000 * 2^2, 250 000 is 0x3d090',
    { type: 'remb', sender: 1, bitrateBps: 1_000_000, ssrcs: [2] },
    '8fce0005 00000001 00000000 52454d42 010bd090 00000002',
  ],
];

test.each(vectors)('%s', (_, packet, bytes) => {
  expect(hexOf(buildRtcp([packet]))).toBe(hexOf(hex(bytes)));
  expect(parseRtcp(hex(bytes))).toEqual([packet]);
});

test('compound packets come back as they were built', () => {
  fc.assert(
    fc.property(fc.array(packets, { maxLength: 4 }), (compound) => {
      expect(parseRtcp(Uint8Array.from(buildRtcp(compound)))).toEqual(compound);
    }),
  );
});

test('a bitrate is rounded down, so that a limit stays one, and by less than a hundred-thousandth', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (bitrateBps) => {
      const [packet] = parseRtcp(buildRtcp([{ type: 'remb', sender: 1, bitrateBps, ssrcs: [] }])) ?? [];
      if (packet?.type !== 'remb') throw new Error('no REMB came back');
      expect(packet.bitrateBps).toBeLessThanOrEqual(bitrateBps);
      expect(packet.bitrateBps).toBeGreaterThan(bitrateBps * (1 - 1e-5));
    }),
  );
});

test('padding at the end of a packet is taken off', () => {
  expect(parseRtcp(hex('a1ce0003 00000001 00000002 00000004'))).toEqual([
    { type: 'pli', sender: 1, media: 2 },
  ]);
});

test('sizes that do not add up refuse the whole compound', () => {
  const good = '80c90001 00000007';
  for (const [what, bytes] of [
    ['a header cut short', '80c9'],
    ['a length beyond the end', '80c90002 00000007'],
    ['version 1', '40c90001 00000007'],
    ['more report blocks than there is room for', '81c90001 00000007'],
    ['a sender report without its figures', '80c80001 00000007'],
    ['an item that runs over its chunk', '81ca0002 00000007 01ff6162'],
    ['a chunk without end', '81ca0002 00000007 01026162'],
    ['more sources than there are', '83cb0001 00000007'],
    ['a reason longer than the packet', '81cb0002 00000007 09656e64'],
    ['feedback without its media', '81ce0001 00000001'],
    ['half an FIR', '84ce0003 00000001 00000000 00000002'],
    ['a REMB of more streams than it names', '8fce0004 00000001 00000000 52454d42 020bd090'],
    ['padding longer than the packet', 'a1ce0002 00000001 00000014'],
    ['padding of odd length', 'a1ce0003 00000001 00000002 00000003'],
  ] as const) {
    expect(parseRtcp(hex(bytes)), what).toBeNull();
    expect(parseRtcp(hex(good + bytes)), `${what}, behind a good one`).toBeNull();
  }
  expect(parseRtcp(hex(''))).toEqual([]);
});

test('cut short or with flipped bits, a compound is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(
      fc.array(packets, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.nat(),
      (compound, cut, flip) => {
        const bytes = buildRtcp(compound);
        const at = flip % (bytes.length * 8);
        bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
        for (const some of [bytes, bytes.subarray(0, cut % (bytes.length + 1))]) {
          const read = parseRtcp(some);
          expect(read === null || read.length <= some.length / 4).toBe(true);
        }
      },
    ),
  );
});

test('any bytes that say they are RTCP are read or refused, never thrown at', () => {
  const header = fc.tuple(fc.nat(31), fc.constantFrom(200, 201, 202, 203, 205, 206), fc.nat(8));
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 36 }), ([count, type, length], body) => {
      const read = parseRtcp(Uint8Array.from([0x80 | count, type, 0, length, ...body]));
      expect(read === null || Array.isArray(read)).toBe(true);
    }),
  );
});

test('more than a count of five bits can say is refused when it is built', () => {
  const sources = Array.from({ length: 32 }, (_, index) => index);
  expect(() => buildRtcp([{ type: 'bye', sources, reason: null }])).toThrow('cannot hold');
});
