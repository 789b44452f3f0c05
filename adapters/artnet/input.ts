import type { ControlContext, ControlMessage } from '../../src/contract/adapter.ts';
import { eventAddress } from '../../src/contract/control-event.ts';
import { reportOf } from '../../src/contract/error.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { decodeArtNet } from '../../src/protocols/artnet/decode.ts';
import { encodePollReply } from '../../src/protocols/artnet/encode.ts';
import { universes as universeLimit, type ArtNetPacket } from '../../src/protocols/artnet/packet.ts';
import type { Ipv4 } from './own-address.ts';
import { Universe, type Merge } from './universe.ts';

/** Two and a half kilobytes each; a sender may write any of 32,768 numbers into its packets. */
const MOST_UNIVERSES = 1024;
/** Answers to one poll: four universes each. */
const MOST_PAGES = 8;

export interface ArtNetInputOptions {
  readonly context: Pick<ControlContext, 'send' | 'reject'>;
  readonly maySend: (address: string) => boolean;
  readonly merge: Merge;
  /** Monotonic, microseconds. */
  readonly now: () => number;
  readonly answer: (bytes: Uint8Array, to: string) => void;
  /** The address at which this peer finds us. */
  readonly addressFor: (peer: string) => Ipv4;
}

type DmxPacket = Extract<ArtNetPacket, { kind: 'dmx' }>;
type PollPacket = Extract<ArtNetPacket, { kind: 'poll' }>;

/** Packets in; channels that changed, and refusals, out. */
export class ArtNetInput {
  readonly #options: ArtNetInputOptions;
  readonly #universes = new Map<number, Universe>();
  /** First channels, from 0, of the pairs that are played as one of 16 bits, by universe. */
  #pairs: ReadonlyMap<number, ReadonlySet<number>> = new Map();
  packets = 0;
  #channels = 0;
  #polls = 0;
  #malformed = 0;
  #late = 0;
  #refused = 0;
  #other = 0;

  constructor(options: ArtNetInputOptions) {
    this.#options = options;
  }

