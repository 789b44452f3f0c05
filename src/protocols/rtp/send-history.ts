import type { RtpPacket } from './packet.ts';

interface Sent {
  readonly packet: RtpPacket;
  resentUs: number | null;
}

/** The last packets of one stream, so that lost ones can be sent again. Payloads are referred to, not copied. */
export class SendHistory {
  readonly #ring: (Sent | undefined)[];
  readonly #restUs: number;

  /** `capacity`: packets kept, a power of two. `restUs`: a packet is given out again only after this long; about a round trip. */
  constructor(capacity: number, restUs: number) {
    this.#ring = Array.from({ length: capacity }, () => undefined);
    this.#restUs = restUs;
  }

  remember(packet: RtpPacket): void {
    this.#ring[packet.sequence % this.#ring.length] = { packet, resentUs: null };
  }

  /** Null where it is no longer kept, or was sent again a moment ago. */
  recall(sequence: number, nowUs: number): RtpPacket | null {
    const sent = this.#ring[sequence % this.#ring.length];
    if (sent === undefined || sent.packet.sequence !== sequence) return null;
    if (sent.resentUs !== null && nowUs - sent.resentUs < this.#restUs) return null;
    sent.resentUs = nowUs;
    return sent.packet;
  }
}
