import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { failure } from '../../src/contract/error.ts';
import { reachOf } from '../../src/contract/host-reach.ts';
import { breakable, type Line } from './line.ts';

/** Seven packets of a transport stream, as everybody sends them: they fit into one packet of any network. */
const DATAGRAM_BYTES = 1316;
/** A key picture all at once would overrun the buffers of who hears it. */
const BURST = 24;
const SEND_BUFFER_BYTES = 1_000_000;

export interface UdpTarget {
  /** An address: a host's own, or a group's. */
  readonly address: string;
  readonly port: number;
  /** How many networks a group's packets may cross. */
  readonly ttl: number;
  readonly name: string;
}

/** A transport stream by UDP, to whoever hears it: nobody answers, so nobody can be lost. */
export async function openUdp({ address, port, ttl, name }: UdpTarget): Promise<Line> {
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', sendBufferSize: SEND_BUFFER_BYTES });
  const { lost, break: fail } = breakable();
  socket.on('error', (error) => fail(failure('E_SINK_LOST', `${name}: ${error.message}`, null, error)));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    // What stays on this machine is heard nowhere else.
    socket.bind({ port: 0, ...(reachOf(address) === 'loopback' ? { address } : {}) }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.setMulticastTTL(ttl);
  const queue: Uint8Array[] = [];
  let waiting = 0;
  let sending = false;
  let closed = false;

  const sendSome = (): void => {
    if (closed) return;
    for (const datagram of queue.splice(0, BURST)) {
      waiting -= datagram.length;
      // What this machine cannot send now is lost like any packet on the way.
      socket.send(datagram, port, address, () => undefined);
    }
    sending = queue.length > 0;
    if (sending) setTimeout(sendSome, 1);
  };

  return {
    get waiting() {
      return waiting;
    },
    lost,
    send: (bytes) => {
      for (let at = 0; at < bytes.length; at += DATAGRAM_BYTES) {
        const datagram = bytes.subarray(at, at + DATAGRAM_BYTES);
        queue.push(datagram);
        waiting += datagram.length;
      }
      if (!sending) sendSome();
    },
    close: () => {
      closed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}
