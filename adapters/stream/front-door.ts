import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Who opens a connection says something at once; a network that loses packets may take this long. */
const SPEAK_MS = 3_000;
/** From its first word to its first picture. */
const ADMIT_MS = 8_000;
/** More than that wait for nothing good. */
const MOST_WAITING = 16;
const KNOCK_EVERY_MS = 20;

/**
 * Stands before FFmpeg's listener, which takes the first who connects and waits for ever for its words. Here many may come; who speaks first
 * is led in, who is silent is sent away, and who was led in and gets nowhere is, too.
 */
export class FrontDoor {
  readonly #server: Server;
  /** Where FFmpeg listens, on loopback. */
  readonly #inner: number;
  readonly #silent = new Map<Socket, NodeJS.Timeout>();
  #inside: Socket | null = null;
  #admitBy: NodeJS.Timeout | null = null;
  #closed = false;
  /** Clients that were sent away. */
  turnedAway = 0;

  private constructor(server: Server, inner: number) {
    this.#server = server;
    this.#inner = inner;
    server.on('connection', (client) => this.#welcome(client));
  }

  /** Listens there. Rejects where that cannot be. */
  static async open(host: string, port: number): Promise<FrontDoor> {
    const inner = await freePort();
    const server = createServer();
    server.listen(port, host);
    await once(server, 'listening');
    return new FrontDoor(server, inner);
  }

  /** Port of 127.0.0.1 on which FFmpeg is to listen. */
  get innerPort(): number {
    return this.#inner;
  }

  /** Pictures come: who is inside may stay. */
  admitted(): void {
    if (this.#admitBy !== null) clearTimeout(this.#admitBy);
    this.#admitBy = null;
  }

  close(): void {
    this.#closed = true;
    this.admitted();
    this.#server.close();
    for (const client of this.#silent.keys()) client.destroy();
    this.#inside?.destroy();
  }

  #welcome(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#inside !== null || this.#closed || this.#silent.size >= MOST_WAITING)
      return this.#turnAway(client);
    client.setNoDelay(true);
    const late = setTimeout(() => this.#turnAway(client), SPEAK_MS);
    this.#silent.set(client, late);
    client.once('close', () => this.#forget(client));
    client.once('data', (words) => {
      client.pause();
      this.#forget(client);
      if (this.#inside !== null || this.#closed) return this.#turnAway(client);
      this.#lead(client, words);
    });
  }

  #lead(client: Socket, words: Buffer): void {
    this.#inside = client;
    for (const other of this.#silent.keys()) this.#turnAway(other);
    this.#admitBy = setTimeout(() => this.#turnAway(client), ADMIT_MS);
    void this.#reachInner(client).then((inner) => {
      if (inner === null) return void client.destroy();
      inner.write(words);
      inner.pipe(client);
      client.pipe(inner);
      // A connection that breaks off on one side is over on both.
      client.once('close', () => inner.destroy());
      inner.once('close', () => client.destroy());
    });
  }

  /** FFmpeg may not be listening yet: it opens while somebody knocks already. */
  async #reachInner(client: Socket): Promise<Socket | null> {
    while (!this.#closed && !client.destroyed) {
      const inner = connect({ host: '127.0.0.1', port: this.#inner, noDelay: true });
      const isOpen = await new Promise<boolean>((resolve) => {
        inner.once('connect', () => resolve(true));
        inner.once('error', () => resolve(false));
      });
      inner.on('error', () => undefined);
      if (isOpen) return inner;
      await new Promise((resolve) => setTimeout(resolve, KNOCK_EVERY_MS));
    }
    return null;
  }

  #turnAway(client: Socket): void {
    this.turnedAway += 1;
    client.destroy();
  }

  #forget(client: Socket): void {
    const late = this.#silent.get(client);
    if (late !== undefined) clearTimeout(late);
    this.#silent.delete(client);
  }
}

/** A port of loopback that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port');
  return address.port;
}
