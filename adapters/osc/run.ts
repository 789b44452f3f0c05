import type { Socket } from 'node:dgram';
import type { ControlContext, ControlMessage, Probe } from '../../src/contract/adapter.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { Agenda } from './agenda.ts';
import { OscInput } from './input.ts';
import { listen } from './listen.ts';
import { addressCheck, senderCheck } from './senders.ts';

const DESCRIBE_MS = 1000;

export function probe(): Promise<Probe> {
  return Promise.resolve({ available: true, version: null });
}

export const control = { run };

/** Listens until aborted. Messages of a bundle are handed on together and in order, when the bundle's time has come. */
async function run(context: ControlContext): Promise<void> {
  const { host, port, allow, untimed } = settingsOf(context.config);
  const agenda = new Agenda<ControlMessage>({
    now: () => performance.now(),
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    play: (messages) => context.send(messages),
  });
  const input = new OscInput({
    context,
    maySend: senderCheck(allow),
    isImmediate: addressCheck(untimed, '--osc-untimed'),
    agenda,
    unixMs: Date.now,
  });
  const { sockets, endpoints } = await listen(host, port);
  const describe = (): void => context.describe({ listening: [...endpoints], ...input.counts() });
  try {
    if (context.signal.aborted) return;
    describe();
    context.log(`OSC listens on UDP ${endpoints.join(' and ')}`);
    context.live();
    await received(sockets, input, describe, context.signal);
  } finally {
    agenda.close();
    for (const socket of sockets) socket.close();
  }
}

/** Resolves when aborted, rejects when a socket fails. */
function received(
  sockets: readonly Socket[],
  input: OscInput,
  describe: () => void,
  signal: AbortSignal,
): Promise<void> {
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

/** The config is validated by the descriptor's schema before it gets here; zod itself would cost the runner its fast start. */
function settingsOf(config: JsonObject): {
  readonly host: string;
  readonly port: number;
  readonly allow: readonly string[];
  readonly untimed: readonly string[];
} {
  const { host, port } = config;
  return {
    host: typeof host === 'string' ? host : '127.0.0.1',
    port: typeof port === 'number' ? port : 8000,
    allow: textsOf(config['allow']),
    untimed: textsOf(config['untimed']),
  };
}

function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
