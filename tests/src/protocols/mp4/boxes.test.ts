import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxHeader, fragmentFacts, movieFacts } from '../../../../src/protocols/mp4/boxes.ts';

/** A box as ISO/IEC 14496-12 §4.2 has it. */
function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

const body = (bytes: Uint8Array): Uint8Array => bytes.subarray(8);

test('a fragment says when it begins, how long it is and how many pictures it has', () => {
  const run = box('trun', words(0x00_00_03_01, 3, 0), words(3000, 10, 3003, 20, 90_000, 30));
  const fragment = box(
    'moof',
    box('mfhd', words(0, 1)),
    box('traf', box('tfhd', words(0, 1)), box('tfdt', words(0x01000000, 0, 45_000)), run),
  );
  expect(fragmentFacts(body(fragment))).toEqual({ start: 45_000, duration: 96_003, frames: 3 });
});

test('a run without times of its own has the length that its header says for all', () => {
  const fragment = box(
    'moof',
    box(
      'traf',
      box('tfhd', words(0x00_02_00_08, 1, 1500)),
      box('tfdt', words(0, 7)),
      box('trun', words(0x201, 4, 0), words(1, 2, 3, 4)),
    ),
  );
  expect(fragmentFacts(body(fragment))).toEqual({ start: 7, duration: 6000, frames: 4 });
});

test('a movie says what its video is', () => {
  const media = box(
    'mdia',
    box('mdhd', words(0, 0, 0, 90_000, 180_000, 0)),
    box('hdlr', words(0, 0), Buffer.from('vide')),
    box('minf', box('stbl', box('stsz', words(0, 0, 60)))),
  );
  const track = box('trak', box('tkhd', words(0, 0, 640 * 65_536, 360 * 65_536)), media);
  expect(movieFacts(body(box('moov', track)))).toEqual({
    timescale: 90_000,
    size: { width: 640, height: 360 },
    frames: 60,
    seconds: 2,
  });
});

test('hostile bytes are read as nothing, and nothing is thrown', () => {
  const names = fc.constantFrom(
    'moov',
    'trak',
    'mdia',
    'mdhd',
    'hdlr',
    'minf',
    'stbl',
    'stsz',
    'traf',
    'tfhd',
    'trun',
    'tfdt',
    'tkhd',
  );
  const bytes = fc.letrec<{ node: Uint8Array }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.uint8Array({ maxLength: 60 }),
      fc
        .tuple(names, fc.array(tie('node'), { maxLength: 4 }), fc.nat({ max: 40 }))
        .map(([name, parts, cut]) => {
          const whole = box(name, ...parts);
          return whole.subarray(0, Math.max(8, whole.length - (cut > 30 ? cut - 30 : 0)));
        }),
    ),
  })).node;
  fc.assert(
    fc.property(bytes, (hostile) => {
      boxHeader(hostile);
      movieFacts(hostile);
      fragmentFacts(hostile);
    }),
    { numRuns: 1000 },
  );
});
