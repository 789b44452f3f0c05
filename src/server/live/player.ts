import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';

/** A player that takes nothing of what waits for it for this long is gone, whatever its connection says. */
const STUCK_MS = 20_000;

/** The open answer to a player that reads for as long as it likes. */
export class Player {
  readonly #response: ServerResponse;
  readonly #onClose = new Set<() => void>();

  /** Takes the answer over from Fastify and sends its head. */
  constructor(reply: FastifyReply, contentType: string) {
    reply.hijack();
    const { raw } = reply;
    this.#response = raw;
    const fields = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
    raw.writeHead(200, {
      ...Object.fromEntries(fields),
      'content-type': contentType,
      'cache-control': 'no-store',
      // nginx would gather the stream otherwise.
      'x-accel-buffering': 'no',
      // It ends when one of both goes; the connection is of no use for anything else.
      connection: 'close',
    });
    raw.socket?.setNoDelay(true);
    raw.setTimeout(STUCK_MS, () => {
      if (this.waiting > 0) raw.destroy();
    });
    raw.on('error', () => undefined);
    raw.on('close', () => {
      for (const listener of this.#onClose) listener();
    });
  }

  /** Bytes that have not left for the system's own buffers yet. */
  get waiting(): number {
    return this.#response.writableLength;
  }

  /** `done` is called when all of it has left. */
  write(parts: readonly Uint8Array[], done: () => void): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    this.#response.cork();
    parts.forEach((part, index) => {
      if (index === parts.length - 1) this.#response.write(part, done);
      else this.#response.write(part);
    });
    this.#response.uncork();
  }

  onClose(listener: () => void): void {
    this.#onClose.add(listener);
  }

  end(): void {
    this.#response.end();
    // One that does not read would not see the end either.
    setTimeout(() => this.#response.destroy(), 1000).unref();
  }
}
