import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Passes UDP on between one peer and a port of this machine, but for what a test takes away on its way to the peer. */
export class UdpRelay {
  /** Where the peer reaches it, on 127.0.0.1. */
  readonly port: number;
  readonly #near: Socket;
  readonly #far: Socket;
  #peer: number | null = null;

  private constructor(near: Socket, far: Socket, target: number, takes: (bytes: Buffer) => boolean) {
    this.port = near.address().port;
    this.#near = near;
    this.#far = far;
    near.on('message', (bytes, from) => {
      this.#peer = from.port;
      far.send(bytes, target, '127.0.0.1');
    });
    far.on('message', (bytes) => {
      if (this.#peer !== null && !takes(bytes)) near.send(bytes, this.#peer, '127.0.0.1');
    });
  }

  static async open(target: number, takes: (bytes: Buffer) => boolean): Promise<UdpRelay> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new UdpRelay(...sockets, target, takes);
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }
}
