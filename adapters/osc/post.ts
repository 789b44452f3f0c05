import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Endpoint, SendPacket } from './subscriber.ts';

/** Sends from the sockets that listen, so that a controller is answered from where it sends to. */
export function senderFrom(sockets: readonly Socket[]): SendPacket {
  const byFamily = new Map(sockets.map((socket) => [isIPv6(socket.address().address), socket]));
  return (packet, { address, port }, done) => {
    const sixOnly = isIPv6(address);
    const socket = byFamily.get(sixOnly) ?? byFamily.get(true);
    if (socket === undefined) {
      done(new Error(`${address} is an IPv6 address, and OSC listens on IPv4`));
      return;
    }
    // A socket for both families knows an IPv4 address in this form.
    const mapped = !sixOnly && !byFamily.has(false) ? `::ffff:${address}` : address;
    socket.send(packet, port, mapped, (error) => done(error));
  };
}

/** Whether an endpoint is one of these sockets. */
export function selfCheck(sockets: readonly Socket[]): (endpoint: Endpoint) => boolean {
  const ports = new Set(sockets.map((socket) => socket.address().port));
  return ({ address, port }) => {
    if (!ports.has(port)) return false;
    if (address === '::1' || address.startsWith('127.')) return true;
    return Object.values(networkInterfaces()).some((list) => list?.some((each) => each.address === address));
  };
}
