import type { NtpTime } from './ntp.ts';

/** What a receiver says of one stream (RFC 3550 §6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** Of the packets since the last report, in 1/256. */
  readonly fractionLost: number;
  /** Over the whole stream; negative where duplicates outweigh losses. */
  readonly lost: number;
  /** With the count of cycles in its upper half. */
  readonly highestSequence: number;
  /** In units of the stream's clock. */
  readonly jitter: number;
  /** `compactNtp` of the last sender report, and the time since it came in 1/65536 s; 0 where none came. */
  readonly lastSenderReport: number;
  readonly delaySinceSenderReport: number;
}

/** RTCP packets that are understood. What else comes is kept as it is. */
export type RtcpPacket =
  /** RFC 3550 §6.4 to §6.6. `ssrc`: who says it. */
  | {
      readonly type: 'sender-report';
      readonly ssrc: number;
      readonly ntp: NtpTime;
      readonly rtpTimestamp: number;
      readonly packets: number;
      readonly octets: number;
      readonly reports: readonly ReportBlock[];
    }
  | { readonly type: 'receiver-report'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly type: 'source-description'; readonly sources: readonly SourceDescription[] }
  | { readonly type: 'bye'; readonly sources: readonly number[]; readonly reason: string | null }
  /** RFC 4585 §6.2.1: packets to send again. */
  | {
      readonly type: 'nack';
      readonly sender: number;
      readonly media: number;
      readonly sequences: readonly number[];
    }
  /** RFC 4585 §6.3.1 and RFC 5104 §4.3.1: a key picture, please. An FIR with the number of the last one is the same request. */
  | { readonly type: 'pli'; readonly sender: number; readonly media: number }
  | {
      readonly type: 'fir';
      readonly sender: number;
      readonly requests: readonly { readonly ssrc: number; readonly sequence: number }[];
    }
  /** draft-alvestrand-rmcat-remb-03: what the receiver thinks the way can carry, in all these streams together. */
  | {
      readonly type: 'remb';
      readonly sender: number;
      readonly bitrateBps: number;
      readonly ssrcs: readonly number[];
    }
  | {
      readonly type: 'other';
      readonly payloadType: number;
      /** Five bits: count, subtype or feedback format. */
      readonly count: number;
      /** A multiple of 4 bytes. */
      readonly body: Uint8Array;
    };

export interface SourceDescription {
  readonly ssrc: number;
  /** Item 1 is the CNAME (RFC 3550 §6.5.1). Up to 255 bytes of UTF-8. */
  readonly items: readonly { readonly item: number; readonly text: string }[];
}

export const CNAME = 1;

/** RTCP packet types and feedback formats. */
export const types = { SR: 200, RR: 201, SDES: 202, BYE: 203, RTPFB: 205, PSFB: 206 } as const;
export const formats = { NACK: 1, PLI: 1, FIR: 4, AFB: 15 } as const;
/** `REMB` in ASCII. */
export const REMB_NAME = 0x52454d42;
