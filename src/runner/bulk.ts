import { Socket } from 'node:net';

/** File descriptor of the pipe for encoded bytes, beside the message channel: JSON is no place for pictures. */
export const BULK_FD = 4;

/** Frames a JPEG or PNG as `uint32 header length, JSON header, uint32 length, bytes`, big-endian. */
export class BulkWriter {
  #socket: Socket | null = null;

  write(node: string, id: number, bytes: Uint8Array): void {
    const header = Buffer.from(JSON.stringify({ node, id }));
    const frame = Buffer.alloc(8 + header.length);
    frame.writeUInt32BE(header.length, 0);
    header.copy(frame, 4);
    frame.writeUInt32BE(bytes.length, 4 + header.length);
    const socket = this.#open();
    socket.write(frame);
    socket.write(bytes);
  }

  #open(): Socket {
    if (this.#socket === null) {
      this.#socket = new Socket({ fd: BULK_FD, readable: false, writable: true });
      // The daemon is gone; the closed channel ends this process.
      this.#socket.on('error', () => undefined);
      this.#socket.unref();
    }
    return this.#socket;
  }
}
