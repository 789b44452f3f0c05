import { compactNtp, type NtpTime } from './ntp.ts';
import type { ReportBlock } from './rtcp.ts';
import { SequenceUnwrapper } from './sequence.ts';

/** Keeps the figures of one received stream for its receiver reports: RFC 3550 A.3 (loss) and A.8 (jitter). */
export class Reception {
  readonly #ssrc: number;
  readonly #clockHz: number;
  readonly #unwrapper = new SequenceUnwrapper();
  #first: number | null = null;
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #transit: number | null = null;
  #jitter = 0;
  #senderReport: { readonly compact: number; readonly arrivalUs: number } | null = null;

  constructor(ssrc: number, clockHz: number) {
    this.#ssrc = ssrc;
    this.#clockHz = clockHz;
  }

  /** In units of the stream's clock. */
  get jitter(): number {
    return this.#jitter;
  }

  received(sequence: number, timestamp: number, arrivalUs: number): void {
    const extended = this.#unwrapper.unwrap(sequence);
    this.#first ??= extended;
    this.#highest = this.#received === 0 ? extended : Math.max(this.#highest, extended);
    this.#received += 1;
    const arrival = Math.round(arrivalUs * (this.#clockHz / 1_000_000));
    // On a circle of 2^32, as the timestamps are.
    const transit = (arrival - timestamp) | 0;
    if (this.#transit !== null) {
      const change = Math.abs((transit - this.#transit) | 0);
      this.#jitter += (change - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  senderReport(ntp: NtpTime, arrivalUs: number): void {
    this.#senderReport = { compact: compactNtp(ntp), arrivalUs };
  }

  /** Null before the first packet. The fraction lost is that since the last call. */
  report(nowUs: number): ReportBlock | null {
    if (this.#first === null) return null;
    const expected = this.#highest - this.#first + 1;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const reported = this.#senderReport;
    return {
      ssrc: this.#ssrc,
      fractionLost:
        expectedNow <= 0 || lostNow <= 0 ? 0 : Math.min(255, Math.floor((lostNow * 256) / expectedNow)),
      lost: expected - this.#received,
      highestSequence: ((this.#highest % 2 ** 32) + 2 ** 32) % 2 ** 32,
      jitter: Math.floor(this.#jitter),
      lastSenderReport: reported?.compact ?? 0,
      delaySinceSenderReport:
        reported === null ? 0 : Math.round(((nowUs - reported.arrivalUs) * 65_536) / 1_000_000) % 2 ** 32,
    };
  }
}
