import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isH264Key, nalUnits } from '../../../../src/protocols/rtp/h264.ts';
import { payloadFormats } from '../../../../src/protocols/rtp/payload.ts';
import { hex, hexOf } from './hex.ts';
import { annexB, nalUnit } from './pictures.ts';

const { packetize, assemble, startsKey, startsPicture } = payloadFormats.h264;
const bodies = fc.uint8Array({ minLength: 1, maxLength: 200 });

/** Parameter sets and an IDR slice, or a slice alone; sometimes with a delimiter or SEI before. */
const pictures = fc
  .record({
    key: fc.boolean(),
    before: fc.constantFrom(6, 9, null),
    bodies: fc.tuple(bodies, bodies, bodies),
  })
  .map(({ key, before, bodies: [a, b, c] }) => ({
    key,
    data: annexB([
      ...(before === null ? [] : [nalUnit(before, a)]),
      ...(key ? [nalUnit(7, a), nalUnit(8, b), nalUnit(5, c)] : [nalUnit(1, c)]),
    ]),
  }));

test('a picture is cut into payloads that fit, and put together again', () => {
  fc.assert(
    fc.property(pictures, fc.integer({ min: 8, max: 250 }), ({ key, data }, maxPayload) => {
      const payloads = packetize(data, maxPayload);
      expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThanOrEqual(maxPayload);
      const picture = assemble(payloads);
      expect(picture?.key).toBe(key);
      expect(isH264Key(data)).toBe(key);
      expect(hexOf(picture?.data ?? hex(''))).toBe(hexOf(data));
    }),
  );
});

test('a NAL unit that fits is a payload by itself (RFC 6184 §5.6)', () => {
  expect(packetize(hex('00000001 61 88 01 02'), 100).map(hexOf)).toEqual(['61880102']);
});

test('SPS and PPS share a STAP-A (§5.7.1): type 24 with the greater importance, then each behind its size', () => {
  const stap = '78 0003 674201 0002 68ce';
  const payloads = packetize(hex('00000001 674201 000001 68ce 000001 6588aa'), 100);
  expect(payloads.map(hexOf)).toEqual([hexOf(hex(stap)), '6588aa']);
  expect(startsKey(hex(stap))).toBe(true);
  expect(assemble(payloads)).toEqual({
    data: Buffer.from(hex('00000001 674201 00000001 68ce 00000001 6588aa')),
    key: true,
  });
});

test('a larger unit travels in FU-As (§5.8): type 28 with its importance; start, end and type in the second byte', () => {
  const payloads = packetize(hex('00000001 65 8801 0203 0405'), 4).map(hexOf);
  expect(payloads).toEqual(['7c858801', '7c050203', '7c450405']);
  expect(payloads.map((payload) => startsPicture(hex(payload)))).toEqual([true, false, false]);
});

test('a second slice of a picture is not taken for the beginning of one', () => {
  // first_mb_in_slice = 0 is the bit 1; 4 is 00101.
  expect([hex('4188'), hex('4128'), hex('0910'), hex('0605')].map(startsPicture)).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test('a decoder can begin with an SPS, alone, with others or fragmented; a slice may lack it', () => {
  expect(['6742', '78000268ce0003674201', '7c8742'].map((payload) => startsKey(hex(payload)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['68ce', '6588', '7c8588', '7c0742', '4188'].map((payload) => startsKey(hex(payload)))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('payloads that make no picture give null', () => {
  for (const [what, payloads] of [
    ['none', []],
    ['an empty one', ['']],
    ['a fragment without its start', ['7c05aa', '7c45aa']],
    ['a fragment without its end', ['7c85aa', '7c05aa']],
    ['a fragment of nothing', ['7cc5']],
    ['a start within a fragment', ['7c85aa', '7c85aa']],
    ['a unit within a fragment', ['7c85aa', '6188', '7c45aa']],
    ['a STAP-A of nothing', ['78']],
    ['a STAP-A that says more than it holds', ['78 0005 674201']],
    ['a STAP-A with half a size', ['78 0001 67 00']],
    ['a type of interleaved mode', ['790000 0001 67']],
    ['type 0', ['00aa']],
  ] as const)
    expect(assemble(payloads.map((payload) => hex(payload))), what).toBeNull();
});

test('NAL units are found behind start codes of three and four bytes, without zeros that trail them', () => {
  expect([...nalUnits(hex('00000001 6742 000001 68ce 0000 000001 65 000003 01 0000'))].map(hexOf)).toEqual([
    '6742',
    '68ce',
    '6500000301',
  ]);
  expect([...nalUnits(hex(''))]).toEqual([]);
  expect([...nalUnits(hex('000001'))]).toEqual([]);
  expect([...nalUnits(hex('6742'))]).toEqual([]);
});

test('any payloads are put together or refused, and any bytes cut up, never thrown at', () => {
  const types = fc.constantFrom(0x65, 0x41, 0x67, 0x78, 0x7c, 0x7d);
  const payload = fc
    .tuple(types, fc.uint8Array({ maxLength: 10 }))
    .map(([type, body]) => Uint8Array.of(type, ...body));
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 4 }), fc.uint8Array({ max: 2 }), (payloads, bytes) => {
      const size = payloads.reduce((sum, { length }) => sum + 3 * length, 0);
      expect((assemble(payloads)?.data.length ?? 0) <= size + 4 * payloads.length).toBe(true);
      expect(payloads.filter(startsKey).every(startsPicture)).toBe(true);
      const units = [...nalUnits(bytes)];
      expect(units.reduce((sum, { length }) => sum + 3 + length, 0)).toBeLessThanOrEqual(bytes.length);
      expect(packetize(bytes, 5).every(({ length }) => length <= 5)).toBe(true);
    }),
  );
});
