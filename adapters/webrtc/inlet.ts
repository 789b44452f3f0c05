import { nowUs } from '../../src/contract/clock.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { openVideoDecoder, type DecodedPicture, type VideoDecoder } from '../../src/codec/video-decoder.ts';
import { parseColorSpace } from '../../src/protocols/rtp/header-extensions.ts';
import { parseRtp } from '../../src/protocols/rtp/packet.ts';
import { payloadFormats, VIDEO_CLOCK_HZ, type VideoCodec } from '../../src/protocols/rtp/payload.ts';
import { Reception } from '../../src/protocols/rtp/reception.ts';
import {
  ReorderBuffer,
  type ReceivedPicture,
  type ReceiveStep,
} from '../../src/protocols/rtp/reorder-buffer.ts';
import { buildRtcp } from '../../src/protocols/rtp/rtcp-build.ts';
import type { RtcpPacket } from '../../src/protocols/rtp/rtcp.ts';

/** What the sender is told it may send: enough for 1080p, so that it never sends less for our sake. */
const ALLOWED_BPS = 12_000_000;
/** Pictures that wait for the decoder; with more it has lost touch, and begins again at a key picture. */
const MAX_QUEUE = 30;
/** A machine that decodes slower than pictures come shows one this often all the same, and not none. */
const SHOW_EVERY_US = 100_000;

export interface InletWire {
  send(packet: Uint8Array): boolean;
  log(line: string): void;
}

/** Where its pictures go. */
export interface InletPlace {
  describe(codec: VideoCodec, picture: DecodedPicture): void;
  put(picture: DecodedPicture, captureUs: number): Promise<void>;
}

interface Queued extends ReceivedPicture {
  readonly arrivedUs: number;
}

