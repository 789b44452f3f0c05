import type { ControlContext, ControlMessage } from '../../src/contract/adapter.ts';
import { reportOf } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { decodeOsc } from '../../src/protocols/osc/decode.ts';
import type { OscMessage, OscTimetag } from '../../src/protocols/osc/packet.ts';
import { isImmediate, unixMsOf } from '../../src/protocols/osc/timetag.ts';
import { type Agenda, MAX_WAITING } from './agenda.ts';
import { type Feedback, isVerb } from './feedback.ts';
import { endpointOf } from './listen.ts';
import { route } from './route.ts';
import { plainAddress } from '../../src/protocols/udp/senders.ts';
import type { Endpoint } from './subscriber.ts';

/** Times further ahead come from a clock that is not the time of day. */
const FURTHEST_MS = 10_000;

export interface OscInputOptions {
  readonly context: Pick<ControlContext, 'send' | 'reject'>;
  readonly maySend: (address: string) => boolean;
  /** Whose bundles are played when they come, whatever their time. */
  readonly isImmediate: (address: string) => boolean;
  readonly agenda: Agenda<ControlMessage>;
  /** Who follows the show. */
  readonly followers: Pick<Feedback, 'hear'>;
  /** Milliseconds since 1970. */
  readonly unixMs: () => number;
}

/** Packets in, messages and refusals out, and counts of both. */
export class OscInput {
  readonly #options: OscInputOptions;
  packets = 0;
  #messages = 0;
  #malformed = 0;
  #refused = 0;
  /** Messages that waited, or wait, for the time of their bundle. */
  #scheduled = 0;
  /** Messages whose bundle's time was more than ten seconds ahead; played at once. */
  #tooFarAhead = 0;

  constructor(options: OscInputOptions) {
    this.#options = options;
  }

  counts(): JsonObject {
    return {
      packets: this.packets,
      messages: this.#messages,
      malformed: this.#malformed,
      refused: this.#refused,
      scheduled: this.#scheduled,
      waiting: this.#options.agenda.waiting,
      tooFarAhead: this.#tooFarAhead,
    };
  }

  packet(bytes: Buffer, from: { readonly address: string; readonly port: number }): void {
    this.packets++;
    const address = plainAddress(from.address);
    const sender = `osc:${endpointOf({ address, port: from.port })}`;
    if (!this.#options.maySend(address)) {
      this.#refused++;
      this.#options.context.reject(
        sender,
        'E_CONTROL_SENDER',
        `${address} may not send OSC; let it in with --osc-allow ${address}`,
      );
      return;
    }
    let messages: readonly OscMessage[];
    try {
      messages = decodeOsc(bytes);
    } catch (error) {
      this.#malformed++;
      const { code, message } = reportOf(error, 'E_OSC_MALFORMED');
      this.#options.context.reject(sender, code, message);
      return;
    }
    this.#play(messages, sender, { address, port: from.port });
  }

  /** What is due goes on together; each bundle in the packet that is timed ahead waits as a whole. */
  #play(messages: readonly OscMessage[], sender: string, from: Endpoint): void {
    const atOnce = this.#options.isImmediate(from.address);
    const nowMs = this.#options.unixMs();
    const due: ControlMessage[] = [];
    const ahead = new Map<OscTimetag, ControlMessage[]>();
    for (const message of messages) {
      this.#messages++;
      const understood = this.#routed(message, sender, from);
      if (understood === null) continue;
      const { timetag } = message;
      if (timetag === null || atOnce || !this.#waits(timetag, nowMs)) {
        due.push(understood);
        continue;
      }
      const bundle = ahead.get(timetag);
      if (bundle === undefined) ahead.set(timetag, [understood]);
      else bundle.push(understood);
    }
    if (due.length > 0) this.#options.context.send(due);
    for (const [timetag, bundle] of ahead) this.#schedule(unixMsOf(timetag) - nowMs, bundle, sender);
  }

  /** A time that is past plays now, and so does one on another clock, as TouchDesigner's, which counts from its first message. */
  #waits(timetag: OscTimetag, nowMs: number): boolean {
    if (isImmediate(timetag)) return false;
    const aheadMs = unixMsOf(timetag) - nowMs;
    if (aheadMs > FURTHEST_MS) this.#tooFarAhead++;
    return aheadMs > 0 && aheadMs <= FURTHEST_MS;
  }

  #schedule(aheadMs: number, messages: readonly ControlMessage[], sender: string): void {
    if (this.#options.agenda.add(aheadMs, messages, sender)) {
      this.#scheduled += messages.length;
      return;
    }
    this.#refused += messages.length;
    this.#options.context.reject(
      sender,
      'E_CONTROL_FLOOD',
      `More than ${MAX_WAITING} messages of a sender would wait for their time; a bundle of ${messages.length} was left out`,
    );
  }

  /** Null where it is refused, or was for Reverie itself and not for the show. */
  #routed(message: OscMessage, sender: string, from: Endpoint): ControlMessage | null {
    const routed = route(message);
    if ('code' in routed) return this.#refuse(sender, routed.code, routed.reason);
    const { address, args } = routed;
    if (!isVerb(address)) return { address, args, sender };
    const refusal = this.#options.followers.hear(address, args, from);
    return refusal === null ? null : this.#refuse(sender, refusal.code, refusal.reason);
  }

  #refuse(sender: string, code: string, reason: string): null {
    this.#refused++;
    this.#options.context.reject(sender, code, reason);
    return null;
  }
}
