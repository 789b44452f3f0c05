import type { WebSocket } from '@fastify/websocket';
import { z } from 'zod';
import type { JsonObject } from '../../contract/json.ts';
import { parseJson } from '../json-body.ts';

/** The part of a WebSocket that is used here. */
export type Wire = Pick<WebSocket, 'bufferedAmount' | 'readyState' | 'send' | 'close' | 'on' | 'OPEN'>;

/** More than any show has addresses for one client to watch. */
const MOST_PATHS = 4096;
/** Where values wait for the client to catch up; the newest of each path. */
const CONGESTED_BYTES = 65_536;
const AGAIN_MS = 50;
const TRY_AGAIN_LATER = 1013;

const command = z.object({
  COMMAND: z.enum(['LISTEN', 'IGNORE']),
  DATA: z.string().max(256),
});

/** One client on the WebSocket: the paths it listens to, and values on their way. */
export class Listener {
  readonly #wire: Wire;
  readonly #exists: (path: string) => boolean;
  readonly #paths = new Set<string>();
  readonly #waiting = new Map<string, Uint8Array>();
  #timer: NodeJS.Timeout | null = null;

  constructor(wire: Wire, exists: (path: string) => boolean) {
    this.#wire = wire;
    this.#exists = exists;
    wire.on('message', (data, isBinary) => {
      if (!isBinary && Buffer.isBuffer(data)) this.receive(data.toString());
    });
  }

  get listens(): boolean {
    return this.#paths.size > 0;
  }

  listensTo(path: string): boolean {
    return this.#paths.has(path);
  }

  /** What is no command, or names no path, changes nothing: OSCQuery has no answer for it. */
  receive(text: string): void {
    const said = read(text);
    if (said === null) return;
    if (said.COMMAND === 'IGNORE') {
      this.#paths.delete(said.DATA);
      this.#waiting.delete(said.DATA);
    } else if (this.#paths.size < MOST_PATHS && this.#exists(said.DATA)) this.#paths.add(said.DATA);
  }

  /** Goes out with the next `flush`. */
  value(path: string, packet: Uint8Array): void {
    this.#waiting.set(path, packet);
  }

  /** One packet a value, as clients expect it. While the client is behind, only the newest of each path waits. */
  flush(): void {
    if (this.#timer !== null || this.#waiting.size === 0) return;
    if (this.#wire.bufferedAmount > CONGESTED_BYTES) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.flush();
      }, AGAIN_MS);
      return;
    }
    for (const packet of this.#waiting.values()) this.#send(packet);
    this.#waiting.clear();
  }

  tell(message: JsonObject): void {
    // News of paths cannot wait for a client that does not read; it asks for the tree when it comes again.
    if (this.#wire.bufferedAmount > 16 * CONGESTED_BYTES)
      this.#wire.close(TRY_AGAIN_LATER, 'Too much left unread');
    else this.#send(JSON.stringify(message));
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#paths.clear();
    this.#waiting.clear();
  }

  #send(data: Uint8Array | string): void {
    if (this.#wire.readyState === this.#wire.OPEN) this.#wire.send(data);
  }
}

function read(text: string): z.infer<typeof command> | null {
  try {
    return command.safeParse(parseJson(text)).data ?? null;
  } catch {
    return null;
  }
}
