import type { RtpExtension, RtpPacket } from './packet.ts';
import { compactNtp, ntpTime } from './ntp.ts';
import type { ReportBlock, RtcpPacket } from './rtcp.ts';

/** Where a stream begins; random, so that it cannot be guessed (RFC 3550 §5.1). */
export interface StreamStart {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly sequence: number;
}

/** Numbers the packets of one stream to one viewer, and keeps count for its reports. */
export class SendStream {
  readonly ssrc: number;
  readonly payloadType: number;
  #sequence: number;
  #packets = 0;
  #octets = 0;

  constructor(start: StreamStart) {
    this.ssrc = start.ssrc;
    this.payloadType = start.payloadType;
    this.#sequence = start.sequence;
  }

  /** The packets of one picture. `payloads` may be shared among viewers; `timestamp` in the units of the stream's clock. */
  packets(
    payloads: readonly Uint8Array[],
    timestamp: number,
    extensions: readonly RtpExtension[] = [],
  ): RtpPacket[] {
    return payloads.map((payload, index) => {
      const sequence = this.#sequence;
      this.#sequence = (sequence + 1) & 0xffff;
      this.#packets = (this.#packets + 1) % 2 ** 32;
      this.#octets = (this.#octets + payload.length) % 2 ** 32;
      const marker = index === payloads.length - 1;
      const { ssrc, payloadType } = this;
      return { marker, payloadType, sequence, timestamp, ssrc, extensions, payload };
    });
  }

  /** `nowUs` since 1970; `timestamp`: what the stream's clock shows at that moment. */
  report(nowUs: number, timestamp: number): RtcpPacket {
    return {
      type: 'sender-report',
      ssrc: this.ssrc,
      ntp: ntpTime(nowUs),
      rtpTimestamp: timestamp,
      packets: this.#packets,
      octets: this.#octets,
      reports: [],
    };
  }
}

/** Round-trip time out of a receiver's report (RFC 3550 §6.4.1); null before it has had one of ours. `nowUs` since 1970. */
export function roundTripUs(report: ReportBlock, nowUs: number): number | null {
  if (report.lastSenderReport === 0) return null;
  const now = compactNtp(ntpTime(nowUs));
  const units = (now - report.lastSenderReport - report.delaySinceSenderReport) | 0;
  return units < 0 ? null : Math.round((units * 1_000_000) / 65_536);
}
