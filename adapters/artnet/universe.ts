import { channelsOfUniverse } from '../../src/protocols/artnet/packet.ts';

/** A source that says nothing for so long is gone; its values stay. Art-Net desks repeat each universe within four seconds, most 40 times a second. */
export const SILENT_US = 2_500_000;
/** As many sources as Art-Net lets a node merge. */
const MOST_SOURCES = 2;
/** Packets this far behind the newest were overtaken on their way; further behind, the sender began anew. */
const LATE_WINDOW = 32;
const SEQUENCES = 255;

export type Merge = 'htp' | 'ltp';

/** `channels`: those that changed, from 0. */
export type Taken =
  | { readonly result: 'taken'; readonly channels: readonly number[] }
  | { readonly result: 'late' }
  | { readonly result: 'crowded' };

interface Source {
  sequence: number;
  heardUs: number;
  readonly levels: Uint8Array;
  /** How many channels it sends. */
  width: number;
}

/**
 * One universe of DMX as its sources leave it. With two of them, `htp` plays the highest value of each channel and `ltp` the one
 * that changed last. What a source that is gone has left stays until another says otherwise.
 */
export class Universe {
  /** -1 where nobody has said anything yet. */
  readonly #levels = new Int16Array(channelsOfUniverse).fill(-1);
  readonly #sources = new Map<string, Source>();
  readonly #merge: Merge;

  constructor(merge: Merge) {
    this.#merge = merge;
  }

  get sources(): readonly string[] {
    return [...this.#sources.keys()];
  }

  /** When the next source may be given up; null without sources. */
  get dueUs(): number | null {
    let due: number | null = null;
    for (const { heardUs } of this.#sources.values()) due = Math.min(due ?? Infinity, heardUs + SILENT_US);
    return due;
  }

  /** 0..255; 0 where nobody has said anything. `channel` counts from 0. */
  level(channel: number): number {
    return Math.max(0, this.#levels[channel] ?? 0);
  }

  offer(sender: string, sequence: number, levels: Uint8Array, nowUs: number): Taken {
    this.expire(nowUs);
    const source = this.#sources.get(sender) ?? this.#newSource(sender);
    if (source === null) return { result: 'crowded' };
    if (isLate(sequence, source.sequence)) return { result: 'late' };
    const wasNew = source.width === 0;
    const changed: number[] = [];
    for (let channel = 0; channel < levels.length; channel += 1) {
      const level = levels[channel] ?? 0;
      if (!wasNew && level === source.levels[channel] && channel < source.width) continue;
      source.levels[channel] = level;
      changed.push(channel);
    }
    source.sequence = sequence;
    source.heardUs = nowUs;
    source.width = Math.max(source.width, levels.length);
    return { result: 'taken', channels: changed.filter((channel) => this.#settle(channel, source)) };
  }

  /** Gives up sources that fell silent; answers whether one did. */
  expire(nowUs: number): boolean {
    let gone = false;
    for (const [sender, { heardUs }] of this.#sources) {
      if (nowUs - heardUs < SILENT_US) continue;
      this.#sources.delete(sender);
      gone = true;
    }
    return gone;
  }

  #newSource(sender: string): Source | null {
    if (this.#sources.size >= MOST_SOURCES) return null;
    const source: Source = { sequence: 0, heardUs: 0, levels: new Uint8Array(channelsOfUniverse), width: 0 };
    this.#sources.set(sender, source);
    return source;
  }

  #settle(channel: number, mover: Source): boolean {
    let level = mover.levels[channel] ?? 0;
    if (this.#merge === 'htp')
      for (const source of this.#sources.values()) level = Math.max(level, source.levels[channel] ?? 0);
    if (this.#levels[channel] === level) return false;
    this.#levels[channel] = level;
    return true;
  }
}

/** 0 is a sender that does not count, and one that repeats its number. */
function isLate(sequence: number, newest: number): boolean {
  if (sequence === 0 || newest === 0) return false;
  const behind = (newest - sequence + SEQUENCES) % SEQUENCES;
  return behind > 0 && behind <= LATE_WINDOW;
}
