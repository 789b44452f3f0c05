import type { RtpExtension, RtpPacket } from './packet.ts';
import type { PayloadFormat } from './payload.ts';
import { sequenceDistance } from './sequence.ts';

/** One received picture. */
export interface ReceivedPicture {
  /** Annex B for H.264, one frame for VP8. */
  readonly data: Uint8Array;
  readonly key: boolean;
  /** RTP timestamp, 90 kHz. */
  readonly timestamp: number;
  /** Of its last packet, where senders put what belongs to the picture (its colour space, its orientation). */
  readonly extensions: readonly RtpExtension[];
}

/** What is to be done now. */
export interface ReceiveStep {
  /** In order, none twice; after a loss none before the next key picture. */
  readonly pictures: readonly ReceivedPicture[];
  /** Sequence numbers to ask for in a NACK now, ascending. */
  readonly nacks: readonly number[];
  /** A key picture has to be asked for now (PLI). Repeated while none comes. */
  readonly keyDue: boolean;
  /** When `take` has something to say even if no packet comes; null where it has not. */
  readonly nextUs: number | null;
}

export interface ReorderTiming {
  /** Packets that were only overtaken are not asked for. */
  readonly nackAfterUs: number;
  /** Asked for again after this long: somewhat over a round trip. */
  readonly nackAgainUs: number;
  /** A picture is not held back longer for a missing packet; then it and all up to the next key picture are given up. */
  readonly holdUs: number;
  readonly keyAgainUs: number;
}

export const defaultTiming: ReorderTiming = {
  nackAfterUs: 4_000,
  nackAgainUs: 40_000,
  holdUs: 250_000,
  keyAgainUs: 400_000,
};

/** Counts since the start. */
export interface ReorderCounts {
  pictures: number;
  /** Packets that came after they had been missed. */
  recovered: number;
  /** Packets that were given up. */
  lost: number;
  /** Packets that came twice, after they had been given up, or from far off the numbering. */
  late: number;
  /** Pictures that could not be used: incomplete, damaged, or before a key picture. */
  dropped: number;
  /** The numbering began anew. */
  restarts: number;
}

/** Packets held at most; a key picture of 4 MB fits. */
const CAPACITY = 4096;
/** RFC 3550 A.1: a packet further behind is no straggler. */
const MAX_MISORDER = 512;
/** With more missing than this, asking for them would cost more than a key picture. */
const MAX_MISSING = 512;

interface Missing {
  readonly sinceUs: number;
  askedUs: number | null;
}

/**
 * Puts the packets of one stream in order and its pictures together, and decides what to ask the sender for. Pure: the time
 * comes with each call, in microseconds of one monotonic clock. `push` what arrives, then `take`; `take` again at `nextUs`.
 */
export class ReorderBuffer {
  readonly counts: ReorderCounts = { pictures: 0, recovered: 0, lost: 0, late: 0, dropped: 0, restarts: 0 };
  readonly #format: PayloadFormat;
  readonly #timing: ReorderTiming;
  /** By sequence number with its cycles: packets that wait for one before them, and those that are missed. */
  readonly #waiting = new Map<number, RtpPacket>();
  readonly #missing = new Map<number, Missing>();
  /** Follows the last packet that went into `#parts`; null before the first. */
  #next: number | null = null;
  #highest = 0;
  /** What there is of the picture that is coming in, without gaps. */
  #parts: RtpPacket[] = [];
  /** Parts of a picture are gone: what has this timestamp, or does not begin a picture, is its rest. */
  #broken: { readonly timestamp: number | null } | null = { timestamp: null };
  #needsKey = true;
  #keyWanted = false;
  #keyAskedUs: number | null = null;
  #afterStray: number | null = null;

  constructor(format: PayloadFormat, timing: ReorderTiming = defaultTiming) {
    this.#format = format;
    this.#timing = timing;
  }

