import type { JsonObject } from '../../src/contract/json.ts';
import { LOCAL_PACKET_BYTES, PACKET_BYTES, packOsc } from '../../src/protocols/osc/pack.ts';
import type { KeptMessage } from './kept-message.ts';
import { endpointOf } from './listen.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Hands a packet to the network; `done` hears how that went. */
export type SendPacket = (packet: Buffer, to: Endpoint, done: (error: Error | null) => void) => void;

/** Senders that may be one controller: it sends by a new port each time it is started. */
const MAX_OWNERS = 8;
/** At once: more overflows what a receiver's system keeps for it. */
const MAX_BYTES = 48_000;

/** A controller that follows the show: what it is still to hear, and what it is not. */
export class Subscriber {
  readonly to: Endpoint;
  /** Named in the configuration; it never lapses. */
  readonly configured: boolean;
  rateHz: number;
  /** Monotonic milliseconds; null for one that does not lapse. */
  lapsesAtMs: number | null = null;
  /** Earliest next packet, monotonic milliseconds. */
  dueAtMs = -Infinity;
  /** Of each address the newest message, which its object holds. */
  readonly #waiting = new Set<KeptMessage>();
  /** Ids of senders that are this controller: what they move they need not hear. */
  readonly #owners = new Set<string>();
  readonly #packetBytes: number;
  #packets = 0;
  #errors = 0;
  #lastError: string | null = null;

  constructor(to: Endpoint, configured: boolean, rateHz: number) {
    this.to = to;
    this.configured = configured;
    this.rateHz = rateHz;
    this.#packetBytes =
      to.address === '::1' || to.address.startsWith('127.') ? LOCAL_PACKET_BYTES : PACKET_BYTES;
    this.own(`osc:${endpointOf(to)}`);
  }

  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  own(sender: string): void {
    if (this.#owners.has(sender)) return;
    const [first, second] = this.#owners;
    // The first is its own endpoint, which stays.
    if (this.#owners.size >= MAX_OWNERS) this.#owners.delete(second ?? first ?? '');
    this.#owners.add(sender);
  }

  isOwn(sender: string | null): boolean {
    return sender !== null && this.#owners.has(sender);
  }

  /** Something changed; whoever moved it has the newest value, so an older one that waits is no longer true. */
  tell(message: KeptMessage, setBy: string | null): void {
    if (this.isOwn(setBy)) this.#waiting.delete(message);
    else this.#waiting.add(message);
  }

  tellAll(messages: readonly KeptMessage[], setBy: string | null): void {
    if (this.isOwn(setBy)) for (const message of messages) this.#waiting.delete(message);
    else for (const message of messages) this.#waiting.add(message);
  }

  /** Sends what waits, or as much as a receiver takes at once. */
  flush(send: SendPacket): void {
    const messages: Buffer[] = [];
    let bytes = 0;
    for (const message of this.#waiting) {
      bytes += message.bytes.length;
      if (messages.length > 0 && bytes > MAX_BYTES) break;
      this.#waiting.delete(message);
      messages.push(message.bytes);
    }
    for (const packet of packOsc(messages, this.#packetBytes)) this.#send(packet, send);
  }

  report(): JsonObject {
    return {
      to: endpointOf(this.to),
      configured: this.configured,
      rateHz: this.rateHz,
      packets: this.#packets,
      errors: this.#errors,
      lastError: this.#lastError,
    };
  }

  #send(packet: Buffer, send: SendPacket): void {
    this.#packets += 1;
    send(packet, this.to, (error) => {
      if (error === null) return;
      this.#errors += 1;
      this.#lastError = error.message;
    });
  }
}
