import { randomBytes, randomInt } from 'node:crypto';
import { loginOf } from '../../src/protocols/rtsp/authorization.ts';
import { PAYLOAD_TYPE } from '../../src/protocols/rtsp/announcement.ts';
import { buildRtcp } from '../../src/protocols/rtp/rtcp-build.ts';
import { buildRtp } from '../../src/protocols/rtp/packet.ts';
import { payloadFormats, VIDEO_CLOCK_HZ } from '../../src/protocols/rtp/payload.ts';
import { SendStream } from '../../src/protocols/rtp/send-stream.ts';
import { rtpTimestamp } from '../../src/protocols/rtp/sequence.ts';
import type { Output } from './line.ts';
import type { LivePicture } from './live-encoder.ts';
import { RTCP_CHANNEL, RTP_CHANNEL, RtspSession } from './rtsp-session.ts';
import { callServer } from './server-call.ts';
import { inUrl, type SinkTarget } from './sink-target.ts';

/** Servers hand packets on by UDP: they fit into one of any network. */
const MAX_PAYLOAD_BYTES = 1_200;
/** Reports say which time of the clock is which of the packets. */
const REPORT_EVERY_US = 2_000_000;

/** Publishes to an RTSP server, on one connection. Rejects with `E_SINK_LOST`, `E_STREAM_CERTIFICATE`. */
export async function openRtsp(target: SinkTarget, anyCertificate: boolean): Promise<Output> {
  const { scheme, host, port, path, query, address, login, name } = target;
  const rest = query.size === 0 ? '' : `?${new URLSearchParams([...query]).toString()}`;
  const url = `${scheme}://${inUrl(host)}:${port}${path}${rest}`;
  const place = { url, address, login: loginOf(login), name };
  return new RtspOutput(await callServer(target, anyCertificate, (socket) => new RtspSession(socket, place)));
}

/** Pictures as RTP packets (RFC 6184) between the messages of the connection. */
class RtspOutput implements Output {
  readonly lost: Promise<never>;
  readonly #session: RtspSession;
  readonly #clockStart = randomInt(2 ** 32);
  readonly #stream = new SendStream({
    ssrc: randomBytes(4).readUInt32BE(),
    payloadType: PAYLOAD_TYPE,
    sequence: randomInt(2 ** 16),
  });
  #reportedUs = -Infinity;

  constructor(session: RtspSession) {
    this.#session = session;
    this.lost = session.lost;
  }

  get waiting(): number {
    return this.#session.waiting;
  }

  async send({ data, timestampUs }: LivePicture): Promise<void> {
    const timestamp = rtpTimestamp(timestampUs, VIDEO_CLOCK_HZ, this.#clockStart);
    if (timestampUs - this.#reportedUs >= REPORT_EVERY_US) {
      this.#reportedUs = timestampUs;
      this.#session.packet(RTCP_CHANNEL, buildRtcp([this.#stream.report(Date.now() * 1000, timestamp)]));
    }
    const payloads = payloadFormats.h264.packetize(data, MAX_PAYLOAD_BYTES);
    for (const packet of this.#stream.packets(payloads, timestamp))
      this.#session.packet(RTP_CHANNEL, buildRtp(packet));
  }

  async close(): Promise<void> {
    this.#session.close();
  }
}