  push(packet: RtpPacket, nowUs: number): void {
    const sequence = this.#place(packet.sequence);
    if (sequence === null) {
      this.counts.late += 1;
      return;
    }
    if (this.#missing.delete(sequence)) this.counts.recovered += 1;
    for (let gap = this.#highest + 1; gap < sequence; gap += 1)
      this.#missing.set(gap, { sinceUs: nowUs, askedUs: null });
    this.#highest = Math.max(this.#highest, sequence);
    this.#waiting.set(sequence, packet);
  }

  take(nowUs: number): ReceiveStep {
    const pictures: ReceivedPicture[] = [];
    this.#advance(pictures);
    while (this.#overdue(nowUs)) {
      this.#giveUp();
      this.#advance(pictures);
    }
    return {
      pictures,
      nacks: this.#dueNacks(nowUs),
      keyDue: this.#dueKey(nowUs),
      nextUs: this.#nextUs(),
    };
  }

  /** For a decoder that could not use what it got: nothing more is given before a key picture, and one is asked for. */
  requireKey(): void {
    this.#needsKey = true;
    this.#keyWanted = true;
  }

  /** The sequence number with its cycles; null where the packet is not wanted. */
  #place(sequence: number): number | null {
    if (this.#next === null) return this.#restart(sequence);
    const distance = sequenceDistance(this.#next & 0xffff, sequence);
    if (distance < -MAX_MISORDER || distance >= CAPACITY) {
      // One stray packet is nothing; two that follow each other are a sender that began anew.
      const second = sequence === this.#afterStray;
      this.#afterStray = (sequence + 1) & 0xffff;
      if (!second) return null;
      this.counts.restarts += 1;
      return this.#restart(sequence);
    }
    this.#afterStray = null;
    const unwrapped = this.#next + distance;
    return distance < 0 || this.#waiting.has(unwrapped) ? null : unwrapped;
  }

  #restart(sequence: number): number {
    this.#waiting.clear();
    this.#missing.clear();
    this.#next = sequence;
    this.#highest = sequence - 1;
    this.#break();
    this.#needsKey = true;
    this.#afterStray = null;
    return sequence;
  }

  /** Takes in what follows without a gap. */
  #advance(pictures: ReceivedPicture[]): void {
    for (;;) {
      const packet = this.#next === null ? undefined : this.#waiting.get(this.#next);
      if (packet !== undefined && this.#next !== null) {
        this.#waiting.delete(this.#next);
        this.#next += 1;
        this.#accept(packet, pictures);
      } else if (!this.#skipToKey()) {
        return;
      }
    }
  }

  #accept(packet: RtpPacket, pictures: ReceivedPicture[]): void {
    if (packet.payload.length === 0) return;
    if (this.#broken !== null) {
      const rest = packet.timestamp === this.#broken.timestamp || !this.#format.startsPicture(packet.payload);
      if (rest) return;
      this.#broken = null;
    }
    // Some senders set no marker; then a new timestamp ends the picture.
    if (this.#parts[0] !== undefined && this.#parts[0].timestamp !== packet.timestamp) this.#finish(pictures);
    this.#parts.push(packet);
    if (packet.marker) this.#finish(pictures);
    else if (this.#parts.length >= CAPACITY) this.#lose();
  }

  #finish(pictures: ReceivedPicture[]): void {
    const last = this.#parts.at(-1);
    const picture = this.#format.assemble(this.#parts.map(({ payload }) => payload));
    this.#parts = [];
    if (picture === null || last === undefined) {
      this.counts.dropped += 1;
      this.requireKey();
    } else if (this.#needsKey && !picture.key) {
      this.counts.dropped += 1;
      this.#keyWanted = true;
    } else {
      if (picture.key) {
        this.#needsKey = false;
        this.#keyWanted = false;
        this.#keyAskedUs = null;
      }
      this.counts.pictures += 1;
      pictures.push({ ...picture, timestamp: last.timestamp, extensions: last.extensions });
    }
  }

  /** Where only a key picture helps, and one has begun to come in behind a gap, the gap is not worth the wait. */
  #skipToKey(): boolean {
    if (!this.#needsKey || this.#waiting.size === 0) return false;
    let first = Infinity;
    for (const [sequence, packet] of this.#waiting)
      if (sequence < first && this.#format.startsKey(packet.payload)) first = sequence;
    if (first === Infinity) return false;
    this.#skipTo(first);
    this.#broken = { timestamp: null };
    return true;
  }

  /** The gap has been waited for long enough, or there is too much missing. */
  #overdue(nowUs: number): boolean {
    if (this.#next === null || this.#waiting.size === 0) return false;
    const gap = this.#missing.get(this.#next);
    if (gap === undefined) return false;
    return nowUs - gap.sinceUs >= this.#timing.holdUs || this.#missing.size > MAX_MISSING;
  }

  #giveUp(): void {
    this.#skipTo(Math.min(...this.#waiting.keys()));
    this.requireKey();
  }

  #skipTo(sequence: number): void {
    for (let at = this.#next ?? sequence; at < sequence; at += 1) {
      if (this.#missing.delete(at)) this.counts.lost += 1;
      this.#waiting.delete(at);
    }
    this.#next = sequence;
    this.#break();
  }

  /** What there is of the present picture is of no use. */
  #lose(): void {
    this.#break();
    this.requireKey();
  }

  #break(): void {
    const last = this.#parts.at(-1);
    if (last !== undefined) this.counts.dropped += 1;
    this.#broken = { timestamp: last?.timestamp ?? this.#broken?.timestamp ?? null };
    this.#parts = [];
  }

  #dueNacks(nowUs: number): number[] {
    const due: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (nowUs < this.#nackUs(missing)) continue;
      missing.askedUs = nowUs;
      due.push(sequence);
    }
    return due.sort((a, b) => a - b).map((sequence) => sequence & 0xffff);
  }

  #nackUs({ sinceUs, askedUs }: Missing): number {
    return askedUs === null ? sinceUs + this.#timing.nackAfterUs : askedUs + this.#timing.nackAgainUs;
  }

  #dueKey(nowUs: number): boolean {
    if (!this.#keyWanted) return false;
    if (this.#keyAskedUs !== null && nowUs - this.#keyAskedUs < this.#timing.keyAgainUs) return false;
    this.#keyAskedUs = nowUs;
    return true;
  }

  #nextUs(): number | null {
    let next = Infinity;
    for (const missing of this.#missing.values()) next = Math.min(next, this.#nackUs(missing));
    const gap = this.#next === null ? undefined : this.#missing.get(this.#next);
    if (gap !== undefined) next = Math.min(next, gap.sinceUs + this.#timing.holdUs);
    if (this.#keyWanted && this.#keyAskedUs !== null)
      next = Math.min(next, this.#keyAskedUs + this.#timing.keyAgainUs);
    return next === Infinity ? null : next;
  }
}