/** One incoming video stream: packets in, frames of a source node out; loss is asked for again, damage for a key picture. */
export class Inlet {
  readonly #codec: VideoCodec;
  readonly #payloadType: number;
  readonly #ssrc: number;
  readonly #colorSpaceId: number | null;
  readonly #place: InletPlace;
  readonly #wire: InletWire;
  readonly #buffer: ReorderBuffer;
  readonly #queue: Queued[] = [];
  #remote: { readonly ssrc: number; readonly reception: Reception } | null = null;
  #decoder: VideoDecoder | null = null;
  #timer: NodeJS.Timeout | null = null;
  #working = false;
  #closed = false;
  #described = '';
  #shownUs = -Infinity;
  readonly #counts = {
    frames: 0,
    skipped: 0,
    overruns: 0,
    nacked: 0,
    keysAsked: 0,
    malformed: 0,
    failures: 0,
  };

  constructor(
    stream: {
      readonly codec: VideoCodec;
      readonly payloadType: number;
      /** Under which our reports go out. */
      readonly ssrc: number;
      readonly colorSpaceId: number | null;
    },
    place: InletPlace,
    wire: InletWire,
  ) {
    this.#codec = stream.codec;
    this.#payloadType = stream.payloadType;
    this.#ssrc = stream.ssrc;
    this.#colorSpaceId = stream.colorSpaceId;
    this.#place = place;
    this.#wire = wire;
    this.#buffer = new ReorderBuffer(payloadFormats[stream.codec]);
  }

  packet(bytes: Uint8Array): void {
    const packet = parseRtp(bytes);
    if (packet === null) return void (this.#counts.malformed += 1);
    if (packet.payloadType !== this.#payloadType || this.#closed) return;
    const now = nowUs();
    if (this.#remote?.ssrc !== packet.ssrc)
      this.#remote = { ssrc: packet.ssrc, reception: new Reception(packet.ssrc, VIDEO_CLOCK_HZ) };
    this.#remote.reception.received(packet.sequence, packet.timestamp, now);
    this.#buffer.push(packet, now);
    this.#step(now);
  }

  heard(packets: readonly RtcpPacket[]): void {
    for (const packet of packets)
      if (packet.type === 'sender-report' && packet.ssrc === this.#remote?.ssrc)
        this.#remote.reception.senderReport(packet.ntp, nowUs());
  }

  /** Once a second: what came, and what may come. */
  tick(): void {
    const remote = this.#remote;
    if (remote === null || this.#closed) return;
    const report = remote.reception.report(nowUs());
    const estimate: RtcpPacket = {
      type: 'remb',
      sender: this.#ssrc,
      bitrateBps: ALLOWED_BPS,
      ssrcs: [remote.ssrc],
    };
    const reports = report === null ? [] : [report];
    this.#wire.send(buildRtcp([{ type: 'receiver-report', ssrc: this.#ssrc, reports }, estimate]));
  }

  info(): JsonObject {
    const { recovered, lost, dropped } = this.#buffer.counts;
    const damaged = this.#decoder?.damaged ?? 0;
    return { codec: this.#codec, ...this.#counts, recovered, lost, dropped, damaged };
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#queue.length = 0;
    const decoder = this.#decoder;
    this.#decoder = null;
    await decoder?.close();
  }

  #step(now: number): void {
    const step = this.#buffer.take(now);
    for (const picture of step.pictures) this.#queue.push({ ...picture, arrivedUs: now });
    if (this.#queue.length > MAX_QUEUE) {
      this.#counts.overruns += 1;
      this.#queue.length = 0;
      this.#buffer.requireKey();
    }
    this.#ask(step);
    this.#wake(step.nextUs, now);
    if (!this.#working && this.#queue.length > 0) void this.#work();
  }

  #ask({ nacks, keyDue }: ReceiveStep): void {
    const media = this.#remote?.ssrc;
    if (media === undefined) return;
    const packets: RtcpPacket[] = [];
    if (nacks.length > 0) packets.push({ type: 'nack', sender: this.#ssrc, media, sequences: nacks });
    if (keyDue) packets.push({ type: 'pli', sender: this.#ssrc, media });
    this.#counts.nacked += nacks.length;
    this.#counts.keysAsked += keyDue ? 1 : 0;
    for (const packet of packets) this.#wire.send(buildRtcp([packet]));
  }

  #wake(nextUs: number | null, now: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (nextUs === null || this.#closed) return;
    this.#timer = setTimeout(() => this.#step(nowUs()), Math.max(1, (nextUs - now) / 1000));
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
        await this.#decode(next);
    } catch (error) {
      // A slot that was taken away, or a codec that fails: the next picture is another try.
      this.#counts.failures += 1;
      if (this.#counts.failures % 30 === 1 && !this.#closed)
        this.#wire.log(`A picture could not be taken in: ${String(error)}`);
    } finally {
      this.#working = false;
    }
    if (this.#queue.length > 0 && !this.#closed) void this.#work();
  }

  async #decode(picture: Queued): Promise<void> {
    const decoder = (this.#decoder ??= await openVideoDecoder(this.#codec));
    if (this.#closed) return decoder.close();
    const extension = picture.extensions.find(({ id }) => id === this.#colorSpaceId);
    const colors = extension === undefined ? null : parseColorSpace(extension.data);
    const decoded = await decoder.decode(picture.data, picture.arrivedUs, colors);
    if (decoder.needsKey) this.#buffer.requireKey();
    if (decoded === null) return;
    const words = `${decoded.width}x${decoded.height}`;
    if (words !== this.#described) this.#place.describe(this.#codec, decoded);
    this.#described = words;
    // All are decoded, because each builds on the one before; only the newest is shown.
    const isLate = nowUs() - this.#shownUs > SHOW_EVERY_US;
    if (this.#queue.length > 0 && !isLate) return void (this.#counts.skipped += 1);
    await this.#place.put(decoded, picture.arrivedUs);
    this.#shownUs = nowUs();
    this.#counts.frames += 1;
  }
}
