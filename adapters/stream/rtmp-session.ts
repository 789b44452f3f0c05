import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { failure, type ReverieError } from '../../src/contract/error.ts';
import { decodeAmf, encodeAmf, type AmfValue } from '../../src/protocols/rtmp/amf0.ts';
import {
  ChunkReader,
  DEFAULT_CHUNK_BYTES,
  rtmpTypes,
  writeChunks,
  type RtmpMessage,
} from '../../src/protocols/rtmp/chunks.ts';
import { hangUp, listen } from './line.ts';

const VERSION = 3;
const HANDSHAKE_BYTES = 1536;
/** Large enough that a picture is few chunks, small enough for every server. */
const CHUNK_BYTES = 4096;
const COMMANDS = 3;
const PING = 6;
const PONG = 7;

/** What a server is told of the stream. */
export interface RtmpPlace {
  /** Application: the first part of the path. */
  readonly app: string;
  /** Name of the stream: often a key. */
  readonly key: string;
  readonly url: string;
  /** As errors call it, without the key. */
  readonly name: string;
}

type Answer = (values: readonly AmfValue[], failed: boolean) => void;

/** A publisher's side of RTMP over a connection that is open: handshake, commands, then media. It never waits for the network. */
export class RtmpSession {
  readonly lost: Promise<never>;
  readonly #socket: Duplex;
  readonly #place: RtmpPlace;
  readonly #reader = new ChunkReader();
  readonly #answers = new Map<number, Answer>();
  readonly #fail: (error: ReverieError) => void;
  #handshake: Buffer | null = Buffer.alloc(0);
  #greeted: () => void = () => undefined;
  #started: () => void = () => undefined;
  #chunkBytes = DEFAULT_CHUNK_BYTES;
  #nextCommand = 1;
  #stream = 0;

  constructor(socket: Duplex, place: RtmpPlace) {
    this.#socket = socket;
    this.#place = place;
    const hear = (piece: Buffer): void => this.#hear(piece);
    const { lost, fail } = listen(socket, { name: place.name, protocol: 'RTMP', hear });
    this.lost = lost;
    this.#fail = fail;
  }

  /** Bytes that have not left yet. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** Resolves when the server takes the stream. Rejects with `E_SINK_LOST` in its words. */
  async publish(): Promise<void> {
    const { app, key, url } = this.#place;
    const greeted = new Promise<void>((resolve) => (this.#greeted = resolve));
    this.#socket.write(
      Buffer.concat([Uint8Array.of(VERSION), Buffer.alloc(8), randomBytes(HANDSHAKE_BYTES - 8)]),
    );
    await Promise.race([greeted, this.lost]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(CHUNK_BYTES);
    this.#write({ chunkStream: 2, type: rtmpTypes.setChunkSize, stream: 0, timestampMs: 0, body: size });
    this.#chunkBytes = CHUNK_BYTES;
    await this.#ask('connect', {
      app,
      type: 'nonprivate',
      flashVer: 'FMLE/3.0 (compatible; Reverie)',
      tcUrl: url,
    });
    // Some servers wait for these two, none answers them in a way that matters.
    this.#command('releaseStream', [null, key]);
    this.#command('FCPublish', [null, key]);
    const [, stream] = await this.#ask('createStream', null);
    this.#stream = typeof stream === 'number' ? stream : 1;
    const started = new Promise<void>((resolve) => (this.#started = resolve));
    this.#command('publish', [null, key, 'live'], this.#stream);
    await Promise.race([started, this.lost]);
  }

  data(values: readonly AmfValue[]): void {
    this.#media(rtmpTypes.data, 4, 0, encodeAmf(values));
  }

  video(timestampMs: number, body: Uint8Array): void {
    this.#media(rtmpTypes.video, 6, timestampMs, body);
  }

  audio(timestampMs: number, body: Uint8Array): void {
    this.#media(rtmpTypes.audio, 5, timestampMs, body);
  }

  /** Says goodbye and hangs up, whether or not somebody listens. */
  close(): void {
    if (this.#stream > 0) {
      this.#command('FCUnpublish', [null, this.#place.key]);
      this.#command('deleteStream', [null, this.#stream]);
    }
    hangUp(this.#socket);
  }

  #media(type: number, chunkStream: number, timestampMs: number, body: Uint8Array): void {
    this.#write({ chunkStream, type, stream: this.#stream, timestampMs, body });
  }

  #write(message: RtmpMessage): void {
    if (this.#socket.writable) this.#socket.write(writeChunks(message, this.#chunkBytes));
  }

  #command(name: string, values: readonly AmfValue[], stream = 0): number {
    const id = this.#nextCommand++;
    const body = encodeAmf([name, id, ...values]);
    this.#write({ chunkStream: COMMANDS, type: rtmpTypes.command, stream, timestampMs: 0, body });
    return id;
  }

  #ask(name: string, value: AmfValue): Promise<readonly AmfValue[]> {
    const id = this.#command(name, [value]);
    const answered = new Promise<readonly AmfValue[]>((resolve, reject) => {
      this.#answers.set(id, (values, failed) => {
        if (failed) reject(this.#refusal(`it refused "${name}"`, values[1]));
        else resolve(values);
      });
    });
    return Promise.race([answered, this.lost]);
  }

  #hear(piece: Buffer): void {
    if (this.#handshake !== null) return this.#greet(Buffer.concat([this.#handshake, piece]));
    for (const message of this.#reader.feed(piece)) this.#receive(message);
  }

  /** S0, S1 and S2; ours is an echo of S1. */
  #greet(bytes: Buffer): void {
    this.#handshake = bytes;
    if (bytes.length < 1 + 2 * HANDSHAKE_BYTES) return;
    if (bytes[0] !== VERSION) throw new RangeError(`Version ${bytes[0]}`);
    this.#handshake = null;
    this.#socket.write(bytes.subarray(1, 1 + HANDSHAKE_BYTES));
    this.#greeted();
    const rest = bytes.subarray(1 + 2 * HANDSHAKE_BYTES);
    if (rest.length > 0) this.#hear(rest);
  }

  #receive({ type, body }: RtmpMessage): void {
    if (type === rtmpTypes.userControl && body[1] === PING) {
      const pong = Buffer.concat([Uint8Array.of(0, PONG), body.subarray(2, 6)]);
      return this.#write({ chunkStream: 2, type, stream: 0, timestampMs: 0, body: pong });
    }
    if (type !== rtmpTypes.command) return;
    const [name, id, ...values] = decodeAmf(body);
    if (name === 'onStatus') return this.#status(values[1]);
    const answer = typeof id === 'number' ? this.#answers.get(id) : undefined;
    if (answer === undefined || (name !== '_result' && name !== '_error')) return;
    this.#answers.delete(Number(id));
    answer(values, name === '_error');
  }

  #status(info: AmfValue | undefined): void {
    const code = fieldOf(info, 'code');
    if (code === 'NetStream.Publish.Start') this.#started();
    else if (fieldOf(info, 'level') === 'error') this.#fail(this.#refusal('it refused the stream', info));
  }

  #refusal(doing: string, info: AmfValue | undefined): ReverieError {
    const words = fieldOf(info, 'description') ?? fieldOf(info, 'code') ?? 'it does not say why';
    return failure('E_SINK_LOST', `${this.#place.name}: ${doing}: ${words.slice(0, 200)}`);
  }
}

function fieldOf(value: AmfValue | undefined, key: string): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const found = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'string' ? found : null;
}
