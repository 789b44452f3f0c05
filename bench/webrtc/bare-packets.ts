import { buildPlayoutDelay } from '../../src/protocols/rtp/header-extensions.ts';
import { buildRtp, type RtpExtension } from '../../src/protocols/rtp/packet.ts';
import { payloadFormats, VIDEO_CLOCK_HZ, type VideoCodec } from '../../src/protocols/rtp/payload.ts';
import { SendStream } from '../../src/protocols/rtp/send-stream.ts';
import { rtpTimestamp } from '../../src/protocols/rtp/sequence.ts';

const MAX_PAYLOAD = 1180;
/** Payload-specific feedback: picture loss indication and full intra request (RFC 4585 §6.3.1, RFC 5104 §4.3.1). */
const FEEDBACK = 206;
const PLI = 1;
const FIR = 4;

/** Cuts pictures into packets as the adapter does, for one viewer and without keeping any. */
export class Packets {
  readonly ssrc = 0x5eed;
  readonly #codec: VideoCodec;
  readonly #stream: SendStream;
  readonly #extensions: readonly RtpExtension[];

  constructor(codec: VideoCodec, payloadType: number, playoutDelayId: number) {
    this.#codec = codec;
    this.#stream = new SendStream({ ssrc: this.ssrc, payloadType, sequence: 0 });
    this.#extensions = [{ id: playoutDelayId, data: buildPlayoutDelay(0, 0) }];
  }

  of(picture: Uint8Array, atUs: number): Buffer[] {
    const payloads = payloadFormats[this.#codec].packetize(picture, MAX_PAYLOAD);
    const packets = this.#stream.packets(payloads, rtpTimestamp(atUs, VIDEO_CLOCK_HZ, 0), this.#extensions);
    return packets.map((packet) => Buffer.from(buildRtp(packet)));
  }
}

export function isKeyAsked(rtcp: Uint8Array): boolean {
  const format = (rtcp[0] ?? 0) & 0x1f;
  return rtcp[1] === FEEDBACK && (format === PLI || format === FIR);
}
