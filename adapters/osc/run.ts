import type { RemoteInfo, Socket } from 'node:dgram';
import type { ControlContext, ControlMessage, Probe } from '../../src/contract/adapter.ts';
import { reportOf } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { decodeOsc } from '../../src/protocols/osc/decode.ts';
import type { OscMessage, OscTimetag } from '../../src/protocols/osc/packet.ts';
import { isImmediate, unixMsOf } from '../../src/protocols/osc/timetag.ts';
import { endpointOf, listen } from './listen.ts';
import { route } from './route.ts';
import { plainAddress, senderCheck } from './senders.ts';

/** Times further ahead come from a clock that is not the time of day, as TouchDesigner's, which counts from its first message. */
const FUTURE_MS = 10_000;
const DESCRIBE_MS = 1000;

export function probe(): Promise<Probe> {
  return Promise.resolve({ available: true, version: null });
}

export const control = { run };

/** Listens until aborted. Messages of a bundle are handed on together and in order, at once, whatever the bundle's time. */
async function run(context: ControlContext): Promise<void> {
  const { host, port, allow } = settingsOf(context.config);
  const input = new OscInput(context, senderCheck(allow));
  const { sockets, endpoints } = await listen(host, port);
  const describe = (): void => context.describe({ listening: [...endpoints], ...input.counts() });
  try {
    if (context.signal.aborted) return;
    describe();
    context.log(`OSC listens on UDP ${endpoints.join(' and ')}`);
    context.live();
    await received(sockets, input, describe, context.signal);
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/** Resolves when aborted, rejects when a socket fails. */
function received(sockets: readonly Socket[], input: OscInput, describe: () => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let described = input.packets;
    const timer = setInterval(() => {
      if (input.packets === described) return;
      described = input.packets;
      describe();
    }, DESCRIBE_MS);
    const end = (settle: () => void): void => {
      clearInterval(timer);
      for (const socket of sockets) socket.removeAllListeners('message');
      settle();
    };
    for (const socket of sockets) {
      socket.on('message', (bytes, from) => input.packet(bytes, from));
      socket.on('error', (error) => end(() => reject(error)));
    }
    signal.addEventListener('abort', () => end(resolve), { once: true });
  });
}

class OscInput {
  readonly #context: ControlContext;
  readonly #maySend: (address: string) => boolean;
  packets = 0;
  #messages = 0;
  #malformed = 0;
  #refused = 0;
  /** Bundles timed ahead; they are played at once all the same. */
  #futureBundles = 0;

  constructor(context: ControlContext, maySend: (address: string) => boolean) {
    this.#context = context;
    this.#maySend = maySend;
  }

  counts(): JsonObject {
    return { packets: this.packets, messages: this.#messages, malformed: this.#malformed, refused: this.#refused, futureBundles: this.#futureBundles };
  }

  packet(bytes: Buffer, from: RemoteInfo): void {
    this.packets++;
    const address = plainAddress(from.address);
    const sender = `osc:${endpointOf({ address, port: from.port })}`;
    if (!this.#maySend(address)) {
      this.#refused++;
      this.#context.reject(sender, 'E_CONTROL_SENDER', `${address} may not send OSC; let it in with --osc-allow ${address}`);
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
      const aheadMs = unixMsOf(timetag) - Date.now();
      if (aheadMs > 0 && aheadMs <= FUTURE_MS) this.#futureBundles++;
    }
  }
}

/** The config is validated by the descriptor's schema before it gets here; zod itself would cost the runner its fast start. */
function settingsOf(config: JsonObject): { host: string; port: number; allow: string[] } {
  const { host, port, allow } = config;
  return {
    host: typeof host === 'string' ? host : '127.0.0.1',
    port: typeof port === 'number' ? port : 8000,
    allow: Array.isArray(allow) ? allow.map(String) : [],
  };
}
