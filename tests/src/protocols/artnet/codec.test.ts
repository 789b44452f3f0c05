import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReverieError } from '../../../../src/contract/error.ts';
import { decodeArtNet } from '../../../../src/protocols/artnet/decode.ts';
import { encodePollReply } from '../../../../src/protocols/artnet/encode.ts';
import { artDmx, artPoll } from './packets.ts';

/** `kind`, or the byte at which it is refused. */
function read(bytes: Uint8Array): unknown {
  try {
    return decodeArtNet(bytes).kind;
  } catch (error) {
    if (!(error instanceof ReverieError) || error.code !== 'E_ARTNET_MALFORMED') throw error;
    return error.details?.['offset'];
  }
}

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const other = Uint8Array.from(bytes);
  other[at] = value;
  return other;
}

describe('An Art-Net packet', () => {
  test('of levels gives universe, number and channels', () => {
    expect(decodeArtNet(artDmx(0x1234, [1, 2, 255, 0], 7))).toEqual({
      kind: 'dmx',
      sequence: 7,
      universe: 0x1234,
      channels: Uint8Array.of(1, 2, 255, 0),
    });
    expect(decodeArtNet(artDmx(32_767, new Array(512).fill(9)))).toMatchObject({ universe: 32_767 });
  });

  test('that asks who is there says which universes are meant', () => {
    expect(decodeArtNet(artPoll())).toEqual({ kind: 'poll', among: null });
    expect(decodeArtNet(artPoll(1, 4, 0, 2))).toEqual({ kind: 'poll', among: { lowest: 2, highest: 260 } });
  });

  test('of another kind is known to be one', () => {
    expect(decodeArtNet(changed(artPoll(), 9, 0x97))).toEqual({ kind: 'other', opcode: 0x9700 });
    expect(decodeArtNet(changed(artPoll(), 9, 0x21))).toEqual({ kind: 'poll-reply' });
  });

  const good = artDmx(0, [1, 2]);
  test.each([
    ['is empty', new Uint8Array(), 0],
    ['ends in its header', good.subarray(0, 9), 9],
    ['begins otherwise', changed(good, 3, 0x20), 3],
    ['is of an older version', changed(good, 11, 13), 10],
    ['has a net above 127', changed(good, 15, 128), 15],
    ['has no channels', changed(good, 17, 0), 16],
    ['has 513 channels', changed(changed(good, 16, 2), 17, 1), 16],
    ['ends before its channels do', good.subarray(0, good.length - 1), 19],
    ['is a poll cut short', artPoll().subarray(0, 13), 13],
  ])('that %s is refused at the byte', (_what, bytes, offset) => {
    expect(read(bytes)).toBe(offset);
  });

  test('may be longer than it says', () => {
    expect(decodeArtNet(Uint8Array.from([...good, 9, 9, 9]))).toMatchObject({
      channels: Uint8Array.of(1, 2),
    });
  });

  test('of any bytes at all is read or refused, and nothing else', () => {
    const bytes = fc.uint8Array({ maxLength: 600 });
    const mutated = fc
      .tuple(fc.nat(32_767), fc.uint8Array({ minLength: 1, maxLength: 512 }), fc.nat(255))
      .chain(([universe, levels, sequence]) => {
        const packet = artDmx(universe, [...levels], sequence);
        const change = fc.tuple(fc.nat(packet.length - 1), fc.nat(255));
        return fc
          .tuple(fc.array(change, { maxLength: 4 }), fc.nat(packet.length))
          .map(([changes, cut]) =>
            changes
              .reduce((other, [at, value]) => changed(other, at, value), packet)
              .subarray(0, cut || undefined),
          );
      });
    fc.assert(
      fc.property(fc.oneof(bytes, mutated), (packet) => {
        const before = Uint8Array.from(packet);
        const kind = read(packet);
        expect(typeof kind === 'string' || typeof kind === 'number').toBe(true);
        expect(packet).toEqual(before);
      }),
      { numRuns: 2000 },
    );
  });

  test('of 50,000 random and mutated ones none does harm', () => {
    let state = 20_261_121;
    const next = (below: number): number => {
      // xorshift32, G. Marsaglia, Journal of Statistical Software 8 (14), 2003.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
    const seeds = [artDmx(1, [1, 2, 3, 4], 3), artPoll(), artPoll(0, 9, 0, 0)];
    const kinds = new Set<string>();
    for (let run = 0; run < 50_000; run += 1) {
      const packet = Uint8Array.from(seeds[next(seeds.length)] ?? []);
      for (let change = next(4); change > 0; change -= 1) packet[next(packet.length)] = next(256);
      const cut = packet.subarray(0, next(3) === 0 ? next(packet.length + 1) : packet.length);
      kinds.add(typeof read(cut) === 'number' ? 'refused' : String(read(cut)));
    }
    expect([...kinds].toSorted()).toEqual(['dmx', 'other', 'poll', 'poll-reply', 'refused']);
  });
});

describe('The answer to a poll', () => {
  const ports = [
    { universe: 0x0a31, receives: true },
    { universe: 0x0a3f, receives: false },
  ];
  const reply = encodePollReply({
    address: [10, 0, 0, 7],
    shortName: 'A name much longer than fits',
    longName: 'Reverie',
    ports,
    page: 2,
  });

  test('has each field where the table of the specification has it', () => {
    expect(reply).toHaveLength(239);
    expect(reply.toString('latin1', 0, 8)).toBe('Art-Net\0');
    expect([...reply.subarray(8, 16)]).toEqual([0x00, 0x21, 10, 0, 0, 7, 0x36, 0x19]);
    expect([reply[18], reply[19]]).toEqual([0x0a, 0x03]);
    expect(reply.toString('latin1', 26, 44)).toBe('A name much longe\0');
    expect(reply.toString('latin1', 44, 52)).toBe('Reverie\0');
    expect([...reply.subarray(172, 178)]).toEqual([0, 2, 0x80, 0x80, 0, 0]);
    expect([...reply.subarray(182, 184)]).toEqual([0x80, 0]);
    expect([...reply.subarray(190, 192)]).toEqual([1, 15]);
    expect(reply[211]).toBe(2);
  });

  test('is known again as one', () => {
    expect(decodeArtNet(reply)).toEqual({ kind: 'poll-reply' });
  });
});
