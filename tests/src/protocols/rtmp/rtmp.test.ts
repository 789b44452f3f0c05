import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAmf, encodeAmf, type AmfValue } from '../../../../src/protocols/rtmp/amf0.ts';
import { ChunkReader, writeChunks, type RtmpMessage } from '../../../../src/protocols/rtmp/chunks.ts';
import { parameterSets, videoConfiguration, videoPicture } from '../../../../src/protocols/rtmp/media.ts';

const { amf } = fc.letrec<{ amf: AmfValue }>((tie) => ({
  amf: fc.oneof(
    { maxDepth: 4 },
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constant(null),
    fc.array(tie('amf'), { maxLength: 4 }),
    // An empty name is how an object ends.
    fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), tie('amf'), { maxKeys: 4 }),
  ),
}));

test('values come back as they were written', () => {
  fc.assert(
    fc.property(fc.array(amf, { maxLength: 5 }), (values) => {
      const read = decodeAmf(encodeAmf(values));
      expect(JSON.stringify(read)).toBe(JSON.stringify(values));
    }),
  );
});

test('a connect command has the bytes of the specification', () => {
  const bytes = encodeAmf(['connect', 1, { app: 'live' }]);
  expect(bytes.toString('hex')).toBe(
    '020007636f6e6e656374' + '003ff0000000000000' + '03' + '0003617070' + '0200046c697665' + '000009',
  );
});

test('no bytes make the reader of values fail or read for ever', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(decodeAmf(bytes).length).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

const message = fc.record<RtmpMessage>({
  chunkStream: fc.integer({ min: 3, max: 63 }),
  type: fc.constantFrom(8, 9, 18, 20),
  stream: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  timestampMs: fc.oneof(
    fc.integer({ min: 0, max: 0xfffffe }),
    fc.integer({ min: 0xffffff, max: 2 ** 32 - 1 }),
  ),
  body: fc.uint8Array({ maxLength: 900 }),
});

test('messages come back from their chunks, however the network cuts them', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
      (messages, cuts) => {
        const bytes = Buffer.concat(messages.map((each) => writeChunks(each, 128)));
        const reader = new ChunkReader();
        const read: RtmpMessage[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const length = cuts[turn % cuts.length] ?? 1;
          read.push(...reader.feed(bytes.subarray(at, at + length)));
          at += length;
        }
        const plain = (each: RtmpMessage) => ({ ...each, body: Buffer.from(each.body).toString('hex') });
        expect(read.map(plain)).toEqual(messages.map(plain));
      },
    ),
  );
});

test('larger chunks are read once the other side says that they come', () => {
  const reader = new ChunkReader();
  const size = Buffer.from([0, 0, 4, 0]);
  const control = { chunkStream: 2, type: 1, stream: 0, timestampMs: 0, body: size };
  const large = { chunkStream: 3, type: 20, stream: 0, timestampMs: 5, body: Buffer.alloc(1000, 7) };
  const read = reader.feed(Buffer.concat([writeChunks(control, 128), writeChunks(large, 1024)]));
  expect(read.map(({ body }) => body.length)).toEqual([1000]);
});

test('noise ends in an error or in nothing, and takes no memory for what it announces', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 }), (pieces) => {
      const reader = new ChunkReader();
      try {
        for (const piece of pieces) reader.feed(piece);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
  expect(() => new ChunkReader().feed(Buffer.from('03000000ffffff1400000000', 'hex'))).toThrow(RangeError);
});

test('an Annex B picture becomes its configuration and its slices with lengths before them', () => {
  const sps = [0x67, 0x42, 0xc0, 0x1e, 0xaa];
  const pps = [0x68, 0xce];
  const slice = [0x65, 1, 2, 3];
  const picture = Uint8Array.from([0, 0, 0, 1, ...sps, 0, 0, 0, 1, ...pps, 0, 0, 1, ...slice]);
  const sets = parameterSets(picture);
  if (sets === null) throw new Error('no parameter sets');
  expect([...videoConfiguration(sets)]).toEqual([
    0x17,
    0,
    0,
    0,
    0,
    1,
    0x42,
    0xc0,
    0x1e,
    0xff,
    0xe1,
    0,
    5,
    ...sps,
    1,
    0,
    2,
    ...pps,
  ]);
  expect([...videoPicture(picture, true)]).toEqual([0x17, 1, 0, 0, 0, 0, 0, 0, 4, ...slice]);
  expect(parameterSets(Uint8Array.from([0, 0, 1, ...slice]))).toBe(null);
});
