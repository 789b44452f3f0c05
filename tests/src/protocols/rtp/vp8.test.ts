import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadFormats } from '../../../../src/protocols/rtp/payload.ts';
import { hex, hexOf } from './hex.ts';
import { vp8Frame } from './pictures.ts';

const { packetize, assemble, startsKey, startsPicture } = payloadFormats.vp8;

const frames = fc
  .tuple(fc.boolean(), fc.uint8Array({ maxLength: 300 }))
  .map(([key, body]) => ({ key, data: vp8Frame(key, body) }));

test('a frame is cut into payloads that fit, and put together again', () => {
  fc.assert(
    fc.property(frames, fc.integer({ min: 2, max: 120 }), ({ key, data }, maxPayload) => {
      const payloads = packetize(data, maxPayload);
      expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThanOrEqual(maxPayload);
      expect(payloads.map(startsPicture)).toEqual(payloads.map((_, index) => index === 0));
      const picture = assemble(payloads);
      expect(picture?.key).toBe(key);
      expect(hexOf(picture?.data ?? hex(''))).toBe(hexOf(data));
    }),
  );
});

test('the descriptor of RFC 7741 §4.2: S and partition 0 only on the first payload, nothing else', () => {
  expect(packetize(vp8Frame(false, hex('aabb')), 3).map(hexOf)).toEqual(['101100', '0000aa', '00bb']);
});

test.each([
  ['no extension', '10'],
  ['a picture id of 7 bits (RFC 7741 §4.6.1: X and I)', '90 80 11'],
  ['a picture id of 15 bits', '90 80 91 23'],
  ['TL0PICIDX', '90 40 05'],
  ['a temporal layer', '90 20 40'],
  ['a key index', '90 10 05'],
  ['all of them', '90 f0 91 23 05 41'],
])('a descriptor with %s is taken off', (_, descriptor) => {
  const frame = vp8Frame(true, hex('aabbcc'));
  const payload = Uint8Array.from([...hex(descriptor), ...frame]);
  expect(startsPicture(payload)).toBe(true);
  expect(startsKey(payload)).toBe(true);
  expect(assemble([payload])).toEqual({ data: Buffer.from(frame), key: true });
});

test('further partitions of a frame belong to it', () => {
  const frame = vp8Frame(false, hex('aabb'));
  const first = Uint8Array.from([0x10, ...frame]);
  // S=1, PID=3: the fourth partition begins.
  expect(startsPicture(hex('13 cc'))).toBe(false);
  expect(assemble([first, hex('13 cc')])?.data).toEqual(Buffer.from([...frame, 0xcc]));
});

test('payloads that make no frame give null', () => {
  const key = vp8Frame(true, hex('aabb'));
  for (const [what, payloads] of [
    ['none', []],
    ['no beginning', [hex('00aabbcc')]],
    ['two beginnings', [hex('10110000'), hex('10110000')]],
    ['a descriptor and nothing more', [hex('10')]],
    ['a descriptor cut short', [hex('9080')]],
    ['less than a frame tag', [hex('101100')]],
    ['a key frame without its start code', [Uint8Array.from([0x10, ...key.fill(0, 3, 4)])]],
  ] as const)
    expect(assemble(payloads), what).toBeNull();
});

test('any payloads are put together or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 4 }), (payloads) => {
      const size = payloads.reduce((sum, { length }) => sum + length, 0);
      expect((assemble(payloads)?.data.length ?? 0) <= size).toBe(true);
      expect(payloads.filter(startsKey).every(startsPicture)).toBe(true);
    }),
  );
});
