import { constants } from 'node:os';
import type { IOContext } from 'node-av/lib';
import { failure, type ReverieError } from '../contract/error.ts';
import { loadAv, type Av } from './av.ts';
import { wordsOf } from './av-error.ts';

/** Bytes to a peer by one of FFmpeg's protocols. Calls of FFmpeg wait for the network on a thread of their own. */
export interface NetworkWriter {
  /** Bytes that were handed over and have not left yet. */
  readonly waiting: number;
  /** Never waits. `bytes` are not changed afterwards. */
  send(bytes: Uint8Array): void;
  /** Rejects with `E_SINK_LOST` in FFmpeg's words when the peer is gone. */
  readonly lost: Promise<never>;
  /** Waits for the call under way. */
  close(): Promise<void>;
}

/**
 * `url` bounds every wait by options of its own, because nothing else can end one. Answers null where its time to connect was
 * over; rejects with `E_SINK_LOST`. `name` is what errors call it.
 */
export async function openNetworkWriter(url: string, name: string): Promise<NetworkWriter | null> {
  const av = await loadAv();
  const io = new av.IOContext();
  const result = await io.open2(url, av.constants.AVIO_FLAG_WRITE);
  if (result === -constants.errno.ETIMEDOUT) return null;
  if (result < 0) throw lostFor(av, name, 'connecting', result);
  return new AvNetworkWriter(av, io, name);
}

class AvNetworkWriter implements NetworkWriter {
  readonly lost: Promise<never>;
  readonly #av: Av;
  readonly #io: IOContext;
  readonly #name: string;
  readonly #queue: Uint8Array[] = [];
  #fail: (error: ReverieError) => void = () => undefined;
  #waiting = 0;
  #work: Promise<void> | null = null;
  #over = false;

  constructor(av: Av, io: IOContext, name: string) {
    this.#av = av;
    this.#io = io;
    this.#name = name;
    this.lost = new Promise<never>((_resolve, reject) => (this.#fail = reject));
    this.lost.catch(() => undefined);
  }

  get waiting(): number {
    return this.#waiting;
  }

  send(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#queue.push(bytes);
    this.#waiting += bytes.length;
    this.#work ??= this.#drain();
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#work;
    await this.#io.closep();
  }

  async #drain(): Promise<void> {
    for (let bytes = this.#queue.shift(); bytes !== undefined && !this.#over; bytes = this.#queue.shift()) {
      await this.#io.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      await this.#io.flush();
      this.#waiting -= bytes.length;
      if (this.#io.error < 0) this.#lose(this.#io.error);
    }
    this.#work = null;
  }

  #lose(result: number): void {
    this.#over = true;
    this.#fail(lostFor(this.#av, this.#name, 'sending', result));
  }
}

function lostFor(av: Av, name: string, doing: string, result: number): ReverieError {
  return failure('E_SINK_LOST', `${name}: ${doing} failed: ${wordsOf(av, result)}`, { ffmpeg: result });
}
