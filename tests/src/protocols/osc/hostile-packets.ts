import fc from 'fast-check';
import { encodeOsc } from '../../../../src/protocols/osc/encode.ts';
import { packets } from './arbitrary.ts';

const verbs = [
  '/reverie/subscribe',
  '/reverie/dump',
  '/reverie/main/strength',
  '//strength',
  '/reverie/{a,b',
];

/** Endless packets: good ones as they are, cut, with bytes changed or doubled, and bytes that are nothing. Equal for equal seeds. */
export function hostilePackets(seed: number): () => Buffer {
  const random = randomOf(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const good = [
    ...fc.sample(packets, { numRuns: 400, seed }).map((packet) => encodeOsc(packet)),
    ...verbs.map((address) => encodeOsc({ address, args: [{ type: 'f', value: 9000 }] })),
  ];
  return () => {
    if (below(8) === 0) return Buffer.from(Array.from({ length: below(300) }, () => below(256)));
    const bytes = Buffer.from(good[below(good.length)] ?? []);
    for (let changes = below(4); changes > 0; changes -= 1) bytes[below(bytes.length)] = below(256);
    const place = below(bytes.length + 1);
    switch (below(4)) {
      case 0:
        return bytes.subarray(0, place);
      case 1:
        return Buffer.concat([bytes, bytes.subarray(place)]);
      default:
        return bytes;
    }
  };
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, even enough to choose bytes with. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
