import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  layoutFor,
  readLayout,
  readState,
  SLOT_BLOCK,
  TABLE,
  writeHead,
} from '../../../adapters/shm/layout.ts';

/** Whole bytes, runs of them and 32-bit words that are nearly right are what goes wrong in a head. */
const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('byte' as const), at: fc.nat(255), value: fc.nat(255) }),
    fc.record({
      kind: fc.constant('word' as const),
      at: fc.nat(19).map((word) => 4 * word),
      value: fc.oneof(fc.nat(20), fc.constantFrom(0x7fffffff, 0xffffffff, 0x80000000, 8192, 8193, 65_536)),
    }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(300), value: fc.nat(255) }),
  ),
  { minLength: 1, maxLength: 6 },
);

test('of 50,000 damaged heads each is refused with a code, or describes frames that lie in the file', () => {
  let refused = 0;
  fc.assert(
    fc.property(damage, fc.nat(200_000), (faults, fileBytes) => {
      let head = writeHead(
        layoutFor({ width: 64, height: 48 }, 3, { pid: 1, id: 1n, pidNamespace: 0n }),
      ).subarray(0, TABLE + 3 * SLOT_BLOCK);
      for (const fault of faults) {
        if (fault.kind === 'cut') head = head.subarray(0, fault.at);
        else if (fault.kind === 'byte' && fault.at < head.length) head[fault.at] = fault.value;
        else if (fault.kind === 'word' && fault.at + 4 <= head.length)
          head.writeUInt32LE(fault.value, fault.at);
      }
      try {
        const layout = readLayout(head, fileBytes, 'x');
        const lastByte =
          layout.firstSlot + (layout.slots - 1) * layout.slotBytes + layout.stride * layout.height;
        if (lastByte > fileBytes || layout.stride < 4 * layout.width || layout.firstSlot < TABLE)
          throw new Error(`out of the file: ${JSON.stringify({ ...layout, id: 0, pidNamespace: 0 })}`);
        readState(head);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'E_SHM_LAYOUT')) throw error;
        refused += 1;
      }
    }),
    { numRuns: 50_000 },
  );
  expect(refused).toBeGreaterThan(10_000);
  expect(refused).toBeLessThan(50_000);
});