  counts(): JsonObject {
    return {
      packets: this.packets,
      channels: this.#channels,
      polls: this.#polls,
      malformed: this.#malformed,
      late: this.#late,
      refused: this.#refused,
      other: this.#other,
      universes: Array.from(this.#universes, ([universe, { sources }]) => ({
        universe,
        sources: [...sources],
      })),
    };
  }

  /** `[[universe, channel], …]`, channels from 1: which coarse channels go up together with the fine one after them. */
  setPairs(pairs: JsonValue | undefined): void {
    const next = new Map<number, Set<number>>();
    for (const pair of Array.isArray(pairs) ? pairs : []) {
      const [universe, channel] = Array.isArray(pair) ? pair : [];
      if (typeof universe !== 'number' || typeof channel !== 'number') continue;
      const channels = next.get(universe) ?? new Set();
      next.set(universe, channels.add(channel - 1));
    }
    this.#pairs = next;
  }

  packet(bytes: Uint8Array, from: string): void {
    this.packets += 1;
    const sender = `artnet:${from}`;
    if (!this.#options.maySend(from)) {
      this.#refuse(
        sender,
        'E_CONTROL_SENDER',
        `${from} may not send Art-Net; let it in with --artnet-allow ${from}`,
      );
      return;
    }
    let packet: ArtNetPacket;
    try {
      packet = decodeArtNet(bytes);
    } catch (error) {
      this.#malformed += 1;
      const { code, message } = reportOf(error, 'E_ARTNET_MALFORMED');
      this.#options.context.reject(sender, code, message);
      return;
    }
    switch (packet.kind) {
      case 'dmx':
        return this.#dmx(packet, from, sender);
      case 'poll':
        return this.#poll(packet, from);
      case 'poll-reply':
      case 'other':
        this.#other += 1;
    }
  }

  /** When a source may have fallen silent next; null while none is heard. */
  dueUs(): number | null {
    let due: number | null = null;
    for (const universe of this.#universes.values()) {
      const its = universe.dueUs;
      if (its !== null) due = Math.min(due ?? Infinity, its);
    }
    return due;
  }

  /** Gives up silent sources; answers whether one was. */
  expire(): boolean {
    const nowUs = this.#options.now();
    let gone = false;
    for (const universe of this.#universes.values()) if (universe.expire(nowUs)) gone = true;
    return gone;
  }

  #dmx({ universe: number, sequence, channels }: DmxPacket, from: string, sender: string): void {
    const universe = this.#universes.get(number) ?? this.#newUniverse(number);
    if (universe === null) {
      this.#refuse(
        sender,
        'E_CONTROL_FLOOD',
        `${MOST_UNIVERSES} universes are heard already; universe ${number} was left out`,
      );
      return;
    }
    const taken = universe.offer(from, sequence, channels, this.#options.now());
    switch (taken.result) {
      case 'late':
        this.#late += 1;
        return;
      case 'crowded':
        this.#refuse(
          sender,
          'E_ARTNET_SOURCES',
          `Universe ${number} has two sources already, ${universe.sources.join(' and ')}`,
        );
        return;
      case 'taken':
        if (taken.channels.length === 0) return;
        this.#channels += taken.channels.length;
        this.#options.context.send(this.#messages(number, universe, taken.channels, sender));
    }
  }

  #messages(
    number: number,
    universe: Universe,
    channels: readonly number[],
    sender: string,
  ): ControlMessage[] {
    const messages = channels.map((channel) =>
      event(number, 'dmx', channel, universe.level(channel), sender),
    );
    const pairs = this.#pairs.get(number);
    if (pairs === undefined) return messages;
    const moved = new Set<number>();
    for (const channel of channels) {
      if (pairs.has(channel)) moved.add(channel);
      if (pairs.has(channel - 1)) moved.add(channel - 1);
    }
    for (const coarse of moved) {
      const level = (universe.level(coarse) << 8) | universe.level(coarse + 1);
      messages.push(event(number, 'dmx16', coarse, level, sender));
    }
    return messages;
  }

  /** Where too many are known, one that nobody sends any more makes room. */
  #newUniverse(number: number): Universe | null {
    if (this.#universes.size >= MOST_UNIVERSES) {
      this.expire();
      const silent = [...this.#universes].find(([, { sources }]) => sources.length === 0);
      if (silent === undefined) return null;
      this.#universes.delete(silent[0]);
    }
    const universe = new Universe(this.#options.merge);
    this.#universes.set(number, universe);
    return universe;
  }

  #poll({ among }: PollPacket, from: string): void {
    this.#polls += 1;
    const known = new Set([...this.#universes.keys(), ...this.#pairs.keys()]);
    if (known.size === 0) known.add(0);
    const heard = [...known]
      .filter((universe) => among === null || (universe >= among.lowest && universe <= among.highest))
      .filter((universe) => universe >= 0 && universe < universeLimit)
      .toSorted((a, b) => a - b);
    for (const [index, page] of pagesOf(heard).slice(0, MOST_PAGES).entries()) {
      const reply = encodePollReply({
        address: this.#options.addressFor(from),
        shortName: 'Reverie',
        longName: 'Reverie, live visuals',
        ports: page.map((universe) => ({
          universe,
          receives: (this.#universes.get(universe)?.sources.length ?? 0) > 0,
        })),
        page: index + 1,
      });
      this.#options.answer(reply, from);
    }
  }

  #refuse(sender: string, code: string, message: string): void {
    this.#refused += 1;
    this.#options.context.reject(sender, code, message);
  }
}

/** `channel` counts from 0, its name from 1. */
function event(
  universe: number,
  kind: 'dmx' | 'dmx16',
  channel: number,
  level: number,
  sender: string,
): ControlMessage {
  const source = { protocol: 'artnet', device: String(universe), kind, channel: 0, number: channel + 1 };
  return { address: eventAddress(source), args: [level], sender, live: true };
}

/** An answer names up to four universes of one net and sub-net. */
function pagesOf(heard: readonly number[]): number[][] {
  const pages: number[][] = [];
  for (const universe of heard) {
    const last = pages.at(-1);
    const fits = last !== undefined && last.length < 4 && (last[0] ?? 0) >> 4 === universe >> 4;
    if (fits) last.push(universe);
    else pages.push([universe]);
  }
  return pages;
}
