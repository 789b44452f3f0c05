import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ring } from '../../../adapters/record/ring.ts';

const picture = (timestampUs: number, key: boolean, bytes = 10) => ({
  data: new Uint8Array(bytes),
  key,
  timestampUs,
});

test('it keeps the seconds that were asked for and begins with a key picture', () => {
  const ring = new Ring(5e6, 1e9);
  for (let n = 0; n < 600; n += 1) ring.push(picture(n * 33_333, n % 30 === 0));
  expect(ring.last()[0]?.key).toBe(true);
  expect(ring.seconds).toBeGreaterThanOrEqual(5);
  expect(ring.seconds).toBeLessThan(6.1);
  expect(ring.evicted).toBe(0);
});

test('memory counts before the seconds, and what left because of it is counted', () => {
  const ring = new Ring(60e6, 10_000);
  for (let n = 0; n < 300; n += 1) ring.push(picture(n * 33_333, n % 30 === 0, 100));
  expect(ring.bytes).toBeLessThanOrEqual(10_000);
  expect(ring.evicted).toBe(300 - ring.frames);
  expect(ring.last()[0]?.key).toBe(true);
});

test('a group larger than all memory is thrown away, and a key picture asked for', () => {
  const ring = new Ring(60e6, 1000);
  expect(ring.push(picture(0, true, 600))).toBe(true);
  expect(ring.push(picture(1, false, 600))).toBe(false);
  expect(ring.push(picture(2, false, 10))).toBe(false);
  expect(ring.last()).toEqual([]);
  expect(ring.evicted).toBe(3);
  expect(ring.push(picture(3, true, 10))).toBe(true);
});

test('whatever comes, it holds no more than it may, in order, from a key picture on', () => {
  const pictures = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 500_000 }),
      key: fc.boolean(),
      bytes: fc.integer({ min: 1, max: 4000 }),
    }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(pictures, fc.integer({ min: 1, max: 20_000 }), (list, maxBytes) => {
      const ring = new Ring(3e6, maxBytes);
      let at = 0;
      for (const { gap, key, bytes } of list) {
        at += gap;
        ring.push(picture(at, key, bytes));
        expect(ring.bytes).toBeLessThanOrEqual(maxBytes);
        const kept = ring.last();
        expect(kept.length === 0 || kept[0]?.key).toBe(true);
        expect(kept.map(({ timestampUs }) => timestampUs)).toEqual(
          kept.map(({ timestampUs }) => timestampUs).sort((a, b) => a - b),
        );
      }
    }),
  );
});
