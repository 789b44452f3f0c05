import type { Duplex } from 'node:stream';
import { failure, type ReverieError } from '../../src/contract/error.ts';
import type { LivePicture } from './live-encoder.ts';

/** The way to a peer that takes bytes. */
export interface Line {
  /** Bytes that were handed over and have not left yet. */
  readonly waiting: number;
  /** Never waits. `bytes` are not changed afterwards. */
  send(bytes: Uint8Array): void;
  /** Rejects with `E_SINK_LOST` when the peer is gone. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
}

/** Coded pictures to a peer, in the form that its protocol has. */
export interface Output {
  /** Bytes that were handed over and have not left yet. */
  readonly waiting: number;
  /** Does not wait for the network. */
  send(picture: LivePicture): Promise<void>;
  /** Rejects with `E_SINK_LOST` when the peer is gone. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
}

/** A promise that can only be broken, and the word that breaks it. Nobody has to listen. */
export function breakable(): {
  readonly lost: Promise<never>;
  readonly break: (error: ReverieError) => void;
} {
  let reject: (error: ReverieError) => void = () => undefined;
  const lost = new Promise<never>((_resolve, fail) => (reject = fail));
  lost.catch(() => undefined);
  return { lost, break: (error) => reject(error) };
}

/** What is to be known of a server to listen to it. */
export interface Talk {
  /** As errors call it, without its password or key. */
  readonly name: string;
  readonly protocol: string;
  /** What it says. What this throws ends the connection. */
  readonly hear: (piece: Buffer) => void;
}

/** Listens to a server over a connection that is open, until one of the two ends it. */
export function listen(
  socket: Duplex,
  { name, protocol, hear }: Talk,
): {
  /** Rejects with `E_SINK_LOST`. */
  readonly lost: Promise<never>;
  readonly fail: (error: ReverieError) => void;
} {
  const { lost, break: fail } = breakable();
  const lose = (why: string, cause?: unknown): void =>
    fail(failure('E_SINK_LOST', `${name}: ${why}`, null, cause));
  socket.on('error', (error) => lose(error.message, error));
  socket.on('close', () => lose('the server closed the connection'));
  socket.on('data', (piece: Buffer) => {
    try {
      hear(piece);
    } catch (error) {
      lose(`what it says is no ${protocol}`, error);
      socket.destroy();
    }
  });
  return { lost, fail };
}

/** Lets what was said leave, and ends the connection whether or not somebody listens. */
export function hangUp(socket: Duplex): void {
  socket.end();
  setTimeout(() => socket.destroy(), 500).unref();
}
