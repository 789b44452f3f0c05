import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combined, quarterTurns, turnOf, upright } from '../../../src/codec/orientation.ts';

function matrix(a: number, b: number, c: number, d: number): Uint8Array {
  return new Uint8Array(Int32Array.from([a, b, 0, c, d, 0, 0, 0, 1 << 30]).buffer);
}

test('no matrix, a short one and one without area leave the picture as it is', () => {
  for (const none of [null, new Uint8Array(12), matrix(0, 0, 0, 0), matrix(65536, 65536, 65536, 65536)])
    expect(turnOf(none)).toEqual(upright);
});

test('the angle of a matrix is told clockwise, and mirroring apart', () => {
  const one = 65536;
  expect(turnOf(matrix(0, one, -one, 0))).toMatchObject({ degrees: 90, mirrored: false, swaps: true });
  expect(turnOf(matrix(-one, 0, 0, -one))).toMatchObject({ degrees: 180, mirrored: false, swaps: false });
  expect(turnOf(matrix(0, -one, one, 0))).toMatchObject({ degrees: 270, mirrored: false, swaps: true });
  expect(turnOf(matrix(-one, 0, 0, one))).toMatchObject({ degrees: 0, mirrored: true, swaps: false });
});

test('any matrix gives a turn, and never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(['number', 'undefined']).toContain(typeof turnOf(bytes).degrees);
    }),
  );
});

test('four quarter turns are none', () => {
  const quarter = quarterTurns(90);
  const four = [quarter, quarter, quarter, quarter].reduce(combined);
  expect(four).toMatchObject({ degrees: 0, swaps: false, mirrored: false });
  expect(combined(quarterTurns(90), quarterTurns(180)).degrees).toBe(270);
});
