import { nowUs } from '../../src/contract/clock.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { Matte } from '../../src/contract/packed-matte.ts';
import { buildPlayoutDelay } from '../../src/protocols/rtp/header-extensions.ts';
import { buildRtp, type RtpExtension } from '../../src/protocols/rtp/packet.ts';
import { VIDEO_CLOCK_HZ, type VideoCodec } from '../../src/protocols/rtp/payload.ts';
import { buildRtcp } from '../../src/protocols/rtp/rtcp-build.ts';
import { CNAME, type ReportBlock, type RtcpPacket } from '../../src/protocols/rtp/rtcp.ts';
import { SendHistory } from '../../src/protocols/rtp/send-history.ts';
import { roundTripUs, SendStream, type StreamStart } from '../../src/protocols/rtp/send-stream.ts';
import { rtpTimestamp } from '../../src/protocols/rtp/sequence.ts';
import { RungChooser, type Rung } from './rung.ts';

/** About two seconds of a full rung at 3 Mbit/s. */
const HISTORY = 1024;
const RESEND_REST_US = 30_000;

export interface OutletWire {
  /** False where the packet could not be sent. */
  send(packet: Uint8Array): boolean;
  /** Microseconds since 1970, for reports. */
  wallUs(): number;
}

/** One viewer's end of a view: which rung it gets, the numbering of its packets, and what its receiver says of them. */
export class Outlet {
  readonly codec: VideoCodec;
  readonly matte: Matte;
  readonly #stream: SendStream;
  readonly #wire: OutletWire;
  readonly #extensions: readonly RtpExtension[];
  readonly #history = new SendHistory(HISTORY, RESEND_REST_US);
  readonly #chooser: RungChooser;
  readonly #clockStart: number;
  #open = false;
  /** The rung whose pictures go out; null until the first key picture. */
  #sent: Rung | null = null;
  #keyAsked = false;
  #estimateBps: number | null = null;
  #bytes = 0;
  #bytesAtMs = performance.now();
  #sentBps = 0;
  #lost = 0;
  #roundTripMs: number | null = null;
  readonly #counts = { pictures: 0, resent: 0, unsent: 0, keysAsked: 0, switches: 0 };

  constructor(
    { codec, matte }: { readonly codec: VideoCodec; readonly matte: Matte },
    start: StreamStart & { readonly clock: number },
    playoutDelayId: number | null,
    wire: OutletWire,
  ) {
    this.codec = codec;
    this.matte = matte;
    this.#stream = new SendStream(start);
    this.#clockStart = start.clock;
    this.#wire = wire;
    // Bounds of 0 tell browsers to show each picture as soon as it is decoded: no jitter buffer, the freshest wins.
    this.#extensions = playoutDelayId === null ? [] : [{ id: playoutDelayId, data: buildPlayoutDelay(0, 0) }];
    this.#chooser = new RungChooser(nowUs());
  }

  get ssrc(): number {
    return this.#stream.ssrc;
  }

  /** The way is open: it needs a key picture to begin with. */
  open(): void {
    this.#open = true;
  }

  close(): void {
    this.#open = false;
  }

  /** Rungs it needs encoded: the one it gets, and the one it is to change to. */
  needs(rung: Rung): boolean {
    return this.#open && (rung === this.#sent || rung === this.#chooser.rung);
  }

  /** Whether it still waits for a key picture of this rung. */
  waitsFor(rung: Rung): boolean {
    return this.#open && rung === this.#chooser.rung && (rung !== this.#sent || this.#keyAsked);
  }

  picture(rung: Rung, payloads: readonly Uint8Array[], key: boolean, atUs: number): void {
    if (!this.#open) return;
    if (rung !== this.#sent) {
      if (!key || rung !== this.#chooser.rung) return;
      if (this.#sent !== null) this.#counts.switches += 1;
      this.#sent = rung;
    }
    if (key) this.#keyAsked = false;
    this.#counts.pictures += 1;
    const timestamp = rtpTimestamp(atUs, VIDEO_CLOCK_HZ, this.#clockStart);
    for (const packet of this.#stream.packets(payloads, timestamp, this.#extensions)) {
      this.#history.remember(packet);
      this.#send(buildRtp(packet));
    }
  }

  /** Feedback of the viewer. What is about other streams is passed over. */
  heard(packets: readonly RtcpPacket[]): void {
    for (const packet of packets) this.#hear(packet);
  }

  /** Once a second. */
  tick(): void {
    if (!this.#open) return;
    const atUs = nowUs();
    const atMs = performance.now();
    this.#sentBps = (this.#bytes * 8000) / Math.max(1, atMs - this.#bytesAtMs);
    this.#bytes = 0;
    this.#bytesAtMs = atMs;
    const timestamp = rtpTimestamp(atUs, VIDEO_CLOCK_HZ, this.#clockStart);
    const name = { ssrc: this.ssrc, items: [{ item: CNAME, text: 'reverie' }] };
    const report = this.#stream.report(this.#wire.wallUs(), timestamp);
    this.#wire.send(buildRtcp([report, { type: 'source-description', sources: [name] }]));
  }

  info(): JsonObject {
    return {
      codec: this.codec,
      rung: this.#sent,
      bitrateBps: Math.round(this.#sentBps),
      estimateBps: this.#estimateBps,
      roundTripMs: this.#roundTripMs,
      lostPercent: Math.round(this.#lost * 1000) / 10,
      ...this.#counts,
    };
  }

  #hear(packet: RtcpPacket): void {
    switch (packet.type) {
      case 'receiver-report':
      case 'sender-report':
        return packet.reports
          .filter(({ ssrc }) => ssrc === this.ssrc)
          .forEach((block) => this.#reported(block));
      case 'remb':
        if (packet.ssrcs.includes(this.ssrc)) this.#estimateBps = packet.bitrateBps;
        return;
      case 'nack':
        return packet.media === this.ssrc ? this.#resend(packet.sequences) : undefined;
      case 'pli':
        return packet.media === this.ssrc ? this.#askForKey() : undefined;
      case 'fir':
        return packet.requests.some(({ ssrc }) => ssrc === this.ssrc) ? this.#askForKey() : undefined;
      default:
        return;
    }
  }

  #reported(block: ReportBlock): void {
    this.#lost = block.fractionLost / 256;
    const roundTrip = roundTripUs(block, this.#wire.wallUs());
    if (roundTrip !== null) this.#roundTripMs = Math.round(roundTrip / 100) / 10;
    const feedback = { lost: this.#lost, estimateBps: this.#estimateBps, sentBps: this.#sentBps };
    this.#chooser.report(feedback, nowUs());
  }

  #resend(sequences: readonly number[]): void {
    const now = nowUs();
    for (const sequence of sequences) {
      const packet = this.#history.recall(sequence, now);
      if (packet === null) continue;
      this.#counts.resent += 1;
      this.#send(buildRtp(packet));
    }
  }

  /**
   * Pictures go on until the key picture comes, which may take a second where others had theirs just made. A viewer that asks because it
   * lost a reference holds its last picture by itself and throws away what it cannot decode; one that asks for another reason, as
   * recorders and forwarders do every few seconds, would stand still for nothing.
   */
  #askForKey(): void {
    this.#counts.keysAsked += 1;
    this.#keyAsked = true;
  }

  #send(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (!this.#wire.send(bytes)) this.#counts.unsent += 1;
  }
}
