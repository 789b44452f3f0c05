import type { ControlContext, ControlMessage } from '../../src/contract/adapter.ts';
import { reportOf } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { decodeOsc } from '../../src/protocols/osc/decode.ts';
import type { OscMessage, OscTimetag } from '../../src/protocols/osc/packet.ts';
import { isImmediate, unixMsOf } from '../../src/protocols/osc/timetag.ts';
import { endpointOf } from './listen.ts';
import { route } from './route.ts';
import { plainAddress } from './senders.ts';

/** Times further ahead come from a clock that is not the time of day, as TouchDesigner's, which counts from its first message. */
const FUTURE_MS = 10_000;

/** Packets in, messages and refusals out, and counts of both. */
export class OscInput {
  readonly #context: Pick<ControlContext, 'send' | 'reject'>;
  readonly #maySend: (address: string) => boolean;
  readonly #unixMs: () => number;
  packets = 0;
  #messages = 0;
  #malformed = 0;
  #refused = 0;
  /** Bundles timed ahead; they are played at once all the same. */
  #futureBundles = 0;

  constructor(
    context: Pick<ControlContext, 'send' | 'reject'>,
    maySend: (address: string) => boolean,
    unixMs: () => number,
  ) {
    this.#context = context;
    this.#unixMs = unixMs;
    this.#maySend = maySend;
  }

  counts(): JsonObject {
    return {
      packets: this.packets,
      messages: this.#messages,
      malformed: this.#malformed,
      refused: this.#refused,
      futureBundles: this.#futureBundles,
    };
  }

  packet(bytes: Buffer, from: { readonly address: string; readonly port: number }): void {
    this.packets++;
    const address = plainAddress(from.address);
    const sender = `osc:${endpointOf({ address, port: from.port })}`;
    if (!this.#maySend(address)) {
      this.#refused++;
      this.#context.reject(
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
      this.#context.reject(sender, code, message);
      return;
    }
    this.#countFuture(messages);
    const understood = this.#routed(messages, sender);
    if (understood.length > 0) this.#context.send(understood);
  }

  #routed(messages: readonly OscMessage[], sender: string): ControlMessage[] {
    const understood: ControlMessage[] = [];
    for (const message of messages) {
      this.#messages++;
      const routed = route(message);
      if ('code' in routed) {
        this.#refused++;
        this.#context.reject(sender, routed.code, routed.reason);
      } else {
        understood.push({ address: routed.address, args: routed.args, sender });
      }
    }
    return understood;
  }

  #countFuture(messages: readonly OscMessage[]): void {
    let counted: OscTimetag | null = null;
    for (const { timetag } of messages) {
      if (timetag === null || timetag === counted || isImmediate(timetag)) continue;
      counted = timetag;
      const aheadMs = unixMsOf(timetag) - this.#unixMs();
      if (aheadMs > 0 && aheadMs <= FUTURE_MS) this.#futureBundles++;
    }
  }
}
