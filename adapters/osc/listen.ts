import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { failure } from '../../src/contract/error.ts';

/** Room for a burst of 60-message bundles while the event loop is busy; the kernel may grant less. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

export interface Listening {
  readonly sockets: readonly Socket[];
  /** `127.0.0.1:8000`, `[::1]:8000`. */
  readonly endpoints: readonly string[];
}

/**
 * Binds what `host` names. `localhost` is both loopback addresses on one port, because senders resolve it to either; where the
 * machine has no IPv6, the IPv4 one alone. `::` takes IPv4 too.
 */
export async function listen(host: string, port: number): Promise<Listening> {
  if (host !== 'localhost') return listening([await bind(await resolved(host), port)]);
  const first = await bind('127.0.0.1', port);
  try {
    return listening([first, await bind('::1', first.address().port)]);
  } catch (error) {
    if (isCoded(error) && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'))
      return listening([first]);
    first.close();
    throw error;
  }
}

function listening(sockets: readonly Socket[]): Listening {
  return { sockets, endpoints: sockets.map((socket) => endpointOf(socket.address())) };
}

export function endpointOf(at: { readonly address: string; readonly port: number }): string {
  return at.address.includes(':') ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`;
}

async function resolved(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw failure(
      'E_OPTION_INVALID',
      `OSC cannot listen on "${host}", which is no address of this machine; correct --osc-host`,
      { host },
      error,
    );
  }
}

async function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    socket.bind({ address, port });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw bindFailure(error, address, port);
  }
  setReceiveBuffer(socket);
  return socket;
}

/** Some systems refuse what is above their limit instead of granting less. */
function setReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES / 16);
  }
}

function bindFailure(error: unknown, address: string, port: number): unknown {
  if (!isCoded(error)) return error;
  const at = endpointOf({ address, port });
  const details = { address, port };
  switch (error.code) {
    case 'EADDRINUSE':
      return failure(
        'E_PORT_TAKEN',
        `UDP ${at} is in use, so OSC cannot listen there; choose another port with --osc-port`,
        details,
        error,
      );
    case 'EACCES':
      return failure(
        'E_OPTION_INVALID',
        `OSC may not listen on UDP ${at}; choose a port above 1023 with --osc-port`,
        details,
        error,
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return failure(
        'E_OPTION_INVALID',
        `OSC cannot listen on "${address}", which is no address of this machine; correct --osc-host`,
        details,
        error,
      );
    default:
      return error;
  }
}

function isCoded(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
