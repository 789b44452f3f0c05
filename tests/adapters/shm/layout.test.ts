import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  at,
  HEAD_BYTES,
  inSlot,
  layoutFor,
  readLayout,
  readSlot,
  ringBytes,
  SLOT_BLOCK,
  slotStart,
  TABLE,
  writeHead,
} from '../../../adapters/shm/layout.ts';

const writer = { pid: 4711, id: 0xfeed_beef_0bad_cafen, pidNamespace: 4_026_531_836n };
const size = fc.record({
  width: fc.integer({ min: 1, max: 8192 }),
  height: fc.integer({ min: 1, max: 8192 }),
});

test('what one side writes into a head, the other reads', () => {
  fc.assert(
    fc.property(size, fc.integer({ min: 2, max: 16 }), (shape, slots) => {
      const layout = layoutFor(shape, slots, writer);
      expect(readLayout(writeHead(layout), ringBytes(layout), 'x')).toEqual(layout);
    }),
  );
});

test('any 64 bytes can be read as a slot', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: SLOT_BLOCK, maxLength: SLOT_BLOCK }), (bytes) => {
      const facts = readSlot(Buffer.from(bytes), 2);
      expect(facts.slot).toBe(2);
      expect(facts.sequence).toBeGreaterThanOrEqual(0);
    }),
  );
});

describe('the reference', () => {
  const reference = readFileSync('docs/reference/shared-memory.md', 'utf8');
  const rows = [...reference.matchAll(/^\|\s*(\d+)\s*\|\s*(?:u32|u64|i64|bytes)\s*\|\s*`(\w+)`/gm)];
  const places = new Map(rows.map(([, offset, name]) => [name ?? '', Number(offset)]));

  test.each(Object.entries({ ...at, ...inSlot }))('puts %s where the code has it', (name, offset) => {
    expect(places.get(name)).toBe(offset);
  });

  test('names the sizes of the code', () => {
    expect([TABLE, SLOT_BLOCK, HEAD_BYTES, slotStart(1)]).toEqual([256, 64, 4096, 320]);
    for (const number of ['256', '64', '4096']) expect(reference).toContain(number);
  });
});
