import { describe, expect, test } from 'vitest';
import type { ControlMessage } from '../../../src/contract/adapter.ts';
import { ArtNetInput } from '../../../adapters/artnet/input.ts';
import type { Merge } from '../../../adapters/artnet/universe.ts';
import { artDmx, artPoll } from '../../src/protocols/artnet/packets.ts';

const desk = '10.0.0.1';
const other = '10.0.0.2';

/** An input with time, daemon and answers in hand. */
class Bench {
  us = 0;
  readonly sent: ControlMessage[] = [];
  readonly rejected: string[] = [];
  readonly answers: { readonly bytes: Uint8Array; readonly to: string }[] = [];
  readonly input: ArtNetInput;

  constructor(merge: Merge = 'htp') {
    this.input = new ArtNetInput({
      context: {
        send: (messages) => void this.sent.push(...messages),
        reject: (_sender, code) => void this.rejected.push(code),
      },
      maySend: (address) => address.startsWith('10.'),
      merge,
      now: () => this.us,
      answer: (bytes, to) => void this.answers.push({ bytes, to }),
      addressFor: () => [10, 0, 0, 9],
    });
  }

  /** What a packet changed, as `number value`. */
  dmx(levels: readonly number[], from = desk, sequence = 0, universe = 0): string[] {
    this.input.packet(artDmx(universe, levels, sequence), from);
    return this.sent
      .splice(0)
      .map(({ address, args }) => `${address.replace(/^~artnet\/\d+\//, '')} ${String(args[0])}`);
  }
}

describe('A universe', () => {
  test('sends up what changed, under its name and sender, and the newest alone counts', () => {
    const bench = new Bench();
    bench.input.packet(artDmx(300, [0, 128]), desk);
    expect(bench.sent).toEqual([
      { address: '~artnet/300/dmx/0/1', args: [0], sender: 'artnet:10.0.0.1', live: true },
      { address: '~artnet/300/dmx/0/2', args: [128], sender: 'artnet:10.0.0.1', live: true },
    ]);
    bench.sent.length = 0;
    expect(bench.dmx([0, 128], desk, 0, 300)).toEqual([]);
    expect(bench.dmx([0, 129], desk, 0, 300)).toEqual(['dmx/0/2 129']);
  });

  test('has two channels go up as one of 16 bits where that is what is bound', () => {
    const bench = new Bench();
    bench.input.setPairs([[0, 2]]);
    expect(bench.dmx([9, 1, 2])).toContain('dmx16/0/2 258');
    expect(bench.dmx([9, 1, 3])).toEqual(['dmx/0/3 3', 'dmx16/0/2 259']);
    expect(bench.dmx([8, 1, 3])).toEqual(['dmx/0/1 8']);
    bench.input.setPairs([]);
    expect(bench.dmx([8, 2, 3])).toEqual(['dmx/0/2 2']);
  });

  test('leaves out packets that were overtaken, around the end of their numbers too', () => {
    const bench = new Bench();
    bench.dmx([1], desk, 254);
    expect(bench.dmx([2], desk, 2)).toEqual(['dmx/0/1 2']);
    expect(bench.dmx([3], desk, 255)).toEqual([]);
    expect(bench.input.counts()).toMatchObject({ late: 1 });
    expect(bench.dmx([4], desk, 100)).toEqual(['dmx/0/1 4']);
    expect(bench.dmx([5], desk, 0)).toEqual(['dmx/0/1 5']);
    expect(bench.dmx([6], desk, 100)).toEqual(['dmx/0/1 6']);
    expect(bench.dmx([7], desk, 100)).toEqual(['dmx/0/1 7']);
  });

  test('of two desks plays the highest of each channel', () => {
    const bench = new Bench('htp');
    bench.dmx([100, 50]);
    expect(bench.dmx([60, 80], other)).toEqual(['dmx/0/2 80']);
    expect(bench.dmx([20, 50])).toEqual(['dmx/0/1 60']);
  });

  test('of two desks plays what changed last, where so set', () => {
    const bench = new Bench('ltp');
    bench.dmx([100, 50]);
    expect(bench.dmx([60, 80], other)).toEqual(['dmx/0/1 60', 'dmx/0/2 80']);
    expect(bench.dmx([100, 50])).toEqual([]);
    expect(bench.dmx([100, 51])).toEqual(['dmx/0/2 51']);
  });

  test('refuses a third desk, until one has been silent for two and a half seconds; its values stay', () => {
    const bench = new Bench();
    bench.dmx([10]);
    bench.us = 1e6;
    bench.dmx([5], other);
    expect(bench.dmx([99], '10.0.0.3')).toEqual([]);
    expect(bench.rejected).toEqual(['E_ARTNET_SOURCES']);
    bench.us = 2.6e6;
    expect(bench.input.expire()).toBe(true);
    expect(bench.input.counts()).toMatchObject({ universes: [{ universe: 0, sources: [other] }] });
    expect(bench.sent).toEqual([]);
    expect(bench.dmx([99], '10.0.0.3')).toEqual(['dmx/0/1 99']);
  });
});

describe('Who may not send', () => {
  test('is refused and told how to be let in; what is no Art-Net is refused and counted', () => {
    const bench = new Bench();
    expect(bench.dmx([1], '192.168.1.5')).toEqual([]);
    bench.input.packet(new Uint8Array(3), desk);
    expect(bench.rejected).toEqual(['E_CONTROL_SENDER', 'E_ARTNET_MALFORMED']);
    expect(bench.input.counts()).toMatchObject({ packets: 2, refused: 1, malformed: 1 });
  });

  test('cannot make it grow without end by ever new universes', () => {
    const bench = new Bench();
    for (let universe = 0; universe < 2000; universe += 1) bench.dmx([1], desk, 0, universe);
    expect(bench.input.counts()['universes']).toHaveLength(1024);
    expect(new Set(bench.rejected)).toEqual(new Set(['E_CONTROL_FLOOD']));
    bench.us = 3e6;
    expect(bench.dmx([1], desk, 0, 5000)).toEqual(['dmx/0/1 1']);
    expect(bench.input.counts()['universes']).toHaveLength(1024);
  });
});

describe('A poll', () => {
  test('is answered to who asked, with the universes that are heard or bound', () => {
    const bench = new Bench();
    bench.dmx([1], desk, 0, 3);
    bench.input.setPairs([[16, 1]]);
    bench.input.packet(artPoll(), desk);
    expect(bench.answers.map(({ bytes, to }) => [to, bytes[19], bytes[190], bytes[182], bytes[211]])).toEqual(
      [
        [desk, 0, 3, 0x80, 1],
        [desk, 1, 0, 0, 2],
      ],
    );
  });

  test('that means other universes is not', () => {
    const bench = new Bench();
    bench.input.packet(artPoll(1, 0, 0, 200), desk);
    expect(bench.answers).toEqual([]);
  });
});
