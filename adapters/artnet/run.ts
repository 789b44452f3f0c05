import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ControlContext, Probe } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { failure } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { artNetPort } from '../../src/protocols/artnet/packet.ts';
import { plainAddress, senderCheck } from '../../src/protocols/udp/senders.ts';
import { ArtNetInput } from './input.ts';
import { numbersOf, ownAddress } from './own-address.ts';
import type { Merge } from './universe.ts';

const DESCRIBE_MS = 1000;
/** A desk sends its universes in one burst; the kernel may grant less. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

export function probe(): Promise<Probe> {
  return Promise.resolve({ available: true, version: null });
}

export const control = { run };

/** Listens until aborted. */
async function run(context: ControlContext): Promise<void> {
  const { host, port, allow, merge } = settingsOf(context.config);
  const maySend = senderCheck(allow, '--artnet-allow');
  const socket = await bind(nameOf(host), port);
  const { address: bound, port: given } = socket.address();
  const input = new ArtNetInput({
    context,
    maySend,
    merge,
    now: nowUs,
    answer: (bytes, to) => socket.send(bytes, artNetPort, to, () => undefined),
    addressFor: (peer) =>
      numbersOf(
        bound === '0.0.0.0'
          ? ownAddress(
              Object.values(networkInterfaces()).flatMap((each) => each ?? []),
              peer,
            )
          : bound,
      ),
  });
  const describe = (): void => context.describe({ listening: `${bound}:${given}`, ...input.counts() });
  context.onRequest('pairs', (params) => {
    input.setPairs(params['pairs']);
    return Promise.resolve(null);
  });
  try {
    if (context.signal.aborted) return;
    describe();
    context.log(`Art-Net listens on UDP ${bound}:${given}`);
    context.live();
    await received(socket, input, describe, context.signal);
  } finally {
    socket.close();
  }
}

/** Resolves when aborted, rejects when the socket fails. */
function received(
  socket: Socket,
  input: ArtNetInput,
  describe: () => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | null = null;
    let described = 0;
    // A second after the first packet it says what came; once nothing comes, when the last source has fallen silent.
    const arm = (): void => {
      timer ??= setTimeout(() => {
        timer = null;
        const wentSilent = input.expire();
        if (wentSilent || input.packets !== described) describe();
        described = input.packets;
        if (input.dueUs() !== null) arm();
      }, DESCRIBE_MS);
    };
    const end = (settle: () => void): void => {
      if (timer !== null) clearTimeout(timer);
      socket.removeAllListeners('message');
      settle();
    };
    socket.on('message', (bytes, from) => {
      input.packet(bytes, plainAddress(from.address));
      arm();
    });
    socket.on('error', (error) => end(() => reject(error)));
    signal.addEventListener('abort', () => end(resolve), { once: true });
  });
}

/** Shared, as every program of a machine that speaks Art-Net has the one port that desks send to. */
async function bind(host: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  try {
    socket.bind({ address: host, port });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw bindFailure(error, host, port);
  }
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // Some systems refuse what is above their limit; what they give by themselves will do.
  }
  return socket;
}

function bindFailure(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const details = { host, port };
  if (code === 'EADDRINUSE') {
    const words = `UDP ${host}:${port} is held by a program that does not share it, so Art-Net cannot listen there; end it, or choose another port with --artnet-port`;
    return failure('E_PORT_TAKEN', words, details, error);
  }
  if (code === 'EADDRNOTAVAIL')
    return failure(
      'E_OPTION_INVALID',
      `Art-Net cannot listen on "${host}", which is no address of this machine; correct --artnet-host`,
      details,
      error,
    );
  if (code === 'EACCES')
    return failure(
      'E_OPTION_INVALID',
      `Art-Net may not listen on UDP port ${port}; choose one above 1023 with --artnet-port`,
      details,
      error,
    );
  return error;
}

/** Art-Net is IPv4 and its answers carry the address in four bytes. */
function nameOf(host: string): string {
  const name = host === 'localhost' ? '127.0.0.1' : host;
  if (isIPv4(name)) return name;
  throw failure(
    'E_OPTION_INVALID',
    `Art-Net cannot listen on "${host}", which is no IPv4 address; correct --artnet-host`,
    { host },
  );
}

/** The config is validated by the descriptor's schema before it gets here; zod itself would cost the runner its fast start. */
function settingsOf(config: JsonObject): {
  readonly host: string;
  readonly port: number;
  readonly allow: readonly string[];
  readonly merge: Merge;
} {
  const { host, port, allow, merge } = config;
  return {
    host: typeof host === 'string' ? host : '127.0.0.1',
    port: typeof port === 'number' ? port : artNetPort,
    allow: Array.isArray(allow) ? allow.map(String) : [],
    merge: merge === 'ltp' ? 'ltp' : 'htp',
  };
}
